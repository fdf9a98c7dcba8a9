"""Upstreams of the leak test: each hands on every byte that it is sent, and answers, or fails in one of many ways."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, NamedTuple, cast

_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)
_PIECE = 60
"""Characters of an answer a frame."""


class Receipt(NamedTuple):
    """What a target was sent: when (monotonic seconds), the head and the body, byte for byte."""

    target: str
    at: float
    head: bytes
    body: bytes


Say = Callable[[Receipt], str]
"""What the model answers to what it was sent."""


class Recorder:
    """``async with Recorder(...)``: one target's upstream, on loopback."""

    def __init__(
        self, name: str, take: Callable[[Receipt], None], say: Say, chance: random.Random, *, failing: float = 0.12
    ) -> None:
        """`take` is told of all that comes, before it is answered; `failing` is the share of answers that are none."""
        self.name = name
        self.take = take
        self._say = say
        self._chance = chance
        self._failing = failing
        self.connections: set[asyncio.Transport] = set()
        self.failures = 0

    async def __aenter__(self) -> Recorder:
        self._server = await asyncio.get_running_loop().create_server(lambda: _Connection(self), "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for transport in list(self.connections):
            transport.abort()

    @property
    def url(self) -> str:
        """Its address, with the version."""
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    def answer(self, receipt: Receipt) -> list[bytes | None]:
        """The pieces to be written; `None` resets the connection."""
        self.take(receipt)
        path = receipt.head.split(b" ", 2)[1]
        body: dict[str, Any] = json.loads(receipt.body)
        if self._chance.random() < self._failing:
            self.failures += 1
            return self._failure(path, body)
        return _whole(_answer(path, body, self._say(receipt), self._chance))

    def _failure(self, path: bytes, body: dict[str, Any]) -> list[bytes | None]:
        status = self._chance.choice([429, 500, 503, 529, 400, 401, 404, 0, 0, 0])
        if status:
            said = {"type": "error", "error": {"type": "api_error", "message": "no", "code": None}}
            return _whole((status, "application/json", json.dumps(said).encode()))
        pieces = _whole(
            _answer(path, body, "It began well, and then it broke off in the middle of it all.", self._chance)
        )
        whole = b"".join(each for each in pieces if each is not None)
        kind = self._chance.choice(["before", "within", "garbage", "empty"])
        if kind == "before":
            return [None]
        if kind == "within":
            return [whole[: len(whole) * 2 // 3], None]
        said_nothing = b"" if kind == "empty" else b"{not json"
        return _whole((200, "application/json", said_nothing))


class _Connection(asyncio.Protocol):
    """One connection, which may be used again."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._recorder.connections.add(self._transport)

    def connection_lost(self, _exc: Exception | None) -> None:
        """The client, or the recorder, has gone."""
        self._recorder.connections.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, there, rest = self._buffer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        wanted = int(length[1]) if length else 0
        if not there or len(rest) < wanted:
            return
        self._buffer = rest[wanted:]
        receipt = Receipt(self._recorder.name, time.monotonic(), head, rest[:wanted])
        for piece in self._recorder.answer(receipt):
            if piece is None:
                self._transport.abort()
                return
            self._transport.write(piece)


def _whole(answer: tuple[int, str, bytes]) -> list[bytes | None]:
    status, kind, body = answer
    more = b"retry-after: 0\r\n" if status == 429 else b""
    head = f"HTTP/1.1 {status} Whatever\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n".encode()
    return [head + more + b"\r\n", body]


def _answer(path: bytes, body: dict[str, Any], text: str, chance: random.Random) -> tuple[int, str, bytes]:
    if path.endswith(b"/embeddings"):
        inputs = body["input"] if isinstance(body["input"], list) else [body["input"]]
        rows = [{"object": "embedding", "index": place, "embedding": [0.5, 0.5]} for place in range(len(inputs))]
        return _json({"object": "list", "model": "m", "data": rows, "usage": {"prompt_tokens": 3, "total_tokens": 3}})
    if path.endswith(b"/rerank"):
        ranked = [{"index": place, "relevance_score": 0.5} for place in range(len(body["documents"]))]
        return _json({"model": "m", "results": ranked})
    calls = bool(body.get("tools")) and chance.random() < 0.4
    write = _anthropic if path.endswith(b"/messages") else _openai
    if not body.get("stream"):
        return _json(write(text, calls=calls))
    frames = _anthropic_frames(text, calls=calls) if write is _anthropic else _openai_frames(text, calls=calls)
    return 200, "text/event-stream", b"".join(frames)


def _json(value: Any) -> tuple[int, str, bytes]:
    return 200, "application/json", json.dumps(value).encode()


def _openai(text: str, *, calls: bool) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": None if calls else text}
    if calls:
        function = {"name": "note", "arguments": json.dumps({"text": text})}
        message["tool_calls"] = [{"id": "call_1", "type": "function", "function": function}]
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}
    usage = {"prompt_tokens": 3, "completion_tokens": 3, "total_tokens": 6}
    about = {"id": "c1", "object": "chat.completion", "created": 1, "model": "m"}
    return {**about, "choices": [choice], "usage": usage}


def _openai_frames(text: str, *, calls: bool) -> Iterator[bytes]:
    def frame(delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
        return b"data: %s\n\n" % json.dumps(chunk).encode()

    yield frame({"role": "assistant", "content": None if calls else ""})
    if calls:
        function = {"name": "note", "arguments": ""}
        yield frame({"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": function}]})
    said = json.dumps({"text": text}) if calls else text
    for at in range(0, len(said), _PIECE):
        piece = said[at : at + _PIECE]
        yield frame({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} if calls else {"content": piece})
    yield frame({}, "tool_calls" if calls else "stop")
    yield b"data: [DONE]\n\n"


def _anthropic(text: str, *, calls: bool) -> dict[str, Any]:
    use = {"type": "tool_use", "id": "toolu_1", "name": "note", "input": {"text": text}}
    return {
        "id": "m1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "stop_sequence": None,
        "stop_reason": "tool_use" if calls else "end_turn",
        "content": [use if calls else {"type": "text", "text": text}],
        "usage": {"input_tokens": 3, "output_tokens": 3},
    }


def _anthropic_frames(text: str, *, calls: bool) -> Iterator[bytes]:
    def frame(value: dict[str, Any]) -> bytes:
        return b"event: %s\ndata: %s\n\n" % (value["type"].encode(), json.dumps(value).encode())

    message = {**_anthropic("", calls=False), "content": [], "stop_reason": None}
    yield frame({"type": "message_start", "message": message})
    block = (
        {"type": "tool_use", "id": "toolu_1", "name": "note", "input": {}} if calls else {"type": "text", "text": ""}
    )
    yield frame({"type": "content_block_start", "index": 0, "content_block": block})
    said = json.dumps({"text": text}) if calls else text
    for at in range(0, len(said), _PIECE):
        piece = said[at : at + _PIECE]
        delta = {"type": "input_json_delta", "partial_json": piece} if calls else {"type": "text_delta", "text": piece}
        yield frame({"type": "content_block_delta", "index": 0, "delta": delta})
    yield frame({"type": "content_block_stop", "index": 0})
    ended = {"stop_reason": "tool_use" if calls else "end_turn", "stop_sequence": None}
    yield frame({"type": "message_delta", "delta": ended, "usage": {"input_tokens": 3, "output_tokens": 3}})
    yield frame({"type": "message_stop"})
