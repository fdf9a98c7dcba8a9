"""Changes the texts of an answer, event by event, as they come.

A text, a thought and the arguments of each call are streams of their own, choice by choice. What one keeps back goes
out before anything of another sort in its choice, so that the order stays.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Literal

import msgspec

from freehold.core.errors import AttemptFailed
from freehold.core.event import Aside, Event, Finished, Ready, Text, Thought, ToolCall
from freehold.guards.json_stream import Changing

Sort = Literal["text", "refusal", "thought", "call"]

_PLACES = frozenset({"start_index", "end_index", "at"})
"""Members of an annotation that count characters of the answer."""


class Rewriter:
    """One answer on its way back. Its events have no `raw`, since they are not what the provider sent."""

    def __init__(self, new: Callable[[Sort], Changing], whole: Callable[[str], str]) -> None:
        """`new` begins a stream for a sort of content; `whole` changes a text that does not come in pieces."""
        self._new = new
        self._whole = whole
        self._streams: dict[tuple[int, Sort, int], Changing] = {}
        """By choice, sort of content and number of the call."""
        self._last: dict[int, Sort] = {}
        """By choice, the sort of what came last."""

    def take(self, event: Event) -> Iterator[Event]:
        """What goes out now that this event has come."""
        match event:
            case Aside():
                pass
            case Text():
                yield from self._text(event, "refusal" if event.refusal else "text")
            case Thought():
                yield from self._thought(event)
            case ToolCall():
                yield from self._call(event)
            case Finished():
                yield from self._rest(event.choice)
                stop = event.stop_sequence
                yield Finished(event.reason, event.choice, stop and self._whole(stop))
            case _:
                yield _bare(event)

    def end(self) -> Iterator[Event]:
        """What was still kept back when no more came."""
        for choice in sorted({choice for choice, _, _ in self._streams}):
            yield from self._rest(choice)

    def _text(self, event: Text, sort: Sort) -> Iterator[Event]:
        yield from self._turn(event.choice, sort)
        stream = self._stream(event.choice, sort)
        text = stream.feed(event.text)
        notes: tuple[Any, ...] = ()
        if event.annotations:
            # They are about what came before them, so that has to be out.
            text += stream.flush()
            notes = tuple(self._note(note, stream) for note in event.annotations)
        # Probabilities are of the tokens that came: where other words go out, they are of nothing.
        logprobs = event.logprobs if text == event.text else ()
        if text or notes or not event.text:
            yield Text(text, event.choice, event.refusal, logprobs, None, notes)

    def _thought(self, event: Thought) -> Iterator[Event]:
        yield from self._turn(event.choice, "thought")
        stream = self._stream(event.choice, "thought")
        ends = event.signature is not None or event.redacted is not None
        text = stream.feed(event.text) + (stream.flush() if ends else "")
        if text or ends or not event.text:
            yield Thought(text, event.choice, event.signature, event.redacted)

    def _call(self, event: ToolCall) -> Iterator[Event]:
        yield from self._turn(event.choice, "call")
        name = None if event.name is None else self._whole(event.name)
        arguments = self._stream(event.choice, "call", event.index).feed(event.arguments)
        if arguments or event.id or name or not event.arguments:
            yield ToolCall(event.index, event.id, name, arguments, event.choice)

    def _note(self, value: Any, stream: Changing, name: str = "") -> Any:
        """An annotation with all its texts changed, and its places in the answer moved along."""
        if isinstance(value, str):
            return self._whole(value)
        if isinstance(value, dict):
            return {key: self._note(member, stream, key) for key, member in value.items()}
        if isinstance(value, list):
            return [self._note(member, stream) for member in value]
        return stream.moved(value) if name in _PLACES and isinstance(value, int) else value

    def _stream(self, choice: int, sort: Sort, index: int = 0) -> Changing:
        stream = self._streams.get((choice, sort, index))
        if stream is None:
            stream = self._streams[choice, sort, index] = self._new(sort)
        return stream

    def _turn(self, choice: int, sort: Sort) -> Iterator[Event]:
        """Let out what a choice keeps back of another sort. Calls may come side by side, and go on later."""
        if self._last.get(choice, sort) != sort:
            yield from self._rest(choice)
        self._last[choice] = sort

    def _rest(self, choice: int) -> Iterator[Event]:
        for (of, sort, index), stream in self._streams.items():
            if of == choice and (rest := stream.flush()):
                if sort == "thought":
                    yield Thought(rest, choice)
                elif sort == "call":
                    yield ToolCall(index, None, None, rest, choice)
                else:
                    yield Text(rest, choice, sort == "refusal")


def without_raw(events: AsyncIterator[Event]) -> AsyncIterator[Event]:
    """The events as they are, but for the bytes they were read from."""
    if isinstance(events, Ready):
        return Ready([_bare(event) for event in events.events if not isinstance(event, Aside)])
    return (_bare(event) async for event in events if not isinstance(event, Aside))


def _bare(event: Event) -> Event:
    return event if isinstance(event, Aside) or event.raw is None else msgspec.structs.replace(event, raw=None)


def rewritten(events: AsyncIterator[Event], rewriter: Rewriter) -> AsyncIterator[Event]:
    """The events with their texts changed; those that have all come stay so."""
    if isinstance(events, Ready):
        out = [new for event in events.events for new in rewriter.take(event)]
        return Ready([*out, *rewriter.end()])
    return _rewritten(events, rewriter)


async def _rewritten(events: AsyncIterator[Event], rewriter: Rewriter) -> AsyncIterator[Event]:
    try:
        async for event in events:
            for new in rewriter.take(event):
                yield new
    except AttemptFailed:
        # What had come before it broke is the caller's.
        for new in rewriter.end():
            yield new
        raise
    for new in rewriter.end():
        yield new
