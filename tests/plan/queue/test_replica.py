"""One engine, looked at closely."""

from __future__ import annotations

import math

import numpy as np
import pytest

from freehold.plan.queue.replica import Replica
from freehold.plan.queue.scheduler import USUAL
from freehold.plan.queue.steps import Steps, steps
from support.queues import Straight, requests

PLAIN = Straight(token_s=1e-4, fixed_s=0.01, request_s=0.0, context_s=0.0)


def replica(prompt: object, answer: object, slots: int = 8) -> Replica:
    traffic = requests(np.zeros(np.size(prompt)), prompt, answer)
    return Replica(steps(PLAIN, traffic, slots), slots, USUAL.tokens, [0.0] * len(traffic), [0.0] * len(traffic))


def test_a_request_alone() -> None:
    engine = replica([1000], [11])
    engine.take(0, 5.0)
    engine.advance(math.inf)
    assert engine.first == [pytest.approx(5.1)]
    assert engine.end == [pytest.approx(5.2)]
    assert (engine.busy_s, engine.held, engine.due) == (pytest.approx(0.2), 0, math.inf)


def test_a_long_prompt_is_read_between_the_tokens_of_others() -> None:
    """It takes as many steps as it has chunks, and in each of them the others gain a token."""
    engine = replica([10, USUAL.tokens * 3], [100, 1])
    engine.take(0, 0.0)
    engine.advance(0.01)
    begun = engine.first[0]
    engine.take(1, 0.01)
    engine.advance(math.inf)
    read = 3 * USUAL.tokens * PLAIN.token_s
    # Three chunks less the token that the other one has in each step: the rest is a fourth step.
    assert engine.end[1] - begun == pytest.approx(read + 4 * PLAIN.fixed_s, abs=2 * PLAIN.fixed_s)
    assert engine.end[0] - begun == pytest.approx(99 * PLAIN.fixed_s + read)


def test_prompts_that_fit_into_one_step_are_read_together() -> None:
    engine = replica([500, 500, 500], [2, 2, 2])
    for request in range(3):
        engine.take(request, 0.0)
    engine.advance(math.inf)
    assert engine.first == [pytest.approx(0.15)] * 3


def test_no_more_than_its_slots_are_under_way() -> None:
    engine = replica([10, 10, 10], [11, 11, 11], slots=2)
    for request in range(3):
        engine.take(request, 0.0)
    engine.advance(math.inf)
    assert engine.first[2] == pytest.approx(engine.end[0] + 0.001)


def test_nothing_is_done_that_begins_later() -> None:
    engine = replica([10], [100])
    engine.take(0, 1.0)
    engine.advance(1.0)
    assert (engine.first, engine.held) == ([0.0], 1)
    engine.advance(1.0001)
    assert (engine.first, engine.held) == ([pytest.approx(1.001)], 1)
    assert engine.due == pytest.approx(1.001 + 0.99)


def test_who_comes_in_the_midst_of_a_step_waits_for_its_end() -> None:
    engine = replica([10, 10], [100, 2])
    engine.take(0, 0.0)
    engine.advance(0.0255)
    engine.take(1, 0.0255)
    assert engine.clock == pytest.approx(0.031)
    engine.advance(math.inf)
    assert engine.first[1] == pytest.approx(0.031 + 0.01 + 0.001)


def test_reading_a_prompt_makes_no_step_shorter() -> None:
    """Though a pass over many requests saves more than a short prompt costs, as with experts that all are read."""
    tables = Steps(
        fixed=[0.0, 0.01, 0.01],
        token=[0.0] * 3,
        fresh=[100.0] * 2,
        prefill=[1e-6] * 2,
        once=0.002,
        shared=[0.0, 0.008, 0.008],
        prompt=[100.0] * 2,
        answer=[11, 1],
    )
    engine = Replica(tables, 2, USUAL.tokens, [0.0] * 2, [0.0] * 2)
    engine.take(0, 0.0)
    engine.advance(0.001)
    engine.take(1, 0.001)
    engine.advance(math.inf)
    assert engine.first[0] == pytest.approx(0.0021)
    assert engine.end[0] == pytest.approx(0.0021 + 10 * 0.01)
