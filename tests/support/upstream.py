"""A scripted HTTP/1.1 server on loopback: the other side of a provider, with a say over every byte.

An answer is a list of steps, played when a request is whole: ``bytes`` are written, a ``float`` waits so many seconds,
`SILENCE` says nothing more until the peer leaves, `CLOSE` ends the connection in good order and `ABORT` resets it.
After its last step the connection stays open for the next request.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Any, cast

PATIENCE = 5.0
"""Seconds a test waits for what must come; nothing that works takes a tenth of it."""


class Do(Enum):
    """What a step can be besides bytes and a wait."""

    CLOSE = 1
    ABORT = 2
    SILENCE = 3


CLOSE, ABORT, SILENCE = Do.CLOSE, Do.ABORT, Do.SILENCE

Step = bytes | float | Do
Answer = Iterable[Step]


@dataclass
class Asked:
    """One request as it came: its lower-case headers in order, its raw head, its body."""

    line: str
    headers: list[tuple[str, str]]
    head: bytes
    body: bytes
    connection: int

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Peer(asyncio.Protocol):
    """One connection to the upstream."""

    def __init__(self, upstream: Upstream, number: int) -> None:
        self.upstream = upstream
        self.number = number
        self.left = asyncio.Event()
        """Set when the peer has closed its side, or reset the connection."""
        self.transport: asyncio.Transport
        self._buffer = b""
        self._writable = asyncio.Event()
        self._writable.set()
        self._task: asyncio.Task[None] | None = None
        self.written = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.set_write_buffer_limits(high=64 * 1024)
        self.transport.write(self.upstream.greeting)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, mark, rest = self._buffer.partition(b"\r\n\r\n")
        if not mark:
            return
        line, *lines = head.decode("latin-1").split("\r\n")
        headers = [(name.lower(), value.strip()) for name, _, value in (each.partition(":") for each in lines)]
        length = int(dict(headers).get("content-length", "0"))
        if len(rest) < length:
            return
        self._buffer = rest[length:]
        asked = Asked(line, headers, head + mark, rest[:length], self.number)
        self._task = asyncio.get_running_loop().create_task(self._play(self.upstream.take(asked)))

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.left.set()
        self._writable.set()
        if self._task is not None:
            self._task.cancel()

    async def stopped(self) -> None:
        """Wait until its answer is played or broken off."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _play(self, steps: Answer) -> None:
        self.upstream.playing += 1
        try:
            for step in steps:
                if self.transport.is_closing():
                    return
                await self._do(step)
        finally:
            self.upstream.playing -= 1

    async def _do(self, step: Step) -> None:
        match step:
            case bytes():
                self.transport.write(step)
                self.written += len(step)
                await asyncio.sleep(0)
                await self._writable.wait()
            case Do.CLOSE:
                self.transport.close()
            case Do.ABORT:
                self.transport.abort()
            case Do.SILENCE:
                await asyncio.Event().wait()
            case _:
                await asyncio.sleep(step)


class Upstream:
    """``async with Upstream(first, second) as upstream``: answers requests in turn; the last answer is repeated."""

    def __init__(self, *answers: Answer, greeting: bytes = b"") -> None:
        self.answers = list(answers)
        self.greeting = greeting
        """What it says to whoever connects, before it is asked."""
        self.requests: list[Asked] = []
        self.peers: list[Peer] = []
        self.playing = 0
        """Answers under way."""
        self._came = asyncio.Semaphore(0)
        self._heard = 0

    async def __aenter__(self) -> Upstream:
        self._server = await asyncio.get_running_loop().create_server(self._peer, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for peer in self.peers:
            peer.transport.abort()
        for peer in self.peers:
            await peer.left.wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    def take(self, asked: Asked) -> Answer:
        """Note a request and give its answer."""
        self.requests.append(asked)
        self._came.release()
        return self.answers[min(len(self.requests), len(self.answers)) - 1]

    async def asked(self, count: int = 1) -> Asked:
        """Wait until so many requests have come; gives the last of them."""
        async with asyncio.timeout(PATIENCE):
            for _ in range(count - self._heard):
                await self._came.acquire()
                self._heard += 1
        return self.requests[count - 1]

    async def left(self, number: int = 0, within: float = 1.0) -> bool:
        """Whether connection `number` is closed by its peer within so many seconds."""
        try:
            async with asyncio.timeout(within):
                await self.peers[number].left.wait()
                await self.peers[number].stopped()
        except TimeoutError:
            return False
        return True

    def _peer(self) -> Peer:
        self.peers.append(Peer(self, len(self.peers)))
        return self.peers[-1]


def head(status: int = 200, *headers: str, kind: str = "application/json") -> bytes:
    """A response's head, without a word on how long its body is."""
    lines = [f"HTTP/1.1 {status} Whatever", f"content-type: {kind}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def whole(body: bytes, status: int = 200, *headers: str, kind: str = "application/json") -> list[Step]:
    """A response of known length."""
    return [head(status, f"content-length: {len(body)}", *headers, kind=kind) + body]


def piece(data: bytes) -> bytes:
    """One chunk of a chunked body; an empty one ends it."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def chunked(*steps: Step, kind: str = "text/event-stream", headers: tuple[str, ...] = ()) -> list[Step]:
    """A chunked response whose bytes go out piece by piece, ended unless its last step ends or stalls it."""
    begun: list[Step] = [head(200, "transfer-encoding: chunked", *headers, kind=kind)]
    begun += [piece(step) if isinstance(step, bytes) else step for step in steps]
    return begun if steps and isinstance(steps[-1], Do) else [*begun, piece(b"")]


def frames(*values: Any) -> list[bytes]:
    """JSON values as server-sent events; bytes as they are."""
    return [each if isinstance(each, bytes) else b"data: %s\n\n" % json.dumps(each).encode() for each in values]
