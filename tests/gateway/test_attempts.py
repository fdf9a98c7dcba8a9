"""One try and its retries: only where it is safe, only before the first event, and never past the rule of flow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Event, Opened, Usage
from freehold.core.exchange import Exchange
from freehold.core.ports import Events
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest
from freehold.core.target import Limits, Target
from freehold.gateway.attempts import Live, _wait
from freehold.gateway.gates import FAILURES, Gates
from freehold.providers.scripted import Scene, Scripted, saying
from support.decisions import a_target
from support.pipeline import PROMPT, Rests, an_attempter, an_exchange, counting, text_of

GOOD = Scene(saying("all is well", prompt=5))
BUSY = Scene(refuses=Fault.RATE_LIMITED)
DOWN = Scene(refuses=Fault.SERVER)


async def tried(double: Any, target: Target | None = None, **parts: Any) -> tuple[Exchange, list[Event]]:
    """One answer read to its end."""
    exchange = an_exchange()
    live = await an_attempter(double, **parts).open(exchange, target or a_target(), exchange.request, "first")
    try:
        return exchange, [event async for event in live.events]
    finally:
        await live.close()


async def refused(double: Any, target: Target | None = None, **parts: Any) -> tuple[Exchange, AttemptFailed]:
    exchange = an_exchange()
    with pytest.raises(AttemptFailed) as caught:
        await an_attempter(double, **parts).open(exchange, target or a_target(), exchange.request, "first")
    return exchange, caught.value


async def test_an_answer_leaves_one_attempt() -> None:
    double = Scripted([GOOD])
    exchange, events = await tried(double, a_target(owned=True))
    (attempt,) = exchange.attempts
    assert text_of(events) == "all is well"
    assert (attempt.target, attempt.number, attempt.owned, attempt.note) == ("local", 1, True, "first")
    assert (attempt.status, attempt.finish, attempt.fault, attempt.shown) == (200, "stop", None, False)
    assert attempt.usage == Usage(input=5, output=3)
    assert attempt.cost == 3_005_000
    assert attempt.started_ns > 0
    assert double.open == 0


async def test_the_target_is_held_until_the_answer_is_closed() -> None:
    double, gates = Scripted([GOOD]), Gates()
    exchange, target = an_exchange(), a_target()
    live = await an_attempter(double, gates=gates).open(exchange, target, exchange.request, "")
    assert (double.open, gates.of(target).busy, exchange.attempts[0].total_ms) == (1, 1, None)
    await live.close()
    await live.close()
    assert (double.open, gates.of(target).busy) == (0, 0)
    assert exchange.attempts[0].fault == Fault.CANCELLED
    assert exchange.attempts[0].total_ms is not None


async def test_a_safe_failure_is_tried_again_and_each_try_is_an_attempt() -> None:
    rests = Rests()
    exchange, events = await tried(Scripted([BUSY, BUSY, GOOD]), rest=rests)
    assert [each.number for each in exchange.attempts] == [1, 2, 3]
    assert [each.note for each in exchange.attempts] == ["first", "retry 1", "retry 2"]
    assert [each.fault for each in exchange.attempts] == [Fault.RATE_LIMITED, Fault.RATE_LIMITED, None]
    assert [each.cost for each in exchange.attempts] == [0, 0, 3_005_000]
    assert exchange.cost == 3_005_000
    assert text_of(events) == "all is well"
    assert len(rests.seconds) == 2


async def test_no_more_tries_than_the_target_allows() -> None:
    for retries in (0, 1, 3):
        rests = Rests()
        double = Scripted([BUSY] * 9)
        exchange, failure = await refused(double, a_target(limits=Limits(retries=retries)), rest=rests)
        assert failure.fault is Fault.RATE_LIMITED
        assert len(exchange.attempts) == len(double.asked) == retries + 1
        assert len(rests.seconds) == retries


@pytest.mark.parametrize("fault", [Fault.SERVER, Fault.REJECTED, Fault.AUTH, Fault.PROTOCOL, Fault.TIMEOUT_FIRST])
async def test_an_unsafe_failure_is_not_tried_again(fault: Fault) -> None:
    double = Scripted([Scene(refuses=fault), GOOD])
    exchange, failure = await refused(double)
    assert failure.fault is fault
    assert len(double.asked) == len(exchange.attempts) == 1
    assert exchange.attempts[0].fault == fault
    assert exchange.attempts[0].error


async def test_what_breaks_after_its_first_event_is_not_tried_again() -> None:
    double = Scripted([Scene(saying("half", finish=False), breaks=Fault.RATE_LIMITED), GOOD])
    with pytest.raises(AttemptFailed):
        await tried(double)
    assert len(double.asked) == 1


async def test_the_target_says_when_to_come_back() -> None:
    rests = Rests()
    await tried(Scripted([Scene(refuses=Fault.RATE_LIMITED, retry_after=1.25), GOOD]), rest=rests)
    assert rests.seconds == [1.25]


async def test_too_long_a_wait_is_not_waited_for() -> None:
    rests = Rests()
    _, failure = await refused(Scripted([Scene(refuses=Fault.RATE_LIMITED, retry_after=60.0), GOOD]), rest=rests)
    assert failure.retry_after == 60.0
    assert rests.seconds == []


@given(again=st.integers(0, 12))
def test_the_wait_is_drawn_from_a_bounded_and_growing_span(again: int) -> None:
    waits = [_wait(AttemptFailed(Fault.CONNECT, "no"), again) for _ in range(50)]
    assert all(0 <= wait <= 0.25 * 2**again for wait in waits)
    assert len(set(waits)) > 1, "they are spread, so that many callers do not come back together"


async def test_the_rule_of_flow_is_asked_immediately_before_every_try() -> None:
    log: list[str] = []
    rule, asked = counting()

    class Watched(Scripted):
        @asynccontextmanager
        async def __call__(self, target: Target, request: AnyRequest, attempt: Attempt) -> AsyncIterator[Events]:
            log.append(f"asked the target after {len(asked)} questions")
            async with super().__call__(target, request, attempt) as events:
                yield events

    await tried(Watched([BUSY, BUSY, GOOD]), may_flow=rule)
    assert asked == ["local"] * 3
    assert log == [f"asked the target after {count} questions" for count in (1, 2, 3)]


async def test_a_label_that_rose_between_two_tries_is_kept_back() -> None:
    double = Scripted([BUSY, GOOD])
    answers = iter([True, False])
    rule, asked = counting(lambda _label, _target: next(answers))
    exchange, failure = await refused(double, may_flow=rule)
    assert failure.fault is Fault.LABEL
    assert len(asked) == 2
    assert len(double.asked) == 1
    assert [each.fault for each in exchange.attempts] == [Fault.RATE_LIMITED, Fault.LABEL]


async def test_without_a_label_nothing_flows() -> None:
    double, exchange = Scripted([GOOD]), an_exchange()
    exchange.label = None
    with pytest.raises(AttemptFailed) as caught:
        await an_attempter(double, may_flow=lambda _label, _target: True).open(
            exchange, a_target(), exchange.request, ""
        )
    assert caught.value.fault is Fault.LABEL
    assert double.asked == []


async def test_data_of_a_label_that_the_target_may_not_see_never_gets_to_it() -> None:
    double = Scripted([GOOD])
    exchange, failure = await refused(double, a_target(clearance="public"))
    assert failure.fault is Fault.LABEL
    assert (double.asked, exchange.cost) == ([], 0)


async def test_an_answer_of_nothing_is_a_failure() -> None:
    exchange, failure = await refused(Scripted([Scene(())]))
    assert failure.fault is Fault.PROTOCOL
    assert exchange.cost == 0


@pytest.mark.parametrize(
    "scene",
    [Scene(saying("late"), wait=30), Scene((Opened(),), gap=30, wait=0)],
    ids=["before the first event", "after it"],
)
async def test_leaving_closes_everything_and_pays_for_the_prompt(scene: Scene) -> None:
    double, gates, exchange = Scripted([scene]), Gates(), an_exchange()
    target = a_target()

    async def listen() -> None:
        live = await an_attempter(double, gates=gates).open(exchange, target, exchange.request, "")
        try:
            async for _ in live.events:
                await asyncio.sleep(30)
        finally:
            await live.close()

    task = asyncio.create_task(listen())
    await asyncio.sleep(0.01)
    assert double.open == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (double.open, gates.of(target).busy) == (0, 0)
    (attempt,) = exchange.attempts
    assert attempt.fault == Fault.CANCELLED
    assert attempt.total_ms is not None
    assert attempt.cost == PROMPT * 1000
    assert attempt.usage == Usage(input=PROMPT, estimated=True)


async def test_one_that_was_accepted_and_left_before_its_first_event_pays_for_the_prompt() -> None:
    @asynccontextmanager
    async def thinking(target: Target, request: AnyRequest, attempt: Attempt) -> AsyncIterator[Events]:
        yield _never()

    exchange = an_exchange()
    opening = an_attempter(thinking).open(exchange, a_target(), exchange.request, "")
    task = asyncio.create_task(opening)
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert exchange.attempts[0].usage == Usage(input=PROMPT, estimated=True)
    assert exchange.attempts[0].cost == PROMPT * 1000


async def _never() -> AsyncIterator[Event]:
    await asyncio.sleep(30)
    yield Opened()


async def test_leaving_in_the_queue_leaves_no_place_taken() -> None:
    double, gates = Scripted([Scene(saying("slow"), wait=30)] * 2), Gates()
    attempter, target = an_attempter(double, gates=gates), a_target(limits=Limits(concurrency=1))
    exchanges = [an_exchange(), an_exchange()]
    tasks = [asyncio.create_task(attempter.open(each, target, each.request, "")) for each in exchanges]
    await asyncio.sleep(0.01)
    assert (gates.of(target).busy, gates.of(target).queued) == (1, 1)
    for task in reversed(tasks):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (gates.of(target).busy, gates.of(target).queued, double.open) == (0, 0, 0)
    assert exchanges[1].attempts[0].fault == Fault.CANCELLED


async def test_failures_open_the_breaker_and_then_the_target_is_not_asked() -> None:
    double, gates = Scripted([DOWN] * 50), Gates()
    for _ in range(FAILURES):
        await refused(double, gates=gates)
    _, failure = await refused(double, gates=gates)
    assert failure.fault is Fault.BREAKER
    assert len(double.asked) == FAILURES


async def test_an_answer_between_failures_keeps_the_breaker_closed() -> None:
    double, gates = Scripted([*[DOWN] * (FAILURES - 1), GOOD, *[DOWN] * (FAILURES - 1)]), Gates()
    for number in range(2 * FAILURES - 1):
        await (tried if number == FAILURES - 1 else refused)(double, gates=gates)
    assert gates.of(a_target()).state == "closed"


async def test_answers_that_break_off_open_the_breaker() -> None:
    double, gates = Scripted([Scene(saying("half", finish=False), breaks=Fault.BROKEN)] * 50), Gates()
    for _ in range(FAILURES):
        with pytest.raises(AttemptFailed):
            await tried(double, gates=gates)
    assert gates.of(a_target()).state == "open"


@pytest.mark.parametrize("fault", [Fault.RATE_LIMITED, Fault.REJECTED])
async def test_a_limit_or_a_bad_request_does_not_open_the_breaker(fault: Fault) -> None:
    gates = Gates()
    for _ in range(2 * FAILURES):
        await refused(Scripted([Scene(refuses=fault)] * 9), gates=gates)
    assert gates.of(a_target()).state == "closed"


async def test_callers_that_leave_say_nothing_against_the_target() -> None:
    gates = Gates()
    for _ in range(2 * FAILURES):
        exchange = an_exchange()
        live: Live = await an_attempter(Scripted([GOOD]), gates=gates).open(exchange, a_target(), exchange.request, "")
        await live.close()
    assert gates.of(a_target()).state == "closed"


async def test_a_fault_of_our_own_is_not_hidden() -> None:
    def broken_script(target: Target, request: AnyRequest) -> Scene:
        raise KeyError("a bug")

    double, gates, exchange = Scripted(broken_script), Gates(), an_exchange()
    with pytest.raises(KeyError):
        await an_attempter(double, gates=gates).open(exchange, a_target(), exchange.request, "")
    assert (gates.of(a_target()).busy, exchange.attempts[0].fault) == (0, Fault.INTERNAL)
