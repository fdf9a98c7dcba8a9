"""One try at one target, with its retries: the only place from which a target is asked.

`may_flow` is called immediately before every try, for every try, with the label of what the target is to see: a target
that a declassifier serves has a view of its own, and its answer is restored before anybody reads it. A retry happens
only before the first event, only where the failure says that the target cannot have begun, and each is an attempt of
its own in the record.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Event, Ready
from freehold.core.exchange import Exchange, View
from freehold.core.label import Label
from freehold.core.ports import Events, Provider
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest
from freehold.core.target import Target
from freehold.gateway.gates import Doors, Entrance, Visit
from freehold.gateway.meter import CountPrompt, Meter, Price

_BASE_DELAY = 0.25
_LONGEST_WAIT = 5.0
"""A target that asks for a longer wait is not waited for: another may answer, or the caller may come back."""

_NOTHING = "the target answered with nothing"

MayFlow = Callable[[Label, Target], bool]


class Live:
    """An attempt that is under way: once its first event has come, `events` has that and those that follow.

    It holds all that must be left in order: the stream, the target, the gate, the account. It is written out, since
    every request passes here and a stack of exits costs as much as a stage.
    """

    __slots__ = ("_entrance", "_meter", "_restored", "_visit", "_watched", "_within", "attempt", "events", "target")

    def __init__(self, attempt: Attempt, target: Target, meter: Meter, entrance: Entrance) -> None:
        self.attempt = attempt
        self.target = target
        self.events: Events = Ready(())
        self._meter = meter
        self._entrance = entrance
        self._visit: Visit | None = None
        self._within: AbstractAsyncContextManager[Events] | None = None
        self._watched: AsyncGenerator[Event, None] | None = None
        self._restored: Events | None = None

    async def enter(self) -> None:
        """Pass the gate; raises `AttemptFailed` as it does."""
        self._visit = await self._entrance.__aenter__()

    async def ask(self, within: AbstractAsyncContextManager[Events]) -> None:
        """Enter the target's stream and await its first event."""
        self._meter.asked()
        events = await within.__aenter__()
        self._within = within
        if isinstance(events, Ready):
            if not events.events:
                raise AttemptFailed(Fault.PROTOCOL, _NOTHING)
            self._begin(events)
            self._meter.take(events.events)
        else:
            first = await _first(events)
            self._watched = self._meter.watch(first, events)
            self._begin(self._watched)

    def _begin(self, events: Events) -> None:
        self.events = events
        self._meter.opened()
        if self._visit is not None:
            self._visit.answered()

    def see(self, view: View) -> None:
        """Put back into the answer what the view took out of the request, before anybody reads it."""
        self.events = self._restored = view.restore(self.events)

    async def close(self) -> None:
        """Leave the target. Safe to call twice."""
        restored, self._restored = self._restored, None
        watched, self._watched = self._watched, None
        within, self._within = self._within, None
        try:
            if isinstance(restored, AsyncGenerator):
                await restored.aclose()
            if watched is not None:
                await watched.aclose()
        finally:
            try:
                if within is not None:
                    await within.__aexit__(None, None, None)
            finally:
                self._leave()

    def _leave(self) -> None:
        visit, self._visit = self._visit, None
        try:
            self._meter.close()
            if visit is not None:
                self._tell(visit)
        finally:
            self._entrance.leave()

    def _tell(self, visit: Visit) -> None:
        attempt = self.attempt
        if attempt.fault is not None:
            visit.failed(Fault(attempt.fault))
        if self.target.limits.tpm is not None:
            usage = attempt.usage
            visit.used(0 if usage is None else usage.input + usage.output)


class Attempter:
    """Makes attempts. Knows the providers, the gates and the prices; knows nothing of flows."""

    def __init__(
        self,
        provider: Provider,
        *,
        gates: Doors,
        may_flow: MayFlow,
        price: Price,
        count_prompt: CountPrompt,
        rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`rest` waits so many seconds between a try and the next."""
        self._provider = provider
        self._gates = gates
        self._may_flow = may_flow
        self._price = price
        self._count_prompt = count_prompt
        self._rest = rest

    async def open(self, exchange: Exchange, target: Target, request: AnyRequest, why: str) -> Live:
        """Ask a target, again where that is safe; raises the last `AttemptFailed`."""
        for again in range(target.limits.retries + 1):
            try:
                return await self._once(exchange, target, request, why if again == 0 else f"retry {again}")
            except AttemptFailed as failure:
                wait = _wait(failure, again)
                if not failure.safe_to_retry or again == target.limits.retries or wait > _LONGEST_WAIT:
                    raise
            await self._rest(wait)
        raise AssertionError("the loop returns or raises")

    async def _once(self, exchange: Exchange, target: Target, request: AnyRequest, why: str) -> Live:
        # A target has its own view or none: what it is sent, and the label of that, come from the same place.
        view = exchange.views.get(target.name)
        label = exchange.label
        if view is not None:
            request, label = view.request(request), view.label
        attempt = Attempt(
            target=target.name,
            number=len(exchange.attempts) + 1,
            owned=target.owned,
            label=label,
            started_ns=time.time_ns(),
            note=why or None,
            declassified=None if view is None else view.by,
        )
        exchange.attempts.append(attempt)
        meter = Meter(attempt, target, request, price=self._price, count_prompt=self._count_prompt)
        # Counting is dear beside everything else here, and only a rate of tokens asks for it.
        tokens = self._count_prompt(request) if target.limits.tpm is not None else 0
        entrance = self._gates.enter(target, exchange.caller.key_id, tokens)
        live = Live(attempt, target, meter, entrance)
        try:
            await live.enter()
            if label is None or not self._may_flow(label, target):
                raise AttemptFailed(Fault.LABEL, f"data labelled {label} may not flow to {target.name}")
            attempt.clearance = target.clearance
            await live.ask(self._provider(target, request, attempt))
        except AttemptFailed as failure:
            meter.fail(failure)
            await live.close()
            raise
        except BaseException as error:
            fault = Fault.INTERNAL if isinstance(error, Exception) else Fault.CANCELLED
            attempt.fault, attempt.error = fault, f"left before the first event ({type(error).__name__})"
            await live.close()
            raise
        if view is not None:
            live.see(view)
        return live


async def _first(events: Events) -> Event:
    async for event in events:
        return event
    raise AttemptFailed(Fault.PROTOCOL, _NOTHING)


def _wait(failure: AttemptFailed, again: int) -> float:
    """Seconds to wait: as the target says, else full jitter over an exponential (Brooker, AWS, 2015)."""
    if failure.retry_after is not None:
        return failure.retry_after
    return random.uniform(0, _BASE_DELAY * 2**again)  # noqa: S311  # spreading load, not hiding a secret
