"""What flows wish for is done: one target, one after another, several at once, an answer held until it is judged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager, suppress
from inspect import GEN_CLOSED, getgeneratorstate
from typing import Any

import pytest

from freehold.core.errors import (
    AttemptFailed,
    Fault,
    UpstreamFailed,
)
from freehold.core.event import Aside, Embedded, Event, Finished, Opened, Text, TokenLogprob, Usage
from freehold.core.flow import Flow, Outcome, Try
from freehold.core.ports import Events
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest, EmbeddingRequest, Request, Sampling
from freehold.core.target import Target
from freehold.gateway.dispatch import dispatch
from freehold.gateway.gates import Gates
from freehold.policy.flows import in_order
from freehold.providers.scripted import Scene, Scripted, saying
from support.decisions import a_request, a_target
from support.pipeline import an_attempter, an_exchange, by_target, refused, run, shown, text_of

A, B, C = a_target("a"), a_target("b"), a_target("c")


GOOD = Scene(saying("all is well"))
DOWN = Scene(refuses=Fault.SERVER)


async def test_the_answer_of_the_one_target_is_shown() -> None:
    exchange, events = await shown(Scripted([GOOD]), in_order([A]))
    assert tuple(events) == GOOD.events
    assert exchange.chosen is A
    assert exchange.attempts[0].shown
    assert exchange.reason == "a answered; first"


async def test_the_next_target_answers_where_the_first_fails() -> None:
    double = by_target(a=DOWN, b=GOOD)
    exchange, events = await shown(double, in_order([A, B]))
    assert text_of(events) == "all is well"
    assert exchange.chosen is B
    assert [(each.target, each.shown, each.fault) for each in exchange.attempts] == [
        ("a", False, "server"),
        ("b", True, None),
    ]
    assert exchange.attempts[1].note == "fallback: a failed (server)"
    assert exchange.reason == "b answered; fallback: a failed (server)"


async def test_there_is_no_fallback_after_the_first_event() -> None:
    double = by_target(a=Scene(saying("half", finish=False), breaks=Fault.SERVER), b=GOOD)
    exchange = an_exchange(in_order([A, B]))
    with pytest.raises(AttemptFailed):
        await run(dispatch(an_attempter(double)), exchange)
    assert [asked.target for asked in double.asked] == ["a"]
    assert exchange.attempts[0].shown


async def test_the_rule_of_flow_holds_for_every_target() -> None:
    double = by_target(a=GOOD, b=GOOD)
    exchange, _ = await shown(double, in_order([a_target("a", "public"), B]))
    assert [asked.target for asked in double.asked] == ["b"]
    assert exchange.attempts[0].fault == Fault.LABEL


@pytest.mark.parametrize("after", [0, 1, 3])
async def test_leaving_early_leaves_the_target(after: int) -> None:
    double, gates = Scripted([GOOD]), Gates()
    exchange = an_exchange(in_order([A]))
    handler = dispatch(an_attempter(double, gates=gates))
    if after:
        await run(handler, exchange, stop_after=after)
    else:
        async with handler(exchange):
            pass
    assert (double.open, gates.of(A).busy) == (0, 0)
    assert exchange.attempts[0].fault == Fault.CANCELLED


@pytest.mark.parametrize("scene", [GOOD, DOWN])
async def test_every_flow_is_closed(scene: Scene) -> None:
    flow = judging(Try((A,)))
    exchange = an_exchange(flow)
    with suppress(UpstreamFailed):
        await run(dispatch(an_attempter(Scripted([scene]))), exchange)
    assert getgeneratorstate(flow) == GEN_CLOSED


SURE = (TokenLogprob("all", -0.1),)


def logged(request: AnyRequest) -> Scene:
    """An answer with token probabilities where they were asked for, and with its provider's bytes."""
    assert isinstance(request, Request)
    given = SURE if request.sampling.logprobs else ()
    told = (
        Opened(raw=b"1"),
        Text("all", logprobs=given, raw=b"2"),
        Aside(b"3"),
        Text(" is well", raw=b"4"),
        Usage(input=3, output=2, raw=b""),
        Finished(raw=b"5"),
    )
    return Scene(told)


def judging(*tries: Try, keep: int = 0, note: str = "kept") -> Flow:
    """Make these tries, and return the outcome of one."""
    outcomes: list[Outcome] = []
    for each in tries:
        outcomes += [(yield each)]
    outcomes[keep].note = note
    return outcomes[keep]


async def test_a_held_answer_is_judged_before_it_is_shown() -> None:
    judged: list[str] = []

    def flow() -> Flow:
        outcome = yield Try((A,), held=True)
        assert outcome.answer is not None
        judged.append(outcome.answer.choices[0].text)
        return outcome

    exchange, events = await shown(Scripted([GOOD]), flow())
    assert judged == ["all is well"]
    assert tuple(events) == GOOD.events
    assert exchange.chosen is A
    assert exchange.attempts[0].shown


async def test_an_earlier_answer_may_be_the_one_that_is_shown() -> None:
    double = by_target(a=Scene(saying("first")), b=Scene(saying("second")), c=DOWN)
    flow = judging(Try((A,), held=True), Try((B,), held=True, why="escalated"), Try((C,), why="again"), note="the best")
    exchange, events = await shown(double, flow)
    assert text_of(events) == "first"
    assert exchange.chosen is A
    assert [each.shown for each in exchange.attempts] == [True, False, False]
    assert exchange.reason == "the best"
    assert exchange.cost == sum(each.cost for each in exchange.attempts)
    assert exchange.attempts[1].cost > 0, "an answer that is not shown is paid for"


async def test_probabilities_that_only_we_asked_for_are_not_shown_nor_are_the_bytes_that_hold_them() -> None:
    _, events = await shown(by_target(a=logged), judging(Try((A,), held=True, logprobs=True)))
    assert text_of(events) == "all is well"
    assert [event.raw for event in events] == [None] * 5
    assert not any(getattr(event, "logprobs", ()) for event in events)
    assert not any(isinstance(event, Aside) for event in events)


async def test_probabilities_that_the_caller_asked_for_are_shown() -> None:
    asked = a_request(sampling=Sampling(logprobs=True))
    double = by_target(a=logged)
    _, events = await shown(double, judging(Try((A,), held=True, logprobs=True)), request=asked)
    assert double.asked[0].request is asked
    assert [getattr(event, "logprobs", ()) for event in events][1] == SURE
    assert b"".join(event.raw or b"" for event in events) == b"12345", "nothing was changed, so its bytes may go out"


async def test_a_try_may_draw_in_its_own_way() -> None:
    drawn = Sampling(temperature=0.7, seed=4)
    double = by_target(a=logged)
    asked = a_request(sampling=Sampling(logprobs=True, temperature=0.0))
    _, events = await shown(double, judging(Try((A,), held=True, sampling=drawn, logprobs=True)), request=asked)
    sent = double.asked[0].request
    assert isinstance(sent, Request)
    assert (sent.sampling.temperature, sent.sampling.seed, sent.sampling.logprobs) == (0.7, 4, True)
    assert sent.origin is None
    assert [getattr(event, "logprobs", ()) for event in events][1] == SURE


async def test_a_live_answer_that_we_asked_otherwise_for_is_stripped_too() -> None:
    _, events = await shown(by_target(a=logged), judging(Try((A,), logprobs=True)))
    assert text_of(events) == "all is well"
    assert [event.raw for event in events] == [None] * 5
    assert not any(getattr(event, "logprobs", ()) for event in events)


async def test_a_held_answer_as_the_caller_asked_for_it_keeps_its_bytes() -> None:
    _, events = await shown(by_target(a=logged), judging(Try((A,), held=True)))
    assert b"".join(event.raw or b"" for event in events) == b"12345"


async def test_a_held_answer_that_breaks_off_is_a_failure_and_paid_for() -> None:
    double = by_target(a=Scene(saying("half of it", finish=False), breaks=Fault.BROKEN), b=GOOD)
    exchange, events = await shown(double, _held_in_order([A, B]))
    assert text_of(events) == "all is well"
    assert exchange.attempts[0].fault == Fault.BROKEN
    assert exchange.attempts[0].cost > 0


def _held_in_order(targets: list[Target]) -> Flow:
    for target in targets:
        outcome = yield Try((target,), held=True)
        if outcome.failure is None:
            return outcome
    return None


async def test_an_answer_that_never_ends_is_not_held_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freehold.gateway.dispatch.HELD_LIMIT", 100_000)

    def endless() -> Generator[Event, None, None]:
        yield Opened()
        for _ in range(10_000):  # It ends, so that a test that waits in vain fails.
            yield Text("x", raw=b"x" * 1000)
        yield Finished()

    @asynccontextmanager
    async def provider(target: Target, request: AnyRequest, attempt: Attempt) -> AsyncIterator[Events]:
        yield _from(endless()) if target is A else _from(iter(GOOD.events))

    exchange, events = await shown(provider, _held_in_order([A, B]))
    assert text_of(events) == "all is well"
    assert (exchange.attempts[0].fault, exchange.attempts[0].cost > 0) == (Fault.PROTOCOL, True)


async def _from(events: Any) -> AsyncIterator[Event]:
    for event in events:
        yield event


async def test_leaving_while_an_answer_is_held_leaves_its_target() -> None:
    double = Scripted([Scene(saying("a b c"), gap=30)])
    exchange = an_exchange(judging(Try((A,), held=True)))
    task = asyncio.create_task(run(dispatch(an_attempter(double)), exchange))
    await asyncio.sleep(0.01)
    assert double.open == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert double.open == 0
    assert exchange.attempts[0].fault == Fault.CANCELLED


async def test_a_flow_that_returns_what_was_never_held_shows_nothing() -> None:
    def flow() -> Flow:
        yield Try((A,))
        return Outcome(Attempt("a", 99))

    _, error = await refused(Scripted([DOWN]), flow())
    assert isinstance(error, UpstreamFailed)


async def test_vectors_are_asked_for_as_they_are() -> None:
    vectors = Scene((Opened(), Embedded(((1.0,),), raw=b"x"), Usage(input=2)))
    double, request = Scripted([vectors]), EmbeddingRequest("m", ("a",))
    _, events = await shown(double, judging(Try((A,), logprobs=True)), request=request)
    assert double.asked[0].request is request
    assert tuple(events) == vectors.events
