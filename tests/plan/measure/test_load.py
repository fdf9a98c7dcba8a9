"""So many requests at once, in a time that takes none."""

from __future__ import annotations

import asyncio
import random

import pytest

from freehold.core.errors import AttemptFailed, Fault
from freehold.plan.measure.load import Answered, Load, Rung
from support.queues import Engine, Straight, VirtualLoop

STEADY = Straight(token_s=1e-4, fixed_s=0.02, request_s=0.0, context_s=0.0)
"""However many there are, a step takes 20 ms, and 100 tokens of a prompt 10."""


def run(ask: object, concurrency: int, *, lengths: tuple[int, int] = (100, 50), spread_s: float = 1.0) -> Rung:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(Load(ask, concurrency, lengths, random.Random(1)).run(spread_s))  # type: ignore[arg-type]


def test_one_request_after_another() -> None:
    rung = run(Engine(STEADY), 1)
    assert (rung.concurrency, rung.requests, rung.failed) == (1, 4, 0)
    assert rung.ttft_s == pytest.approx(0.01)
    assert rung.tpot_s == pytest.approx(0.02)
    assert rung.prompt_tokens == 100
    assert rung.answer_tokens == pytest.approx(50, rel=0.25)
    assert rung.tokens_s == pytest.approx(rung.answer_tokens / rung.stay_s)


def test_as_many_are_under_way_as_were_asked_for() -> None:
    now = most = 0

    async def ask(prompt: str, answer: int) -> Answered:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(1.0)
        now -= 1
        return Answered(0.0, 0.5, 1.0, 10, answer)

    assert run(ask, 7).requests == 7
    assert most == 7


def test_throughput_is_what_the_server_does() -> None:
    """Sixteen at once at 20 ms a step are 800 tokens a second, but for the time that prompts take."""
    rung = run(Engine(STEADY), 16, lengths=(17, 200), spread_s=4.0)
    assert rung.tokens_s == pytest.approx(800, rel=0.1)


def test_nobody_is_left_behind() -> None:
    engine = Engine(STEADY)

    async def tasks() -> int:
        await Load(engine, 5, (100, 50), random.Random(1)).run(1.0)
        await asyncio.sleep(30.0)  # what the server still had is written into the void
        return len(asyncio.all_tasks())

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        assert runner.run(tasks()) == 1


def test_some_failures_are_counted() -> None:
    count = 0

    async def ask(prompt: str, answer: int) -> Answered:
        nonlocal count
        count += 1
        third = count % 3 == 0
        await asyncio.sleep(0.1)
        if third:
            raise AttemptFailed(Fault.SERVER, "not now")
        return Answered(0.0, 0.1, 0.2, 10, answer)

    rung = run(ask, 6, spread_s=0.0)
    assert (rung.requests, rung.failed) == (4, 2)


def test_more_failures_than_answers_end_it_with_the_first() -> None:
    async def ask(prompt: str, answer: int) -> Answered:
        raise AttemptFailed(Fault.AUTH, "it knows no such key")

    with pytest.raises(AttemptFailed, match="it knows no such key"):
        run(ask, 3)


def test_a_fault_of_ours_is_not_taken_for_the_servers() -> None:
    async def ask(prompt: str, answer: int) -> Answered:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(ask, 3)


def test_what_is_sent_before_all_places_are_taken_is_not_looked_at() -> None:
    loop_s = 1.0

    async def ask(prompt: str, answer: int) -> Answered:
        sent = asyncio.get_running_loop().time()
        await asyncio.sleep(0.3)
        first = 9.0 if sent < loop_s * 3 / 4 else 0.1
        return Answered(0.0, first, first + 1, 10, answer)

    assert run(ask, 4, spread_s=loop_s).ttft_p95_s == pytest.approx(0.1)
