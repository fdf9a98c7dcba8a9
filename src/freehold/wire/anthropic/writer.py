"""A streamed answer in the Messages dialect.

A stream is ``message_start``, blocks one after another (start, deltas, stop; numbered from 0), ``message_delta`` with
the stop reason and all usage, ``message_stop``. Blocks do not overlap, so a piece of a tool call that comes while
another call is unfinished waits for it. Frames that pass through as they came move the same state, so that whatever is
written after them fits.
"""

from __future__ import annotations

from freehold.core.errors import RequestError
from freehold.core.event import (
    Aside,
    Call,
    Choice,
    Event,
    Finished,
    Opened,
    Text,
    Thought,
    ToolCall,
    Usage,
)
from freehold.core.request import AnyRequest, JsonObject
from freehold.wire.anthropic.citations import citation
from freehold.wire.anthropic.reply import call_id, head, stop_reason, thought_block, usage_fields
from freehold.wire.anthropic.turns import RAW_ARGUMENTS, call_input
from freehold.wire.faults import error_body
from freehold.wire.json import encode

_TEXT_DELTA = (
    b'event: content_block_delta\ndata: {"type":"content_block_delta","index":%d,'
    b'"delta":{"type":"text_delta","text":%b}}\n\n'
)

_PING = b'event: ping\ndata: {"type": "ping"}\n\n'
_SIGNS_OF_LIFE = (b":", b"event: ping")
"""How frames begin that only say that the target is still there: a comment, or this dialect's own ping."""


class Writer:
    """Writes one answer. Events of a second choice are left out: this dialect has one answer."""

    def __init__(self, request: AnyRequest, exchange_id: str, *, verbatim: bool) -> None:
        self._model = request.model
        self._exchange_id = exchange_id
        self._verbatim = verbatim
        self._usage = Usage()
        self._started = False
        self._blocks = 0
        """Blocks begun so far."""
        self._open: str | int | None = None
        """What the open block holds: ``text``, ``refusal``, ``thought``, or the number of a tool call."""
        self._signed = False
        self._cited = False
        """The open block has citations."""
        self._calls: dict[int, Call] = {}
        self._block_of: dict[int, int] = {}
        """The block that each call has begun."""
        self._waiting: list[int] = []
        """Calls whose block has not begun, in order; their arguments gather meanwhile."""
        self._choice = Choice()
        """What decides the stop reason; its texts are not gathered."""
        self._told = False
        """``message_delta`` has been sent."""
        self._stopped = False

    def write(self, event: Event) -> bytes:
        """The bytes this event adds to the stream; often none."""
        if self._verbatim:
            raw = event.raw
            if raw:
                return self._pass(raw)
            if raw is not None and not isinstance(event, Usage):
                return b""
        match event:
            case Opened():
                # Held until the next event, which may be the usage that belongs into message_start.
                self._model = event.model or self._model
                return b""
            case Usage():
                self._usage = event
                return b""
            case Text(choice=0):
                return self._text(event)
            case Thought(choice=0):
                return self._thought(event)
            case ToolCall(choice=0):
                return self._tool_call(event)
            case Finished(choice=0):
                self._choice.finish, self._choice.stop_sequence = event.reason, event.stop_sequence
                return self._begin() + self._flush_calls() + self._end_block()
            case Aside():
                return _PING if event.raw.startswith(_SIGNS_OF_LIFE) else b""
            case _:
                return b""

    def close(self) -> bytes:
        """Whatever of the ending has not been written; a stream passed through whole needs none."""
        if self._stopped:
            return b""
        self._stopped = True
        ended = self._begin() + self._flush_calls() + self._end_block()
        if not self._told:
            delta = {"stop_reason": stop_reason(self._choice), "stop_sequence": self._choice.stop_sequence}
            ended += _frame("message_delta", {"delta": delta, "usage": usage_fields(self._usage)})
        return ended + _frame("message_stop", {})

    def fail(self, error: RequestError) -> bytes:
        """The error event, after which nothing follows."""
        self._stopped = True
        return b"event: error\ndata: %b\n\n" % error_body(error, "anthropic", self._exchange_id)

    def _pass(self, raw: bytes) -> bytes:
        """A frame as it came, noting what it does to the stream's state."""
        if b"content_block_delta" in raw[:40]:
            return raw
        self._started = True
        start = raw[:40]
        if b"content_block_start" in start:
            self._blocks += 1
            self._open = "passed"
        elif b"content_block_stop" in start:
            self._open = None
        elif b"message_delta" in start:
            self._told = True
        elif b"message_stop" in start:
            self._stopped = True
        return raw

    def _begin(self) -> bytes:
        if self._started:
            return b""
        self._started = True
        message = head(self._exchange_id, self._model) | {"usage": usage_fields(self._usage)}
        return _frame("message_start", {"message": message})

    def _text(self, event: Text) -> bytes:
        kind = "refusal" if event.refusal else "text"
        if event.refusal:
            self._choice.refusal = "given"
        if not (event.text or event.annotations):
            return self._begin()
        # What comes after citations is not what they are about, so it is another block.
        going_on = self._open == kind and not (self._cited and event.text)
        begun = b"" if going_on else self._begin_block(kind, {"type": "text", "text": ""})
        if event.text:
            begun += _TEXT_DELTA % (self._blocks - 1, encode(event.text))
        for note in event.annotations:
            if (said := citation(note)) is not None:
                begun += self._delta({"type": "citations_delta", "citation": said})
                self._cited = True
        return begun

    def _thought(self, event: Thought) -> bytes:
        if event.redacted is not None:
            return self._begin_block("redacted", thought_block(event)) + self._end_block()
        if not (event.text or event.signature):
            return self._begin()
        begun = b""
        # A signature ends its block: what is thought after it is another thought.
        if self._open != "thought" or self._signed:
            begun = self._begin_block("thought", thought_block(Thought()))
            self._signed = False
        if event.text:
            begun += self._delta({"type": "thinking_delta", "thinking": event.text})
        if event.signature:
            self._signed = True
            begun += self._delta({"type": "signature_delta", "signature": event.signature})
        return begun

    def _tool_call(self, event: ToolCall) -> bytes:
        index = event.index
        call = self._calls.get(index)
        if call is None:
            call = self._calls[index] = Call(event.id or call_id(self._exchange_id, index), event.name or "", "")
            self._choice.calls.append(call)
            self._waiting.append(index)
        call.arguments += event.arguments
        # A block that has ended takes no white space any more; clients do take a piece that comes too late.
        late = index in self._block_of and self._open != index and not event.arguments.strip()
        written = b"" if late or index in self._waiting else self._arguments(index, event.arguments)
        return written + self._next_calls()

    def _next_calls(self) -> bytes:
        """Begin waiting calls, as long as none that is open lacks the rest of its arguments."""
        written = b""
        while self._waiting and not (isinstance(self._open, int) and not _complete(self._calls[self._open])):
            written += self._begin_call(self._waiting.pop(0))
        return written

    def _flush_calls(self) -> bytes:
        """Begin all waiting calls: no more is coming for any."""
        written = b""
        while self._waiting:
            written += self._begin_call(self._waiting.pop(0))
        return written

    def _begin_call(self, index: int) -> bytes:
        call = self._calls[index]
        block = {"type": "tool_use", "id": call.id, "name": call.name, "input": {}}
        begun = self._begin_block(index, block)
        self._block_of[index] = self._blocks - 1
        return begun + self._arguments(index, call.arguments)

    def _arguments(self, index: int, piece: str) -> bytes:
        if not piece:
            return b""
        delta = {"type": "input_json_delta", "partial_json": piece}
        return _frame("content_block_delta", {"index": self._block_of[index], "delta": delta})

    def _begin_block(self, kind: str | int, block: JsonObject) -> bytes:
        begun = self._begin() + self._end_block()
        self._open, self._cited = kind, False
        self._blocks += 1
        return begun + _frame("content_block_start", {"index": self._blocks - 1, "content_block": block})

    def _end_block(self) -> bytes:
        if self._open is None:
            return b""
        self._open = None
        return _frame("content_block_stop", {"index": self._blocks - 1})

    def _delta(self, delta: JsonObject) -> bytes:
        return _frame("content_block_delta", {"index": self._blocks - 1, "delta": delta})


def _complete(call: Call) -> bool:
    """Whether a call's arguments are a JSON object, to which nothing can be added."""
    return call.arguments.endswith("}") and RAW_ARGUMENTS not in call_input(call.arguments)


def _frame(event: str, data: JsonObject) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (event.encode(), encode({"type": event} | data))
