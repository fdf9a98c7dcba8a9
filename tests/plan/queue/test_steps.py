"""Tables of a server's speed."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.plan.queue.steps import steps
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
