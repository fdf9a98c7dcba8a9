"""The two dialects that the benchmark speaks: what is asked, and what the instant upstream answers.

A request says in its own prompt how it wants to be streamed (``frames=500 rate=50``), so that the order reaches the
upstream through any proxy, in any dialect. Every streamed frame carries the time at which it was sent, in the text
(``@123456789;`` in nanoseconds of the machine's monotonic clock), so that a reader of any dialect can find it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import msgspec

Dialect = Literal["openai", "anthropic"]

PATHS: dict[Dialect, str] = {"openai": "/v1/chat/completions", "anthropic": "/v1/messages"}
MARK = re.compile(rb"@(\d+);")
ORDER = re.compile(rb"frames=(\d+) rate=([\d.]+)")
BODY_BYTES = 500


def request_body(model: str, *, frames: int = 0, rate: float = 0.0) -> bytes:
    """A chat request of `BODY_BYTES` bytes that both dialects understand; streamed when `frames` is not 0."""
    order = f"frames={frames} rate={rate:g} " if frames else ""
    head = {"model": model, "max_tokens": max(frames, 64), "stream": bool(frames)}

    def encode(filler: str) -> bytes:
        return msgspec.json.encode({**head, "messages": [{"role": "user", "content": order + filler}]})

    return encode(_filler(BODY_BYTES - len(encode(""))))


def whole_answer(dialect: Dialect) -> bytes:
    """A complete answer of `BODY_BYTES` bytes with its usage."""
    build = _openai_answer if dialect == "openai" else _anthropic_answer
    return msgspec.json.encode(build(_filler(BODY_BYTES - len(msgspec.json.encode(build(""))))))


class Frames(msgspec.Struct, frozen=True):
    """A stream's parts, as bytes on the wire: what comes first, one frame of text, and what comes last."""

    first: bytes
    frame: Callable[[int], bytes]
    """Given the time in nanoseconds."""
    last: bytes


def _filler(length: int) -> str:
    words = "the quick brown fox jumps over the lazy dog "
    return (words * (length // len(words) + 1))[:length]


def _openai_answer(text: str) -> dict[str, object]:
    return {
        "id": "chatcmpl-bench",
        "object": "chat.completion",
        "created": 1700000000,
        "model": "bench",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150},
    }


def _anthropic_answer(text: str) -> dict[str, object]:
    return {
        "id": "msg_bench",
        "type": "message",
        "role": "assistant",
        "model": "bench",
        "content": [{"type": "text", "text": text}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 100, "output_tokens": 50},
    }


def _openai_chunk(delta: dict[str, str], finish: str | None, usage: dict[str, int] | None = None) -> bytes:
    chunk: dict[str, object] = {
        "id": "chatcmpl-bench",
        "object": "chat.completion.chunk",
        "created": 1700000000,
        "model": "bench",
        "choices": [] if usage else [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
    if usage:
        chunk["usage"] = usage
    return b"data: " + msgspec.json.encode(chunk) + b"\n\n"


def _anthropic_event(kind: str, fields: dict[str, object]) -> bytes:
    return f"event: {kind}\ndata: ".encode() + msgspec.json.encode({"type": kind, **fields}) + b"\n\n"


def _cut_at_mark(frame: bytes) -> Callable[[int], bytes]:
    """A frame is encoded once; only the time in it changes."""
    before, after = frame.split(b"@0;")
    return lambda now: b"%b@%d;%b" % (before, now, after)


_OPENAI = Frames(
    first=_openai_chunk({"role": "assistant", "content": ""}, None),
    frame=_cut_at_mark(_openai_chunk({"content": "@0;"}, None)),
    last=_openai_chunk({}, "stop")
    + _openai_chunk({}, None, {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150})
    + b"data: [DONE]\n\n",
)

_ANTHROPIC = Frames(
    first=_anthropic_event(
        "message_start",
        {
            "message": {
                "id": "msg_bench",
                "type": "message",
                "role": "assistant",
                "model": "bench",
                "content": [],
                "stop_reason": None,
                "stop_sequence": None,
                "usage": {"input_tokens": 100, "output_tokens": 1},
            }
        },
    )
    + _anthropic_event("content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}}),
    frame=_cut_at_mark(
        _anthropic_event("content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": "@0;"}})
    ),
    last=_anthropic_event("content_block_stop", {"index": 0})
    + _anthropic_event(
        "message_delta",
        {"delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 50}},
    )
    + _anthropic_event("message_stop", {}),
)

FRAMES: dict[Dialect, Frames] = {"openai": _OPENAI, "anthropic": _ANTHROPIC}
