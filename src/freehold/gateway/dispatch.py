"""Runs a route's flow: tries targets as it wishes, tells it what became of them, and shows the answer it settles on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import msgspec

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Aside, Event, Ready, Text, gather
from freehold.core.exchange import Exchange
from freehold.core.flow import FIRST, Flow, Outcome, Try
from freehold.core.ports import Events, Handler
from freehold.core.request import AnyRequest, Request
from freehold.core.target import Target
from freehold.gateway.attempts import Attempter, Live
from freehold.gateway.held import HELD_LIMIT, size_of
from freehold.gateway.race import race
from freehold.gateway.verdict import error_of


class _Run:
    """One exchange's way through its flow."""

    def __init__(self, exchange: Exchange, flow: Flow, attempter: Attempter) -> None:
        self._exchange = exchange
        self._flow = flow
        self._attempter = attempter
        self._held: dict[int, tuple[Target, list[Event]]] = {}
        self._failures: list[tuple[str, AttemptFailed]] = []

    async def settle_on(self) -> Live | tuple[Target, list[Event]]:
        """The live stream or the held answer to show; raises `RequestError` when there is none."""
        step = _step(self._flow, None)
        while isinstance(step, Try):
            outcome = await self._try(step)
            if isinstance(outcome, Live):
                return outcome
            step = _step(self._flow, outcome)
        chosen = step
        if chosen is None or chosen.attempt.number not in self._held:
            raise error_of(self._failures, self._exchange)
        chosen.attempt.shown = True
        self._exchange.reason = chosen.note
        return self._held[chosen.attempt.number]

    async def _try(self, step: Try) -> Live | Outcome:
        asked = self._exchange.request
        request = _request_of(asked, step)
        try:
            live = await self._open(step, request)
        except AttemptFailed as failure:
            return self._failed(failure)
        if step.held:
            return await self._hold(live, as_it_came=request is asked)
        live.attempt.shown = True
        self._exchange.reason = _reason(self._exchange, live.target, step.why)
        if request is not asked:
            live.events = _stripped(live.events, keep_logprobs=_wants_logprobs(asked))
        return live

    async def _open(self, step: Try, request: AnyRequest) -> Live:
        if len(step.targets) == 1:
            return await self._open_one(step.targets[0], request, step.why)
        return await race([self._open_one(target, request, step.why or "raced") for target in step.targets])

    async def _open_one(self, target: Target, request: AnyRequest, why: str) -> Live:
        try:
            return await self._attempter.open(self._exchange, target, request, why)
        except AttemptFailed as failure:
            self._failures.append((target.name, failure))
            raise

    def _failed(self, failure: AttemptFailed) -> Outcome:
        """The outcome of a failure: with the attempt it came from, which in a race need not be the last."""
        name = next(name for name, each in reversed(self._failures) if each is failure)
        attempt = next(each for each in reversed(self._exchange.attempts) if each.target == name)
        return Outcome(attempt=attempt, failure=failure)

    async def _hold(self, live: Live, *, as_it_came: bool) -> Outcome:
        asked = self._exchange.request
        try:
            events = await _gathered(live.events)
        except AttemptFailed as failure:
            live.attempt.fault, live.attempt.error = failure.fault, failure.message
            self._failures.append((live.target.name, failure))
            return Outcome(attempt=live.attempt, failure=failure)
        finally:
            await live.close()
        answer = gather(events)
        if not as_it_came:
            keep = _wants_logprobs(asked)
            events = [_strip(event, keep_logprobs=keep) for event in events if not isinstance(event, Aside)]
        self._held[live.attempt.number] = (live.target, events)
        return Outcome(attempt=live.attempt, answer=answer)


def dispatch(attempter: Attempter) -> Handler:
    """The innermost handler: it alone causes targets to be asked."""

    def handle(exchange: Exchange) -> _Dispatched:
        return _Dispatched(exchange, attempter)

    return handle


class _Dispatched:
    """One exchange while its flow runs and while its answer is read."""

    __slots__ = ("_attempter", "_exchange", "_live")

    def __init__(self, exchange: Exchange, attempter: Attempter) -> None:
        self._exchange = exchange
        self._attempter = attempter
        self._live: Live | None = None

    async def __aenter__(self) -> Events:
        exchange, flow = self._exchange, self._exchange.flow
        if flow is None:
            raise AssertionError("admit gives every exchange its flow")
        try:
            found = await _Run(exchange, flow, self._attempter).settle_on()
        finally:
            flow.close()
        if isinstance(found, Live):
            self._live = found
            exchange.chosen = found.target
            return found.events
        exchange.chosen, events = found
        return Ready(events)

    async def __aexit__(self, *_: object) -> None:
        if self._live is not None:
            await self._live.close()


def _reason(exchange: Exchange, target: Target, why: str) -> str:
    """Why a target's answer is shown, as a sentence."""
    if why == FIRST and exchange.permit is not None:
        return f"{target.name} is the first target that route {exchange.permit.route} may ask"
    return f"{target.name} answered; {why}"


def _step(flow: Flow, outcome: Outcome | None) -> Try | Outcome | None:
    """The flow's next try, or what it returned."""
    try:
        return next(flow) if outcome is None else flow.send(outcome)
    except StopIteration as stop:
        return cast("Outcome | None", stop.value)


def _request_of(request: AnyRequest, step: Try) -> AnyRequest:
    """The request as this try wants it: with its own sampling, or with token probabilities that only we asked for."""
    if not isinstance(request, Request):
        return request
    sampling = step.sampling or request.sampling
    if step.logprobs and not sampling.logprobs:
        sampling = msgspec.structs.replace(sampling, logprobs=True)
    return request if sampling == request.sampling else request.rewritten(sampling=sampling)


def _wants_logprobs(request: AnyRequest) -> bool:
    return isinstance(request, Request) and request.sampling.logprobs


def _strip(event: Event, *, keep_logprobs: bool) -> Event:
    """The event without what only we asked for, and so without the bytes that hold it."""
    if isinstance(event, Text) and event.logprobs and not keep_logprobs:
        return msgspec.structs.replace(event, logprobs=(), raw=None)
    return event if event.raw is None else msgspec.structs.replace(event, raw=None)


async def _stripped(events: Events, *, keep_logprobs: bool) -> AsyncIterator[Event]:
    async for event in events:
        if not isinstance(event, Aside):
            yield _strip(event, keep_logprobs=keep_logprobs)


async def _gathered(events: Events) -> list[Event]:
    """All events of an answer that is held; raises `AttemptFailed` when it is too long to be."""
    held: list[Event] = []
    size = 0
    async for event in events:
        held.append(event)
        size += size_of(event)
        if size > HELD_LIMIT:
            raise AttemptFailed(Fault.PROTOCOL, "the answer is too long to be held and judged")
    return held
