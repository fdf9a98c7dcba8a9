"""Puts the originals back into an answer, event by event, as they come.

A text, a thought and the arguments of each call are streams of their own, choice by choice. What one keeps back goes
out before anything of another sort in its choice, so that the order stays.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import msgspec

from freehold.core.errors import AttemptFailed
from freehold.core.event import Aside, Event, Finished, Ready, Text, Thought, ToolCall
from freehold.guards.json_stream import JsonSwapping
from freehold.guards.swap import Swap, Swapping


class Restorer:
    """One answer on its way back."""

    def __init__(self, swap: Swap, *, json: bool = False) -> None:
        """`json`: the texts are JSON, because the request asked for it, so that originals go in escaped."""
        self._swap = swap
        self._new: Callable[[Swap], Swapping | JsonSwapping] = JsonSwapping if json else Swapping
        self._streams: dict[tuple[int, str], Swapping | JsonSwapping] = {}
        """By choice and sort of content; for a call, its number too."""
        self._last: dict[int, str] = {}
        """By choice, the sort of what came last."""

    def take(self, event: Event) -> Iterator[Event]:
        """What goes out now that this event has come."""
        match event:
            case Aside():
                return
            case Text():
                yield from self._turn(event.choice, "refusal" if event.refusal else "text")
                yield from self._text(event)
            case Thought():
                yield from self._turn(event.choice, "thought")
                yield from self._thought(event)
            case ToolCall():
                yield from self._turn(event.choice, f"call {event.index}")
                stream = self._stream(event.choice, f"call {event.index}")
                name = None if event.name is None else self._swap.whole(event.name)
                arguments = stream.feed(event.arguments)
                if arguments or event.id or name or not event.arguments:
                    yield ToolCall(event.index, event.id, name, arguments, event.choice)
            case Finished():
                yield from self._rest(event.choice)
                stop = event.stop_sequence
                yield Finished(event.reason, event.choice, stop and self._swap.whole(stop))
            case _:
                yield event if event.raw is None else msgspec.structs.replace(event, raw=None)

    def end(self) -> Iterator[Event]:
        """What was still kept back when no more came."""
        for choice in sorted({choice for choice, _ in self._streams}):
            yield from self._rest(choice)

    def _text(self, event: Text) -> Iterator[Event]:
        stream = self._stream(event.choice, "refusal" if event.refusal else "text")
        text = stream.feed(event.text)
        notes = tuple(self._note(note) for note in event.annotations)
        # Probabilities are of the tokens that came: where other words go out, they are of nothing.
        logprobs = event.logprobs if text == event.text else ()
        if text or notes or not event.text:
            yield Text(text, event.choice, event.refusal, logprobs, None, notes)

    def _thought(self, event: Thought) -> Iterator[Event]:
        text = self._stream(event.choice, "thought").feed(event.text)
        if event.signature or event.redacted is not None:
            text += self._stream(event.choice, "thought").flush()
        if text or event.signature or event.redacted is not None:
            yield Thought(text, event.choice, event.signature, event.redacted)

    def _note(self, value: Any) -> Any:
        """An annotation with the originals in all its texts."""
        if isinstance(value, str):
            return self._swap.whole(value)
        if isinstance(value, dict):
            return {key: self._note(member) for key, member in value.items()}
        return [self._note(member) for member in value] if isinstance(value, list) else value

    def _stream(self, choice: int, sort: str) -> Swapping | JsonSwapping:
        stream = self._streams.get((choice, sort))
        if stream is None:
            new = JsonSwapping if sort.startswith("call") else self._new if sort == "text" else Swapping
            stream = self._streams[choice, sort] = new(self._swap)
        return stream

    def _turn(self, choice: int, sort: str) -> Iterator[Event]:
        last = self._last.get(choice)
        self._last[choice] = sort
        # Calls may come side by side, and what one keeps back then goes on later.
        if last is not None and last != sort and not (last.startswith("call") and sort.startswith("call")):
            yield from self._rest(choice)

    def _rest(self, choice: int) -> Iterator[Event]:
        for (of, sort), stream in self._streams.items():
            if of == choice and (text := stream.flush()):
                if sort == "thought":
                    yield Thought(text, choice)
                elif sort.startswith("call"):
                    yield ToolCall(int(sort[5:]), None, None, text, choice)
                else:
                    yield Text(text, choice, sort == "refusal")


def restored(events: AsyncIterator[Event], restorer: Restorer) -> AsyncIterator[Event]:
    """The events with the originals put back; those that have all come stay so."""
    if isinstance(events, Ready):
        out = [new for event in events.events for new in restorer.take(event)]
        return Ready([*out, *restorer.end()])
    return _restored(events, restorer)


async def _restored(events: AsyncIterator[Event], restorer: Restorer) -> AsyncIterator[Event]:
    try:
        async for event in events:
            for new in restorer.take(event):
                yield new
    except AttemptFailed:
        # What had come before it broke is the caller's.
        for new in restorer.end():
            yield new
        raise
    for new in restorer.end():
        yield new
