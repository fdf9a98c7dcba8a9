"""Keeps a conversation under the label that it has come to carry: what Freehold answered is known when it comes back.

Going in, a request's earlier answers, its tool calls, and the longer paragraphs of any other text in it are looked up
by keyed hash. What has been answered is remembered the same way, as the caller got it, however much of it that was.
Knows no database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping

from freehold.core.event import Answer, Event, gather
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
    SHORTEST_PARAGRAPH,
    SHORTEST_WHOLE,
    Digest,
    call_digest,
    digest_of,
    letters,
    strings_in,
    strings_of,
    trace,
)

ORIGIN = "earlier answer"
"""What a source of this kind is called in the record, before it says what came back and in which field."""

Where = tuple[str, str]
"""What in the request may be known, and in which field of it; it may be all of an answer or a part of one."""
_WHOLE, _PASSAGE, _CALL = "a whole text", "a paragraph or sentence", "a tool call"

MOST_DIGESTS = 512
"""Of one answer."""
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
        memory = self._memory
        if memory.empty:
            return []
        if sum(len(text) for _, text in _texts(request)) > _MUCH:
            digests = await asyncio.to_thread(digests_in, request, memory.digest)
        else:
            digests = digests_in(request, memory.digest)
        return _told(await memory.labels(digests), digests) if digests else []

    def learn(self, request: AnyRequest, events: Iterable[Event], label: Label) -> None:
        """Remember an answer, as its caller got it and so far as it came, under the label that it has in the end.

        `request` is what it answers, as its caller wrote it. What may flow to the floor is not remembered.
        """
        if label.flows_to(self._floor()):
            return
        if digests := _digests_of(gather(events), _turns(request), self._memory.digest):
            self._memory.remember(digests, label)


def digests_in(request: AnyRequest, digest: Digest) -> dict[bytes, Where]:
    """By what anything in the request may be known, and what and where that is."""
    found: dict[bytes, Where] = {}
    if isinstance(request, Request):
        for index, message in enumerate(request.messages):
            if message.role == "assistant":
                _add_turn(found, request.messages, index, digest)
    for field, text in _texts(request):
        # Most of what is asked is short, and shorter still in letters and digits.
        if len(text) >= SHORTEST_WHOLE:
            _add_text(found, field, text, digest)
    return found


def _told(known: Mapping[bytes, Label], digests: Mapping[bytes, Where]) -> list[Source]:
    """A source for each label, which says what gave it first: what more came back adds nothing to it."""
    first: dict[Label, Where] = {}
    for each, where in digests.items():
        if (label := known.get(each)) is not None:
            first.setdefault(label, where)
    return [
        Source(f"{ORIGIN}: {what} in {field}", label)
        for label, (what, field) in sorted(first.items(), key=lambda pair: str(pair[0]))
    ]


def _digests_of(answer: Answer, turns: tuple[Message, ...], digest: Digest) -> list[bytes]:
    """By what an answer to these turns is known again: what tells it as a whole first, at most `MOST_DIGESTS`."""
    context = _context(turns, len(turns), digest)
    # What the request put into the answer's mouth, where it ends with such a turn, comes back as part of it.
    begun = "".join(_said(turns[-1])) if turns and turns[-1].role == "assistant" else ""
    wholes: list[bytes] = []
    paragraphs: list[bytes] = []
    for choice in answer.choices:
        for text in (choice.text, choice.refusal):
            if text:
                traced = trace(digest, begun + text)
                wholes.append(traced.whole or digest_of(digest, b"turn", context, traced.letters))
                paragraphs += [*traced.paragraphs, *_inner(text, digest)]
        for call in choice.calls:
            wholes.append(call_digest(digest, call.name, call.arguments, context))
            paragraphs += _inner(call.arguments, digest)
        for thought in choice.thoughts:
            paragraphs += trace(digest, thought.text or thought.redacted or "").paragraphs
    return list(dict.fromkeys((*wholes, *paragraphs)))[:MOST_DIGESTS]


def _add_turn(found: dict[bytes, Where], messages: tuple[Message, ...], index: int, digest: Digest) -> None:
    """What tells an assistant's turn as a whole: its text, whatever parts it is in, and its tool calls."""
    message, field = messages[index], f"messages[{index}]"
    said = "".join(_said(message))
    calls = [part for part in message.parts if isinstance(part, ToolUse)]
    if not said and not calls:
        return
    context = _context(messages, index, digest)
    if said:
        traced = trace(digest, said)
        found.setdefault(traced.whole or digest_of(digest, b"turn", context, traced.letters), (_WHOLE, field))
        _add(found, (_PASSAGE, field), (*traced.paragraphs, *_inner(said, digest)))
    for call in calls:
        found.setdefault(call_digest(digest, call.name, call.arguments, context), (_CALL, field))


def _add_text(found: dict[bytes, Where], field: str, text: str, digest: Digest) -> None:
    traced = trace(digest, text)
    if traced.whole is not None:
        found.setdefault(traced.whole, (_WHOLE, field))
    _add(found, (_PASSAGE, field), (*traced.paragraphs, *_inner(text, digest)))


def _add(found: dict[bytes, Where], where: Where, digests: Iterable[bytes]) -> None:
    for each in digests:
        found.setdefault(each, where)


def _inner(text: str, digest: Digest) -> Iterator[bytes]:
    """The paragraphs of the strings in a text that is JSON."""
    for inner in strings_in(text):
        if len(inner) >= SHORTEST_PARAGRAPH:
            yield from trace(digest, inner).paragraphs


def _context(messages: tuple[Message, ...], end: int, digest: Digest) -> bytes:
    """The digest of the user's words that a turn at `end` answers, tool calls and their results in between or not."""
    for message in reversed(messages[:end]):
        if message.role == "user" and (said := list(_said(message))):
            return digest_of(digest, b"asked", letters("".join(said)))
    return b""


def _turns(request: AnyRequest) -> tuple[Message, ...]:
    """The conversation as its caller wrote it, without the passages it may have been given."""
    if not isinstance(request, Request):
        return ()
    return request.messages if request.grounds is None else request.grounds.asked


def _said(message: Message) -> Iterator[str]:
    return (part.text for part in message.parts if isinstance(part, TextPart | RefusalPart))


def _texts(request: AnyRequest) -> Iterator[tuple[str, str]]:
    """Every text of the request in which something may have been pasted, each behind its field."""
    yield from _in("extra", strings_of(request.extra))
    yield from _in("metadata", request.metadata.values())
    if isinstance(request, EmbeddingRequest):
        yield from ((f"input[{index}]", item) for index, item in enumerate(request.inputs) if isinstance(item, str))
    elif isinstance(request, RerankRequest):
        yield "query", request.query
        yield from ((f"documents[{index}]", item) for index, item in enumerate(request.documents))
    else:
        for index, message in enumerate(request.messages):
            if not _is_one_text(message):
                yield from _in(f"messages[{index}]", _texts_of(message.parts))
        for index, tool in enumerate(request.tools):
            if isinstance(tool, Tool):
                yield from _in(f"tools[{index}]", (tool.description or "", *strings_of(tool.schema)))
            else:
                yield from _in(f"tools[{index}]", strings_of(tool.raw))
        if request.output is not None:
            yield from _in("output", (request.output.description or "", *strings_of(request.output.schema)))


def _in(field: str, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((field, text) for text in texts)


def _is_one_text(message: Message) -> bool:
    """Whether it is an assistant's turn of which `_add_turn` has told everything."""
    return message.role == "assistant" and len(message.parts) == 1 and isinstance(message.parts[0], TextPart)


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
