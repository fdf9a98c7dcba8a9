"""The instant upstream: an OpenAI- and Anthropic-shaped server that answers at once, or streams at a set pace.

It must never be the bottleneck, so it is a bare protocol on uvloop: no framework, answers encoded beforehand, one timer
a stream. It does not check what it is sent.

    python -m benchmarks.upstream --port 9000
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import time
from typing import cast

import httptools
import uvloop

from benchmarks.dialects import FRAMES, ORDER, Dialect, whole_answer


def _whole_reply(dialect: Dialect) -> bytes:
    body = whole_answer(dialect)
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)


WHOLE: dict[Dialect, bytes] = {"openai": _whole_reply("openai"), "anthropic": _whole_reply("anthropic")}
STREAM_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


class Connection(asyncio.Protocol):
    """One client's connection; answers its requests one after another."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.parser = httptools.HttpRequestParser(self)
        self.body = bytearray()
        self.dialect: Dialect = "openai"
        self.timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport; uvloop has already set TCP_NODELAY."""
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Stop the stream that nobody reads any more."""
        if self.timer is not None:
            self.timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Feed the parser, which calls the ``on_`` methods below."""
        self.parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """The path tells the dialect."""
        self.dialect = "anthropic" if url.endswith(b"/messages") else "openai"
        self.body.clear()

    def on_body(self, body: bytes) -> None:
        """Gather the request's body."""
        self.body += body

    def on_message_complete(self) -> None:
        """Answer at once, or begin the stream that the prompt orders."""
        order = ORDER.search(self.body)
        if order is None:
            self.transport.write(WHOLE[self.dialect])
            return
        self.transport.write(STREAM_HEAD + _chunk(FRAMES[self.dialect].first))
        self._begin(frames=int(order[1]), period=1 / float(order[2]))

    def _begin(self, *, frames: int, period: float) -> None:
        make, last = FRAMES[self.dialect].frame, FRAMES[self.dialect].last
        due = self.loop.time() + period
        left = frames

        def tick() -> None:
            nonlocal due, left
            if left == 0:
                self.timer = None
                self.transport.write(_chunk(last) + LAST_CHUNK)
                return
            self.transport.write(_chunk(make(time.monotonic_ns())))
            left -= 1
            # From the time at which it was due, not from now: a late frame must not delay the ones after it.
            due += period
            self.timer = self.loop.call_at(due, tick)

        self.timer = self.loop.call_at(due, tick)


async def serve(port: int) -> None:
    """Serve on loopback until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await loop.create_server(Connection, "127.0.0.1", port, backlog=4096)
    await stop.wait()


def main() -> None:
    """Entry of ``python -m benchmarks.upstream``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    uvloop.run(serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
