"""A provider's answer in the Messages dialect, streamed or whole, read into events.

Anthropic's ``input_tokens`` leaves out what was read from and written to the cache; a neutral `Usage` counts it all.
Blocks of a server's own tools mean nothing in neutral words: their frames become `Aside`s.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Aside, Event, Finished, Opened, Text, Thought, ToolCall, Usage
from freehold.core.request import JsonObject
from freehold.wire import json
from freehold.wire.anthropic.citations import annotation
from freehold.wire.anthropic.failures import broken, first_error
from freehold.wire.anthropic.schema import Block, Delta, Head, StreamEvent, UsageCount, WireError
from freehold.wire.anthropic.terms import FINISH_REASONS
from freehold.wire.sse import Frame
from freehold.wire.upstream import clean, not_the_dialect

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_HELD_LIMIT = 64 * 1024
_KINDS = frozenset(
    {
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    }
)
"""Events that are part of a message; a ping is not, nor is what a later version of the dialect may add."""


_decode_event = msgspec.json.Decoder(StreamEvent).decode
_decode_message = msgspec.json.Decoder(Head).decode


class Reader:
    """Reads one stream."""

    def __init__(self) -> None:
        self._begun = False
        self._held = b""
        """Pings and comments that came before the message."""
        self._finished = False
        self._usage = UsageCount()
        self._written = 0
        """Characters of text so far; citations say which of them they support."""
        self._block_start = 0
        self._citations: list[JsonObject] = []
        self._calls: dict[int, int] = {}
        """The number of the tool call that each ``tool_use`` block is."""
        self._input: bytes | None = None
        """The input that the open ``tool_use`` block began with, until a piece of it comes."""

    def read(self, frame: Frame) -> Sequence[Event]:
        """The events of one frame; raises `AttemptFailed` for an error event and for what is not this dialect."""
        raw = frame.raw
        if not frame.data or frame.data == b"[DONE]":
            return self._aside(raw)
        try:
            event = _decode_event(frame.data)
        except _UNREADABLE as error:
            failed = not_the_dialect(frame.data, error)
            raise AttemptFailed(Fault.BROKEN, failed.message) if self._begun else failed from error
        if event.type == "content_block_delta" and event.delta is not None and self._begun:
            return (self._delta(event.index, event.delta, raw),)
        if event.type == "error":
            described = event.error or WireError()
            raise broken(described) if self._begun else first_error(described)
        if event.type not in _KINDS:
            return self._aside(raw)
        if not self._begun:
            if event.type != "message_start":
                raise AttemptFailed(Fault.PROTOCOL, f"the stream begins with {event.type}, not with message_start")
            self._begun, raw = True, self._held + raw
        return self._rarer(event, raw)

    def end(self) -> Sequence[Event]:
        """Nothing; raises `AttemptFailed` where the stream ended before its message did, or never began."""
        if not self._begun:
            raise AttemptFailed(Fault.PROTOCOL, "the target's stream holds no message")
        if not self._finished:
            raise AttemptFailed(Fault.BROKEN, "the stream ended before the message was whole")
        return ()

    def _aside(self, raw: bytes) -> Sequence[Event]:
        """A frame that says nothing. Before the message begins it waits for it, because an event commits the answer."""
        if self._begun:
            return (Aside(raw),)
        if len(self._held) < _HELD_LIMIT:
            self._held += raw
        return ()

    def _rarer(self, event: StreamEvent, raw: bytes) -> Sequence[Event]:
        match event.type:
            case "message_start" if event.message is not None:
                head = event.message
                return Opened(id=head.id, model=head.model, raw=raw), *self._count(head.usage, b"")
            case "content_block_start" if event.content_block is not None:
                return (self._start(event.index, event.content_block, raw),)
            case "content_block_stop":
                return (self._stop(event.index, raw),)
            case "message_delta":
                return self._end_message(event, raw)
            case "message_stop" if not self._finished:
                self._finished = True
                return (Finished("other", raw=raw),)
            case _:
                return (Aside(raw),)

    def _start(self, index: int, block: Block, raw: bytes) -> Event:
        self._block_start, self._citations = self._written, []
        match block.type:
            case "tool_use":
                self._calls[index] = number = len(self._calls)
                self._input = json.encode(block.input or {})
                return ToolCall(number, id=block.id, name=block.name, raw=raw)
            case "text" if block.text:
                return self._text(block.text, raw)
            case "thinking" if block.thinking or block.signature:
                return Thought(block.thinking, signature=block.signature or None, raw=raw)
            case "redacted_thinking" if block.data is not None:
                return Thought(redacted=block.data, raw=raw)
            case _:
                return Aside(raw)

    def _delta(self, index: int, delta: Delta, raw: bytes) -> Event:
        match delta.type:
            case "text_delta":
                return self._text(delta.text, raw)
            case "input_json_delta" if index in self._calls:
                if delta.partial_json:
                    self._input = None
                return ToolCall(self._calls[index], arguments=delta.partial_json, raw=raw)
            case "thinking_delta":
                return Thought(delta.thinking, raw=raw)
            case "signature_delta":
                return Thought(signature=delta.signature, raw=raw)
            case "citations_delta" if delta.citation is not None:
                self._citations.append(delta.citation)
                return Aside(raw)
            case _:
                return Aside(raw)

    def _text(self, text: str, raw: bytes) -> Text:
        self._written += len(text)
        return Text(text, raw=raw)

    def _stop(self, index: int, raw: bytes) -> Event:
        """What is only known at a block's end: its citations' extent, and arguments that never came in pieces."""
        if self._citations:
            cited, self._citations = self._citations, []
            return Text("", annotations=_annotations(cited, self._block_start, self._written), raw=raw)
        if index in self._calls and self._input is not None:
            given, self._input = self._input.decode(), None
            return ToolCall(self._calls[index], arguments=given, raw=raw)
        return Aside(raw)

    def _end_message(self, event: StreamEvent, raw: bytes) -> Sequence[Event]:
        events: list[Event] = [*self._count(event.usage, raw)]
        if event.delta is not None and event.delta.stop_reason is not None:
            self._finished = True
            events.append(_finished(event.delta.stop_reason, event.delta.stop_sequence, b"" if events else raw))
        return events or (Aside(raw),)

    def _count(self, usage: UsageCount | None, raw: bytes) -> Sequence[Event]:
        """Totals so far: what the later count leaves out stands as it was."""
        if usage is None:
            return ()
        for field in UsageCount.__struct_fields__:
            if getattr(usage, field) is None:
                setattr(usage, field, getattr(self._usage, field))
        self._usage = usage
        return (_usage(usage, raw),)


def read_whole(body: bytes) -> Sequence[Event]:
    """The events of a message that was not streamed, the first carrying `body`; raises `AttemptFailed`."""
    try:
        message = _decode_message(body)
    except _UNREADABLE as error:
        raise not_the_dialect(body, error) from error
    if message.error is not None:
        raise AttemptFailed(Fault.PROTOCOL, f"the target answered 200 with an error: {clean(message.error.message)}")
    if message.content is None:
        raise AttemptFailed(Fault.PROTOCOL, "the answer is not of the Messages dialect: it has no content")
    events: list[Event] = [Opened(id=message.id, model=message.model, raw=body)]
    calls = written = 0
    for block in message.content:
        match block.type:
            case "text":
                end = written + len(block.text)
                events.append(Text(block.text, annotations=_annotations(block.citations, written, end), raw=b""))
                written = end
            case "thinking":
                events.append(Thought(block.thinking, signature=block.signature or None, raw=b""))
            case "redacted_thinking":
                events.append(Thought(redacted=block.data, raw=b""))
            case "tool_use":
                given = json.encode(block.input or {}).decode()
                events.append(ToolCall(calls, id=block.id, name=block.name, arguments=given, raw=b""))
                calls += 1
            case _:
                pass
    if message.usage is not None:
        events.append(_usage(message.usage, b""))
    events.append(_finished(message.stop_reason or "end_turn", message.stop_sequence, b""))
    return events


def _annotations(citations: list[JsonObject] | None, start: int, end: int) -> tuple[JsonObject, ...]:
    return tuple([annotation(citation, start, end) for citation in citations or ()])


def _finished(reason: str, stop_sequence: str | None, raw: bytes) -> Finished:
    return Finished(FINISH_REASONS.get(reason, "other"), stop_sequence=stop_sequence, raw=raw)


def _usage(usage: UsageCount, raw: bytes) -> Usage:
    read, made = usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0
    details = usage.output_tokens_details
    return Usage(
        input=(usage.input_tokens or 0) + read + made,
        output=usage.output_tokens or 0,
        cached_input=read,
        cache_write=made,
        reasoning=(details.thinking_tokens or 0) if details else 0,
        raw=raw,
    )
