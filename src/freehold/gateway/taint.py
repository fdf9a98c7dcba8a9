"""Keeps a conversation under the label that it has come to carry: what Freehold answered is known when it comes back.

Going in, a request's earlier answers, its tool calls, and the longer paragraphs of any other text in it are looked up
by keyed hash. What has been answered is remembered the same way, as the caller got it, however much of it that was.
Knows no database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from freehold.core.event import Event, Text, Thought, ToolCall
from freehold.core.label import Label, Source
from freehold.core.ports import Memory
from freehold.core.request import (
    AnyRequest,
    EmbeddingRequest,
    FilePart,
    Message,
    OpaquePart,
    Part,
    RefusalPart,
    Request,
    RerankRequest,
    TextPart,
    ThoughtPart,
    Tool,
    ToolResult,
    ToolUse,
)
from freehold.gateway.traces import (
    MOST_DIGESTS,
    SHORTEST_PARAGRAPH,
    SHORTEST_WHOLE,
    Keyed,
    Trace,
    call_digest,
    digest_of,
    strings_in,
    strings_of,
    trace_of,
    words,
)

ORIGIN = "earlier answer"
"""What a source of this kind is called in the record."""

_MUCH = 64 * 1024
"""Characters of a request from which on it is hashed in a thread."""


class Taint:
    """Looks requests up in a `Memory`, and gives it answers to remember."""

    def __init__(self, memory: Memory, floor: Callable[[], Label]) -> None:
        """`floor`: the policy's default label. What may flow to it needs no remembering."""
        self._memory = memory
        self._floor = floor

    async def sources(self, request: AnyRequest) -> list[Source]:
        """Labels that what the request holds had before; raises `Unavailable` where that cannot be told.

        Give it the request as its caller wrote it, before passages or stand-ins are put into it.
        """
        if sum(map(len, _texts(request))) > _MUCH:
            digests = await asyncio.to_thread(digests_in, request, self._memory.keyed)
        else:
            digests = digests_in(request, self._memory.keyed)
        if not digests:
            return []
        return [Source(ORIGIN, label) for label in await self._memory.labels(digests)]

    def learn(self, request: AnyRequest, events: Iterable[Event], label: Label) -> None:
        """Remember an answer, as its caller got it and so far as it came, under the label that it has in the end.

        `request` is what it answers, as its caller wrote it. What may flow to the floor is not remembered.
        """
        if label.flows_to(self._floor()):
            return
        answer = _Answer(request, self._memory.keyed)
        for event in events:
            answer.take(event)
        if digests := answer.digests():
            self._memory.remember(digests, label)


class _Answer:
    """One exchange's answer, hashed as it is taken in. Holds one line of each choice at most, and tool calls."""

    def __init__(self, request: AnyRequest, keyed: Keyed) -> None:
        self._keyed = keyed
        self._turns = _turns(request)
        self._traces: dict[int, Trace] = {}
        self._thoughts: dict[int, Trace] = {}
        self._calls: dict[tuple[int, int], tuple[str, list[str]]] = {}

    def take(self, event: Event) -> None:
        """Take the next event into account."""
        if isinstance(event, Text):
            trace = self._traces.get(event.choice)
            if trace is None:
                trace = self._traces[event.choice] = self._begun()
            trace.feed(event.text)
        elif isinstance(event, Thought):
            thought = self._thoughts.setdefault(event.choice, Trace(self._keyed))
            thought.feed(event.text or event.redacted or "")
        elif isinstance(event, ToolCall):
            at = (event.choice, event.index)
            name, pieces = self._calls.get(at, ("", []))
            self._calls[at] = (event.name or name, pieces)
            pieces.append(event.arguments)

    def _begun(self) -> Trace:
        """A trace that begins with what the request put into the answer's mouth, where it ends with such a turn."""
        trace = Trace(self._keyed)
        if self._turns and self._turns[-1].role == "assistant":
            for text in _said(self._turns[-1]):
                trace.feed(text)
        return trace

    def digests(self) -> set[bytes]:
        """By what the answer is known again. It takes no more afterwards."""
        context = _context(self._turns, len(self._turns), self._keyed)
        found: set[bytes] = set()
        paragraphs: list[set[bytes]] = []
        for trace in self._traces.values():
            trace.end()
            found.add(trace.whole() or trace.within(context))
            paragraphs.append(trace.paragraphs)
        for name, pieces in self._calls.values():
            arguments = "".join(pieces)
            found.add(call_digest(self._keyed, name, arguments, context))
            paragraphs += (trace_of(self._keyed, text).paragraphs for text in strings_in(arguments))
        for thought in self._thoughts.values():
            thought.end()
            paragraphs.append(thought.paragraphs)
        for some in paragraphs:
            found.update(islice(some, max(MOST_DIGESTS - len(found), 0)))
        return found


def digests_in(request: AnyRequest, keyed: Keyed) -> set[bytes]:
    """By what anything in the request may be known."""
    found: set[bytes] = set()
    if isinstance(request, Request):
        for index, message in enumerate(request.messages):
            if message.role == "assistant":
                _add_answer(found, request.messages, index, keyed)
    for text in _texts(request):
        # Most of what is asked is short, and shorter still in letters and digits.
        if len(text) >= SHORTEST_WHOLE:
            _add_text(found, text, keyed)
    return found


def _add_answer(found: set[bytes], messages: tuple[Message, ...], index: int, keyed: Keyed) -> None:
    """What tells an assistant's turn as a whole: its text, whatever parts it is in, and its tool calls."""
    message = messages[index]
    said = list(_said(message))
    calls = [part for part in message.parts if isinstance(part, ToolUse)]
    if not said and not calls:
        return
    context = _context(messages, index, keyed)
    if said:
        trace = trace_of(keyed, *said)
        found |= trace.paragraphs
        found.add(trace.whole() or trace.within(context))
    for call in calls:
        found.add(call_digest(keyed, call.name, call.arguments, context))


def _add_text(found: set[bytes], text: str, keyed: Keyed) -> None:
    trace = trace_of(keyed, text)
    found |= trace.paragraphs
    whole = trace.whole()
    if whole is not None:
        found.add(whole)
    for inner in strings_in(text):
        if len(inner) >= SHORTEST_PARAGRAPH:
            found |= trace_of(keyed, inner).paragraphs


def _context(messages: tuple[Message, ...], end: int, keyed: Keyed) -> bytes:
    """The digest of the user's words that a turn at `end` answers, tool calls and their results in between or not."""
    for message in reversed(messages[:end]):
        if message.role == "user" and (said := list(_said(message))):
            return digest_of(keyed, b"asked", words("".join(said)))
    return b""


def _turns(request: AnyRequest) -> tuple[Message, ...]:
    """The conversation as its caller wrote it, without the passages it may have been given."""
    if not isinstance(request, Request):
        return ()
    return request.messages if request.grounds is None else request.grounds.asked


def _said(message: Message) -> Iterator[str]:
    return (part.text for part in message.parts if isinstance(part, TextPart | RefusalPart))


def _texts(request: AnyRequest) -> Iterator[str]:
    """Every text of the request in which something may have been pasted."""
    yield from strings_of(request.extra)
    yield from request.metadata.values()
    if isinstance(request, EmbeddingRequest):
        yield from (item for item in request.inputs if isinstance(item, str))
    elif isinstance(request, RerankRequest):
        yield request.query
        yield from request.documents
    else:
        for message in request.messages:
            yield from _texts_of(message.parts)
        for tool in request.tools:
            if isinstance(tool, Tool):
                yield tool.description or ""
                yield from strings_of(tool.schema)
            else:
                yield from strings_of(tool.raw)
        if request.output is not None:
            yield request.output.description or ""
            yield from strings_of(request.output.schema)


def _texts_of(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        match part:
            case TextPart() | RefusalPart():
                yield part.text
            case ThoughtPart():
                yield part.text or part.redacted or ""
            case ToolUse():
                yield part.arguments
            case ToolResult():
                yield from _texts_of(part.parts)
            case FilePart():
                yield part.text or ""
            case OpaquePart():
                yield from strings_of(part.raw)
