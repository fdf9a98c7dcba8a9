"""One HTTP/1.1 client connection over asyncio, parsed by llhttp (`httptools`).

Why not a client library: the fast ones at hand keep an upstream request running after the caller has cancelled it
before the response head, and the ones that cancel rightly cost more than the whole pipeline may (see
``docs/design``). Here leaving is `abort`, at once and at any moment.

Knows requests with a known body and their responses. Knows nothing of redirects (never followed: a target's address is
what was cleared), cookies, proxies or HTTP/2.
"""

from __future__ import annotations

import asyncio
import zlib
from typing import Any, cast

import httptools

from freehold.core.errors import AttemptFailed, Fault

_HEAD_LIMIT = 64 * 1024
"""Bytes that may come without any of a body among them: a head, interim heads, trailers."""

_BUFFER_LIMIT = 256 * 1024
"""Bytes of body that wait for their reader before the peer is made to wait, and that one read inflates."""

_ONE_WRITE = 64 * 1024


class Connection(asyncio.Protocol):
    """A connection that carries one request at a time. Made by `Egress`, which pools it while `reusable`."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._parser: Any = None  # httptools is compiled without useful types.
        self._waiter: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._due_fault = Fault.TIMEOUT_TOTAL
        self._paused = False
        self.received = 0
        """Bytes read on this connection, ever."""
        self._reset()

    def _reset(self) -> None:
        """Forget the last response; nothing of it may be seen by the next request."""
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self._chunks: list[bytes] = []
        self._buffered = 0
        self._before = self.received
        self._bodiless = 0
        self._inflate: zlib._Decompress | None = None
        self._head_done = False
        self._done = False
        self._kept = False
        self._delimited = False
        self._error: AttemptFailed | None = None

    @property
    def closed(self) -> bool:
        """Whether the socket is gone."""
        return self._transport is None

    @property
    def reusable(self) -> bool:
        """Whether the last request was sent, its response read to its end, and the peer keeps the connection open."""
        transport = self._transport
        return (
            self._done
            and transport is not None
            and not self._unread
            and transport.get_write_buffer_size() == 0
            and self._kept
        )

    # What the request side does.

    async def send(self, head: bytes, body: bytes, *, patience: float, deadline: float) -> None:
        """Send a request and await the response's head: `patience` in seconds, `deadline` on the loop's clock."""
        transport = self._transport
        if transport is None:
            raise AttemptFailed(Fault.CONNECT, "the connection closed before the request was sent", safe_to_retry=True)
        self._reset()
        self._parser = httptools.HttpResponseParser(self)
        # One write, so that a small request is one packet.
        transport.write(head + body if len(body) < _ONE_WRITE else head)
        if len(body) >= _ONE_WRITE:
            transport.write(body)
        while not self._head_done:
            await self._wait(patience, deadline, Fault.TIMEOUT_FIRST)

    async def read(self, *, patience: float, deadline: float, fault: Fault = Fault.TIMEOUT_SILENCE) -> bytes:
        """The bytes that have come, joined; ``b""`` at the end of the body. Raises `AttemptFailed`.

        Only waiting for the peer counts as silence; `deadline` counts whoever is slow.
        """
        while True:
            if self._loop.time() >= deadline:
                raise _late(Fault.TIMEOUT_TOTAL)
            if self._unread:
                if data := self._take():
                    return data
            elif self._error is not None:
                raise self._error
            elif self._done:
                if self._inflate is not None and not self._inflate.eof:
                    raise AttemptFailed(Fault.BROKEN, "the answer's compressed body was cut short")
                return b""
            else:
                await self._wait(patience, deadline, fault)

    def abort(self) -> None:
        """Drop the connection now."""
        self._stop_timer()
        if self._transport is not None:
            self._transport.abort()
            self._transport = None

    @property
    def _unread(self) -> bool:
        return bool(self._chunks) or (self._inflate is not None and bool(self._inflate.unconsumed_tail))

    def _take(self) -> bytes:
        data = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        self._chunks.clear()
        self._buffered = 0
        if self._inflate is not None:
            data = _inflated(self._inflate, data)
        if self._paused and not self._unread and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()
        return data

    async def _wait(self, patience: float, deadline: float, fault: Fault) -> None:
        if self._error is not None:
            raise self._error
        now = self._loop.time()
        self._due, self._due_fault = now + patience, fault
        if deadline < self._due:
            self._due, self._due_fault = deadline, Fault.TIMEOUT_TOTAL
        if self._timer is not None and self._timer.when() > self._due:
            self._stop_timer()
        if self._timer is None:
            self._timer = self._loop.call_at(self._due, self._tick)
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _tick(self) -> None:
        # One lazy timer a connection: it is not moved at every read, but looks again when it fires.
        self._timer = None
        if self._waiter is None or self._waiter.done():
            return
        if self._loop.time() >= self._due:
            self._fail(_late(self._due_fault))
        else:
            self._timer = self._loop.call_at(self._due, self._tick)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _fail(self, error: AttemptFailed) -> None:
        if self._error is None and not self._done:
            self._error = error
        self._wake()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        if self._done or self._parser is None:
            # The peer speaks out of turn: whatever it says can belong to no request of ours.
            self.abort()
            return
        self._bodiless += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._fail(AttemptFailed(Fault.PROTOCOL, f"the answer is not HTTP: {error}"))
            self.abort()
            return
        if self._bodiless > _HEAD_LIMIT:
            self._fail(AttemptFailed(Fault.PROTOCOL, f"the answer's head is over {_HEAD_LIMIT} bytes"))
            self.abort()
            return
        if self._buffered > _BUFFER_LIMIT and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        if self._head_done:
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._stop_timer()
        if self._head_done and not self._delimited and exc is None:
            self._done = True  # A body without length or chunks ends where the connection does.
            self._wake()
            return
        fault = Fault.BROKEN if self.received > self._before else Fault.CONNECT
        detail = f": {exc}" if exc else ""
        self._fail(AttemptFailed(fault, f"the connection was closed before the answer was whole{detail}"))

    # What the parser calls.

    def on_message_begin(self) -> None:
        if self._done:
            raise httptools.HttpParserError("a second answer to one request")

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.setdefault(name.lower(), value)

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        if self.status < 200:
            return
        self._head_done = True
        headers = self.headers
        self._delimited = b"content-length" in headers or b"transfer-encoding" in headers
        encoding = headers.get(b"content-encoding", b"identity").lower()
        if encoding in (b"gzip", b"deflate"):
            self._inflate = zlib.decompressobj(47)  # 32 + 15: gzip or zlib, told by the header.
        elif encoding not in (b"", b"identity"):
            self._fail(AttemptFailed(Fault.PROTOCOL, f"the answer is compressed as {encoding.decode('latin-1')}"))

    def on_body(self, data: bytes) -> None:
        self._bodiless = 0
        if self._error is None:
            self._chunks.append(data)
            self._buffered += len(data)

    def on_message_complete(self) -> None:
        if self.status < 200:  # An interim response; the real one follows.
            self.headers.clear()
            return
        self._kept = self._parser.should_keep_alive()  # The parser can tell only now: afterwards it says no.
        self._done = True


def _late(fault: Fault) -> AttemptFailed:
    return AttemptFailed(fault, f"no whole answer in time ({fault})")


def _inflated(inflate: zlib._Decompress, data: bytes) -> bytes:
    """The next bytes, a bounded number of them: what they blow up to must not fill the memory."""
    try:
        plain = inflate.decompress(inflate.unconsumed_tail + data, _BUFFER_LIMIT)
    except zlib.error as error:
        raise AttemptFailed(Fault.PROTOCOL, f"the answer's compression is broken: {error}") from error
    if inflate.unused_data:
        raise AttemptFailed(Fault.PROTOCOL, "the answer's compressed body goes on after its end")
    return plain
