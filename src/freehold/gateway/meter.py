"""Watches an attempt's events go by and keeps its account: first event, usage, finish, cost.

Usage that a target reports is believed when it is possible. What is absent, negative, or zero for an answer that had
text is counted here instead, and marked as an estimate; so is the answer of a stream that was cut short.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable

import msgspec

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Embedded, Event, Finished, Text, Thought, ToolCall, Usage
from freehold.core.money import Nanodollars
from freehold.core.ports import Events
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest
from freehold.core.target import Target

Price = Callable[[Target, Usage, float], Nanodollars]
"""What this usage costs at this target after so many seconds of work."""

CountPrompt = Callable[[AnyRequest], int]
"""An estimate of a request's prompt tokens."""

_CHARACTERS_A_TOKEN = 4


class Meter:
    """The account of one attempt. `close` is idempotent and settles it."""

    def __init__(
        self, attempt: Attempt, target: Target, request: AnyRequest, *, price: Price, count_prompt: CountPrompt
    ) -> None:
        self._attempt = attempt
        self._target = target
        self._request = request
        self._price = price
        self._count_prompt = count_prompt
        self._clock = time.monotonic()
        self._accepted = False
        self._pieces = 0
        self._characters = 0
        self._usage: Usage | None = None
        self._closed = False

    async def watch(self, first: Event, rest: Events) -> AsyncIterator[Event]:
        """The events as they are, noted as they pass; closes the account at their end."""
        try:
            self.note(first)
            yield first
            async for event in rest:
                self.note(event)
                yield event
        except AttemptFailed as failure:
            self.fail(failure)
            raise
        finally:
            self.close()

    def opened(self) -> None:
        """The first event has come."""
        self._accepted = True
        self._attempt.first_ms = self._elapsed_ms()

    def note(self, event: Event) -> None:
        """Take one event into account."""
        kind = type(event)
        if kind is Text or kind is Thought:
            self._pieces += 1
            self._characters += len(event.text)  # type: ignore[union-attr]  # `kind` says so; isinstance is slower here
        elif kind is ToolCall:
            self._pieces += 1
            self._characters += len(event.arguments)  # type: ignore[union-attr]
        elif kind is Usage:
            self._usage = event  # type: ignore[assignment]
        elif kind is Finished:
            self._attempt.finish = event.reason  # type: ignore[union-attr]
        elif kind is Embedded:
            self._attempt.finish = "stop"

    def fail(self, failure: AttemptFailed) -> None:
        """The attempt failed."""
        attempt = self._attempt
        attempt.fault, attempt.error = failure.fault, failure.message
        attempt.status = failure.status if failure.status is not None else attempt.status

    def close(self) -> None:
        """Settle usage and cost. An attempt that the target never accepted costs nothing."""
        if self._closed:
            return
        self._closed = True
        attempt = self._attempt
        elapsed = self._elapsed_ms()
        attempt.total_ms = elapsed
        if not self._accepted:
            return
        if attempt.finish is None and attempt.fault is None:
            attempt.fault, attempt.error = Fault.CANCELLED, "left before the answer was whole"
        attempt.usage = usage = self._settled_usage(whole=attempt.finish is not None)
        attempt.cost = self._price(self._target, usage, elapsed / 1000)

    def _settled_usage(self, *, whole: bool) -> Usage:
        said = self._usage
        produced = self._produced()
        if said is not None and _possible(said) and (said.output > 0 or produced == 0 or not whole):
            if whole or said.output >= produced:
                return said if said.raw is None else msgspec.structs.replace(said, raw=None)
            # Cut short: the prompt was counted, the answer only so far as it came.
            return msgspec.structs.replace(said, output=produced, estimated=True, raw=None)
        prompt = (
            said.input if said is not None and _possible(said) and said.input else self._count_prompt(self._request)
        )
        return Usage(input=prompt, output=produced, estimated=True)

    def _produced(self) -> int:
        """Output tokens by what was received: a token a piece at least, and one for each four characters."""
        return max(self._pieces, -(-self._characters // _CHARACTERS_A_TOKEN))

    def _elapsed_ms(self) -> float:
        return (time.monotonic() - self._clock) * 1000


def _possible(usage: Usage) -> bool:
    parts = (usage.input, usage.output, usage.cached_input, usage.cache_write, usage.reasoning)
    return (
        min(parts) >= 0
        and usage.cached_input + usage.cache_write <= usage.input
        and usage.reasoning <= usage.output
        and max(parts) < 10**9
    )
