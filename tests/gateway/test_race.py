"""Several at once: one answer is shown, all are paid for, and nothing is left behind, whoever leaves and when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hypothesis import given
from hypothesis import strategies as st

from freehold.core.errors import Fault, UpstreamFailed
from freehold.core.event import Event, Finished, Opened, Text, Usage
from freehold.core.flow import Flow, Outcome, Try
from freehold.core.ports import Events
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest
from freehold.core.target import Target
from freehold.gateway.dispatch import dispatch
from freehold.gateway.gates import Gates
from freehold.policy.flows import race
from freehold.providers.scripted import Scene, Scripted, saying
from support.decisions import a_target
from support.pipeline import an_attempter, an_exchange, by_target, refused, run, shown, text_of

A, B, C = a_target("a"), a_target("b"), a_target("c")

DOWN = Scene(refuses=Fault.SERVER)


async def test_the_first_to_begin_is_shown_and_the_others_are_left() -> None:
    double = by_target(a=Scene(saying("slow"), wait=30), b=Scene(saying("fast")), c=Scene(saying("slow too"), wait=30))
    exchange, events = await shown(double, race([A, B, C]))
    assert text_of(events) == "fast"
    assert exchange.chosen is B
    assert {each.target: (each.shown, each.fault) for each in exchange.attempts} == {
        "a": (False, "cancelled"),
        "b": (True, None),
        "c": (False, "cancelled"),
    }
    assert double.open == 0


async def test_a_loser_is_paid_for_what_it_did() -> None:
    """It was accepted and thinks, but says nothing before the other does."""

    @asynccontextmanager
    async def provider(target: Target, request: AnyRequest, attempt: Attempt) -> AsyncIterator[Events]:
        yield _thinking() if target is A else _promptly()

    exchange, events = await shown(provider, race([A, B]))
    assert text_of(events) == "hello"
    by_name = {each.target: each for each in exchange.attempts}
    assert by_name["a"].usage == Usage(input=7, estimated=True)
    assert (by_name["a"].cost, by_name["b"].cost) == (7000, 1_003_000)
    assert exchange.cost == 1_010_000


async def _thinking() -> AsyncIterator[Event]:
    await asyncio.sleep(30)
    yield Opened()


async def _promptly() -> AsyncIterator[Event]:
    await asyncio.sleep(0.01)
    for event in (Opened(), Text("hello"), Usage(input=3, output=1), Finished()):
        yield event


async def test_two_that_begin_together_are_one_answer() -> None:
    for _ in range(20):
        double = by_target(a=Scene(saying("one")), b=Scene(saying("one")))
        exchange, events = await shown(double, race([A, B]))
        assert text_of(events) == "one"
        assert sum(each.shown for each in exchange.attempts) == 1
        assert double.open == 0
        assert all(each.total_ms is not None for each in exchange.attempts)


async def test_a_racer_that_fails_does_not_end_the_race() -> None:
    double = by_target(a=DOWN, b=Scene(saying("late"), wait=0.02))
    exchange, events = await shown(double, race([A, B]))
    assert text_of(events) == "late"
    assert exchange.chosen is B


async def test_where_all_fail_the_outcome_is_the_last_failures_own() -> None:
    seen: list[Outcome] = []

    def flow() -> Flow:
        seen.append((yield Try((A, B))))
        return None

    double = by_target(a=Scene(refuses=Fault.AUTH, wait=0.02), b=DOWN)
    exchange, error = await refused(double, flow())
    assert isinstance(error, UpstreamFailed)
    assert {name for name, _ in error.failures} == {"a", "b"}
    assert seen[0].attempt is exchange.attempts[0], "which is not the attempt that was begun last"
    assert seen[0].failure is not None
    assert seen[0].failure.fault is Fault.AUTH


@given(waits=st.lists(st.sampled_from([0.0, 0.001, 0.002, 30.0]), min_size=2, max_size=4), turns=st.integers(0, 12))
def test_a_race_that_is_left_leaks_nothing(waits: list[float], turns: int) -> None:
    asyncio.run(_race_and_leave(waits, turns))


async def _race_and_leave(waits: list[float], turns: int) -> None:
    targets = [a_target(str(number)) for number in range(len(waits))]
    double = Scripted(lambda target, _: Scene(saying("a b c"), wait=waits[int(target.name)], gap=0.001))
    gates = Gates()
    exchange = an_exchange(race(targets))
    task = asyncio.create_task(run(dispatch(an_attempter(double, gates=gates)), exchange))
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert double.open == 0
    assert all(gates.of(target).busy == 0 for target in targets)
    assert len(asyncio.all_tasks()) == 1
    assert all(each.total_ms is not None for each in exchange.attempts)
