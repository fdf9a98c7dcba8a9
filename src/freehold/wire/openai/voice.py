"""One choice of an answer, turned from what the server says into events; the same for a stream and for a whole answer.

The first event made from a frame carries the frame's bytes, the others ``b""``: so every method takes the events made
so far, and `raw` of the frame is given away once.
"""

from __future__ import annotations

import hashlib
from typing import Any

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Event, Finished, FinishReason, Text, Thought, ToolCall
from freehold.wire.json import encode
from freehold.wire.openai.answers import CallPiece, FunctionPiece, Said
from freehold.wire.openai.logprobs import LogprobsBody, read_tokens

_REASONS: dict[str, FinishReason] = {
    "stop": "stop",
    "eos": "stop",
    "eos_token": "stop",
    "end_turn": "stop",
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
}
"""OpenAI's words, and those by which Together, TGI and Mistral mean the same."""


class Voice:
    """Reads one choice. `answer_id` goes into the ids of calls to which the server gave none."""

    def __init__(self, choice: int, answer_id: str) -> None:
        self.finished = False
        self._choice = choice
        self._answer_id = answer_id
        self._calls: list[tuple[int | None, str]] = []
        """The server's index and the id of each call, in the order in which they began."""
        self._refused = False

    def hear(
        self, said: Said, logprobs: LogprobsBody | float | None, finish: str | None, raw: bytes, events: list[Event]
    ) -> None:
        """Add the events of a message, or of a piece of one, to `events`; raises `AttemptFailed`."""
        thought = said.reasoning_content or said.reasoning
        if thought and isinstance(thought, str):
            events.append(Thought(thought, self._choice, raw=b"" if events else raw))
        content = said.content
        tokens = logprobs if isinstance(logprobs, LogprobsBody) else None
        if content.__class__ is list:
            self._parts(content, raw, events)
        elif content or (tokens and tokens.content) or said.annotations:
            self._text(said, tokens, raw, events)
        if said.refusal or (tokens and tokens.refusal):
            self._refused = True
            probable = read_tokens(tokens.refusal) if tokens else ()
            events.append(Text(said.refusal or "", self._choice, True, probable, b"" if events else raw))
        if said.tool_calls:
            for piece in said.tool_calls:
                events.append(self._call(piece, b"" if events else raw))
        if said.function_call:
            events.append(self._call(CallPiece(0, None, said.function_call), b"" if events else raw))
        if finish is not None and not self.finished:
            events.append(self.finish(finish, b"" if events else raw))

    def finish(self, reason: str, raw: bytes | None) -> Finished:
        """The end of this choice. Some servers say ``stop`` also where the model called a tool or refused."""
        if reason == "error":
            raise AttemptFailed(Fault.BROKEN, "the target broke off its answer with an error")
        self.finished = True
        meant = _REASONS.get(reason, "other")
        if meant == "stop" and self._calls:
            meant = "tool_calls"
        elif meant == "stop" and self._refused:
            meant = "refusal"
        return Finished(meant, self._choice, None, raw)

    def _text(self, said: Said, tokens: LogprobsBody | None, raw: bytes, events: list[Event]) -> None:
        text = said.content if isinstance(said.content, str) else ""
        probable = read_tokens(tokens.content) if tokens else ()
        notes = tuple(said.annotations) if said.annotations else ()
        events.append(Text(text, self._choice, False, probable, b"" if events else raw, notes))

    def _parts(self, parts: Any, raw: bytes, events: list[Event]) -> None:
        """Mistral's reasoning models: ``{"type": "thinking", "thinking": [parts]}`` and ``{"type": "text", ...}``."""
        for part in parts:
            if not isinstance(part, dict):
                continue
            if part.get("type") == "thinking":
                if text := _plain(part.get("thinking")):
                    events.append(Thought(text, self._choice, raw=b"" if events else raw))
            elif text := _plain(part.get("text")):
                events.append(Text(text, self._choice, raw=b"" if events else raw))

    def _call(self, piece: CallPiece, raw: bytes) -> ToolCall:
        function = piece.function or FunctionPiece()
        arguments = function.arguments or ""
        if not isinstance(arguments, str):
            arguments = encode(arguments).decode()
        number = self._known(piece, function)
        if number is not None:
            return ToolCall(number, None, None, arguments, self._choice, raw)
        number = len(self._calls)
        call_id = piece.id or self._made_up_id(number, function.name or "")
        self._calls.append((piece.index, call_id))
        return ToolCall(number, call_id, function.name or "", arguments, self._choice, raw)

    def _known(self, piece: CallPiece, function: FunctionPiece) -> int | None:
        """Which call a piece goes on with; `None` where it begins one.

        Servers that give no index, or the same one to every call, begin a call with a name and a fresh id.
        """
        for number in range(len(self._calls) - 1, -1, -1):
            index, call_id = self._calls[number]
            if piece.index != index:
                continue
            begins = bool(function.name) and (piece.index is None if not piece.id else piece.id != call_id)
            return None if begins else number
        return None

    def _made_up_id(self, number: int, name: str) -> str:
        """An id that is the same each time this answer is read, and another in every other answer."""
        seed = f"{self._answer_id}\n{self._choice}\n{number}\n{name}"
        return "call_" + hashlib.sha256(seed.encode()).hexdigest()[:24]


def _plain(content: Any) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(_plain(part.get("text")) for part in content if isinstance(part, dict))
    return ""
