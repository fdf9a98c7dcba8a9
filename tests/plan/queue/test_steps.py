"""Tables of a server's speed."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.plan.queue.steps import shared_s, steps
from support.queues import Straight, cached, poisson, requests


def test_a_step_is_its_fixed_part_and_its_contexts() -> None:
    serving, traffic = Straight(), poisson(50, 1.0)
    made = steps(serving, traffic, 8)
    for batch in (1, 3, 8):
        seconds = made.fixed[batch] + made.token[batch] * (batch * 1234.0)
        assert seconds == pytest.approx(serving.step_s(np.array([batch]), np.array([1234.0]))[0])
    assert (made.fixed[0], made.token[0]) == (0.0, 0.0)


def test_a_faster_server_takes_less_for_everything() -> None:
    usual, twice = (steps(Straight(), poisson(5, 1.0), 4, faster) for faster in (1.0, 2.0))
    assert np.array(twice.fixed) * 2 == pytest.approx(usual.fixed)
    assert np.array(twice.token) * 2 == pytest.approx(usual.token)
    assert np.array(twice.prefill) * 2 == pytest.approx(usual.prefill)


def test_at_least_one_token_of_a_prompt_is_read() -> None:
    made = steps(Straight(), cached(requests(np.zeros(2), [100, 400], [5, 5]), 1.0), 2)
    assert made.fresh == [1.0, 1.0]


def test_an_answer_has_at_least_one_token() -> None:
    assert steps(Straight(), requests(np.zeros(3), 10, [0.2, 1.6, 7]), 2).answer == [1, 2, 7]


def test_a_prompt_that_rides_along_saves_what_a_pass_costs_however_short() -> None:
    serving = Straight(prompt_s=0.004)
    assert shared_s(serving, np.array([1.0, 8.0])) == pytest.approx([0.004, 0.004])
    made = steps(serving, requests(np.zeros(2), [100, 400], [5, 5]), 3)
    assert made.once == pytest.approx(0.004)
    assert made.shared == pytest.approx([0.0, 0.004, 0.004, 0.004])
    assert made.prefill == pytest.approx([serving.token_s] * 2)


def test_tokens_that_take_their_time_in_any_case_save_nothing() -> None:
    assert shared_s(Straight(), np.array([1.0, 64.0])) == pytest.approx([0.0, 0.0], abs=1e-12)
