"""One try at one target, with its retries: the only place from which a target is asked.

`may_flow` is called immediately before every try, for every try. A retry happens only before the first event, only
where the failure says that the target cannot have begun, and each is an attempt of its own in the record.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, aclosing

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Event
from freehold.core.exchange import Exchange
from freehold.core.label import Label
from freehold.core.ports import Events, Provider
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest
from freehold.core.target import Target
from freehold.gateway.gates import Gates, Visit
from freehold.gateway.meter import CountPrompt, Meter, Price

_BASE_DELAY = 0.25
_LONGEST_WAIT = 5.0
"""A target that asks for a longer wait is not waited for: another may answer, or the caller may come back."""

MayFlow = Callable[[Label, Target], bool]


class Live:
    """An attempt whose first event has come: the event, those that follow, and all that must be closed."""

    def __init__(self, attempt: Attempt, target: Target, events: Events, stack: AsyncExitStack) -> None:
        self.attempt = attempt
        self.target = target
        self.events = events
        self._stack = stack

    async def close(self) -> None:
        """Leave the target. Safe to call twice."""
        await self._stack.aclose()


class Attempter:
    """Makes attempts. Knows the providers, the gates and the prices; knows nothing of flows."""

    def __init__(
        self,
        provider: Provider,
        *,
        gates: Gates,
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
        attempt = Attempt(
            target=target.name,
            number=len(exchange.attempts) + 1,
            owned=target.owned,
            label=exchange.label,
            started_ns=time.time_ns(),
            note=why or None,
        )
        exchange.attempts.append(attempt)
        meter = Meter(attempt, target, request, price=self._price, count_prompt=self._count_prompt)
        stack = AsyncExitStack()
        stack.callback(meter.close)
        try:
            visit = await stack.enter_async_context(self._gates.of(target).enter(target))
            stack.callback(_tell, visit, attempt)
            if exchange.label is None or not self._may_flow(exchange.label, target):
                raise AttemptFailed(Fault.LABEL, f"data labelled {exchange.label} may not flow to {target.name}")
            meter.asked()
            events = await stack.enter_async_context(self._provider(target, request, attempt))
            first = await _first(events)
            meter.opened()
            visit.answered()
            watched = await stack.enter_async_context(aclosing(meter.watch(first, events)))
        except AttemptFailed as failure:
            meter.fail(failure)
            await stack.aclose()
            raise
        except BaseException as error:
            fault = Fault.INTERNAL if isinstance(error, Exception) else Fault.CANCELLED
            attempt.fault, attempt.error = fault, f"left before the first event ({type(error).__name__})"
            await stack.aclose()
            raise
        return Live(attempt, target, watched, stack)


def _tell(visit: Visit, attempt: Attempt) -> None:
    """Once the target has been left: tell its gate how it failed, if it did."""
    if attempt.fault is not None:
        visit.failed(Fault(attempt.fault))


async def _first(events: Events) -> Event:
    async for event in events:
        return event
    raise AttemptFailed(Fault.PROTOCOL, "the target answered with nothing")


def _wait(failure: AttemptFailed, again: int) -> float:
    """Seconds to wait: as the target says, else full jitter over an exponential (Brooker, AWS, 2015)."""
    if failure.retry_after is not None:
        return failure.retry_after
    return random.uniform(0, _BASE_DELAY * 2**again)  # noqa: S311  # spreading load, not hiding a secret
