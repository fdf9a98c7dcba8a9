"""Watches an attempt's events go by and keeps its account: first event, usage, finish, cost.

Usage that a target reports is believed when it is possible. What is absent, negative, or zero for an answer that had
text is counted here instead, and marked as an estimate; so is the answer of a stream that was cut short.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Sequence

import msgspec

from freehold.core.errors import TIMEOUTS, AttemptFailed, Fault
from freehold.core.event import Embedded, Event, Finished, Opened, Reranked, Text, Thought, ToolCall, Usage
from freehold.core.money import Nanodollars
from freehold.core.ports import Events
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest, Request
from freehold.core.target import Target

Price = Callable[[Target, Usage, float], Nanodollars]
"""What this usage costs at this target after so many seconds of work."""

CountPrompt = Callable[[AnyRequest], int]
"""An estimate of a request's prompt tokens."""

_CHARACTERS_A_TOKEN = 4

_MOST_TOKENS = 100_000_000
"""Ten times the longest context window that is offered anywhere; a count above it is a fault, not a measure."""

_MOST_CALLS = 128
"""Tool calls of one answer whose ids are kept."""

_LEFT = (TIMEOUTS - {Fault.TIMEOUT_CONNECT}) | {Fault.CANCELLED}
"""How we, not the target, end an attempt that it has been asked."""


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
        self._asked = False
        self._begun = False
        self._ended = False
        self._awaited = request.sampling.n if isinstance(request, Request) else 1
        """Choices that are not finished."""
        self._pieces = 0
        self._characters = 0
        self._usage: Usage | None = None
        self._closed = False

    def asked(self) -> None:
        """From here on the target may hold the request, and charge for it."""
        self._asked = True

    def opened(self) -> None:
        """The first event has come."""
        self._begun = True
        self._attempt.first_ms = self._elapsed_ms()

    async def watch(self, first: Event, rest: Events) -> AsyncGenerator[Event, None]:
        """The events as they are, noted as they pass; closes the account at their end.

        Raises `AttemptFailed` (``BROKEN``) when they end and the answer has not. What fails once every choice is
        finished is only the farewell, and no failure of the answer.
        """
        try:
            self.note(first)
            yield first
            async for event in rest:
                self.note(event)
                yield event
            self._ended = True
            if self._attempt.finish is None:
                raise AttemptFailed(Fault.BROKEN, "the answer ended before it was whole")
        except AttemptFailed as failure:
            if self._awaited > 0:
                self.fail(failure)
                raise
        finally:
            self.close()

    def take(self, events: Sequence[Event]) -> None:
        """Note an answer that has come whole, and close the account. Raises `AttemptFailed` where it is not whole."""
        for event in events:
            self.note(event)
        self._ended = True
        if self._attempt.finish is None:
            raise AttemptFailed(Fault.BROKEN, "the answer ended before it was whole")
        self.close()

    def note(self, event: Event) -> None:
        """Take one event into account."""
        kind = type(event)
        if kind is Text or kind is Thought:
            # `kind` says that it has a text; isinstance is slower here.
            length = len(event.text)  # type: ignore[union-attr]
            self._pieces += length > 0
            self._characters += length
        elif kind is ToolCall:
            self._pieces += 1
            self._characters += len(event.arguments)  # type: ignore[union-attr]
            if event.id is not None and len(self._attempt.calls) < _MOST_CALLS:  # type: ignore[union-attr]
                self._attempt.calls += (event.id,)  # type: ignore[union-attr]
        elif kind is Usage:
            self._usage = event  # type: ignore[assignment]
        elif kind is Finished:
            self._attempt.finish = event.reason  # type: ignore[union-attr]
            self._awaited -= 1
        elif kind is Embedded or kind is Reranked:
            self._attempt.finish = "stop"
            self._awaited -= 1
        elif kind is Opened:
            self._attempt.answer_id = event.id  # type: ignore[union-attr,assignment]
            self._attempt.answer_model = event.model  # type: ignore[union-attr]

    def fail(self, failure: AttemptFailed) -> None:
        """The attempt failed."""
        attempt = self._attempt
        attempt.fault, attempt.error = failure.fault, failure.message
        attempt.status = failure.status if failure.status is not None else attempt.status

    def close(self) -> None:
        """Settle usage and cost.

        An attempt that failed before its first event costs nothing, unless it was we who left a target at work.
        """
        if self._closed:
            return
        self._closed = True
        attempt = self._attempt
        attempt.total_ms = elapsed = self._elapsed_ms()
        if attempt.fault is None and not self._whole:
            attempt.fault, attempt.error = Fault.CANCELLED, "left before the answer was whole"
        if self._begun or (self._asked and attempt.fault in _LEFT):
            attempt.usage = usage = self._settled_usage()
            attempt.cost = self._price(self._target, usage, elapsed / 1000)

    @property
    def _whole(self) -> bool:
        """Whether every choice was finished, or as many as the target saw fit to give."""
        attempt = self._attempt
        return attempt.fault is None and attempt.finish is not None and (self._ended or self._awaited <= 0)

    def _settled_usage(self) -> Usage:
        """The reported counts; in place of those that are absent or impossible, or cut short, our own."""
        said = self._usage
        if said is None or not _possible(said, self._target.limits.context):
            said = Usage(estimated=True)
        produced = self._produced()
        prompt = said.input or self._count_prompt(self._request)
        output = produced if said.output < produced and (said.output == 0 or not self._whole) else said.output
        estimated = said.estimated or (prompt, output) != (said.input, said.output)
        return msgspec.structs.replace(said, input=prompt, output=output, estimated=estimated, raw=None)

    def _produced(self) -> int:
        """Output tokens by what was received: a token a piece at least, and one for each four characters."""
        return max(self._pieces, -(-self._characters // _CHARACTERS_A_TOKEN))

    def _elapsed_ms(self) -> float:
        return (time.monotonic() - self._clock) * 1000


def _possible(usage: Usage, context: int | None) -> bool:
    """Whether the counts fit each other, and the context window where it is known."""
    most = context if context is not None else _MOST_TOKENS
    inside, outside = (usage.cached_input, usage.cache_write, usage.input_audio), (usage.reasoning, usage.output_audio)
    return (
        min(usage.input, usage.output, usage.images, *inside, *outside) >= 0
        and max(usage.input, usage.output, usage.images) <= most
        and usage.cached_input + usage.cache_write <= usage.input
        and usage.input_audio <= usage.input
        and max(outside) <= usage.output
    )
