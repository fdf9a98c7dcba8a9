"""Up from one request at once, and why it ends."""

from __future__ import annotations

import asyncio

import pytest

from freehold.core.errors import AttemptFailed
from freehold.plan.measure.ladder import SHORT_ANSWER, Climbed, Settings, climb
from freehold.plan.measure.load import Rung
from support.queues import Engine, Straight, VirtualLoop

PRICES = {"usd_prompt": 1e-6, "usd_answer": 4e-6}


def run(engine: Engine, **settings: float) -> Climbed:
    climbed = Climbed()
    told: list[Rung] = []
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(climb(engine, Settings(**settings), climbed, told.append))  # type: ignore[arg-type]
    assert told == climbed.rungs
    return climbed


def test_it_begins_with_the_usual_and_two_other_lengths_and_climbs_by_doubling() -> None:
    climbed = run(Engine(Straight()), seconds=3600, most=8)
    assert [rung.concurrency for rung in climbed.rungs] == [1, 1, 1, 2, 4, 8]
    assert [rung.prompt_tokens for rung in climbed.rungs[:3]] == [512, 128, 2048]
    assert climbed.ended == "8 at once were to be the most"
    assert not climbed.cut


def test_the_first_requests_are_not_looked_at() -> None:
    engine = Engine(Straight())
    looked_at = sum(rung.requests for rung in run(engine, seconds=3600, most=1).rungs)
    assert len(engine.asked) >= looked_at + 4
    assert [answer for _, answer in engine.asked[:4]] == pytest.approx([SHORT_ANSWER] * 4, abs=1)


@pytest.mark.parametrize(
    ("goals", "why"),
    [({"ttft_s": 0.2}, "first token passed 0.2 s at"), ({"tpot_s": 0.03}, "per token passed 0.03 s")],
)
def test_it_ends_where_an_objective_breaks(goals: dict[str, float], why: str) -> None:
    server = Straight(token_s=1.2e-4, request_s=1e-3)
    climbed = run(Engine(server), seconds=3600, most=64, **goals)
    assert why in climbed.ended
    broken = [rung for rung in climbed.rungs if rung.ttft_p95_s > 0.2 or rung.tpot_p95_s > 0.03]
    assert climbed.rungs[-1] in broken


def test_it_ends_where_more_at_once_bring_nothing() -> None:
    """A step that takes as much longer as there are requests: twice as many do no more."""
    climbed = run(Engine(Straight(fixed_s=0.0, request_s=0.02)), seconds=3600, most=64)
    assert "did not bring more tokens a second" in climbed.ended
    assert climbed.rungs[-1].concurrency in (2, 4)  # answers differ in length, and few are looked at


def test_it_ends_when_the_time_is_over_with_what_it_has() -> None:
    climbed = run(Engine(Straight()), seconds=25, most=64)
    assert climbed.ended == "25 s were over"
    assert climbed.cut
    assert 0 < len(climbed.rungs) < 9


def test_no_more_is_spent_than_is_allowed() -> None:
    engine = Engine(Straight())
    whole = Settings(most=16, **PRICES).estimate
    climbed = run(engine, seconds=3600, most=16, usd=whole / 2, **PRICES)
    assert "the next load could cost" in climbed.ended
    assert climbed.usd <= whole / 2
    assert sum(words * 1e-6 + answer * 4e-6 for words, answer in engine.asked) <= whole / 2


def test_the_first_requests_cost_money_too() -> None:
    engine = Engine(Straight())
    settings = Settings(most=16, **PRICES)
    climbed = run(engine, seconds=3600, most=16, usd=0.9 * settings.cost(*settings.first), **PRICES)
    assert not engine.asked
    assert climbed.usd == 0
    assert "could cost" in climbed.ended


def test_the_estimate_is_no_less_than_what_it_costs() -> None:
    engine = Engine(Straight())
    estimate = Settings(most=16, **PRICES).estimate
    run(engine, seconds=3600, most=16, usd=estimate, **PRICES)
    spent = sum(words * 1e-6 + answer * 4e-6 for words, answer in engine.asked)
    assert 0.3 * estimate < spent <= estimate / 1.2  # prompts may have more tokens than words


def test_a_server_that_does_not_answer() -> None:
    with pytest.raises(AttemptFailed, match="too many"):
        run(Engine(Straight(), refuses_above=0), seconds=60)


def test_a_server_that_breaks_at_some_load_leaves_what_was_measured() -> None:
    climbed, engine = Climbed(), Engine(Straight(), refuses_above=3)
    climbing = climb(engine, Settings(seconds=3600, most=32), climbed, lambda _rung: None)
    with asyncio.Runner(loop_factory=VirtualLoop) as runner, pytest.raises(AttemptFailed):
        runner.run(climbing)
    assert [rung.concurrency for rung in climbed.rungs][-1] in (2, 4)
