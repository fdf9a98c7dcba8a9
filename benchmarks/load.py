"""The load generator: closed-loop requests, or paced streams with the time of every frame.

It runs as a process of its own, so that it can be pinned to a core, and prints one JSON object.

    python -m benchmarks.load requests --port 8080 --connections 32 --seconds 5
    python -m benchmarks.load streams --port 8080 --streams 250 --rate 50 --seconds 10
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from array import array
from collections.abc import Callable, Sequence
from typing import cast

import httptools
import msgspec
import uvloop

from benchmarks.dialects import MARK, PATHS, Dialect, request_body


class Job(msgspec.Struct, frozen=True):
    """Where to send what, as ready bytes of HTTP."""

    port: int
    request: bytes


class RequestsResult(msgspec.Struct):
    """What a closed loop saw. Latencies are in milliseconds."""

    requests: int
    failed: int
    seconds: float
    per_second: float
    p50_ms: float
    p99_ms: float


class StreamsResult(msgspec.Struct):
    """What the readers of paced streams saw. Times are in milliseconds.

    `gap`: between two frames of one stream; `lag`: from the upstream's writing of a frame to its arrival here;
    `first`: from the request to the first frame of text, less the one period that the upstream waits before it.
    """

    streams: int
    complete: int
    frames_expected: int
    frames_received: int
    frames_per_second: float
    gap_p50_ms: float
    gap_p99_ms: float
    gap_max_ms: float
    lag_p50_ms: float
    lag_p99_ms: float
    lag_max_ms: float
    first_p50_ms: float
    first_max_ms: float


def make_job(port: int, dialect: Dialect, key: str, body: bytes) -> Job:
    """The request's bytes, with the header each dialect uses for its key."""
    auth = {
        "openai": f"authorization: Bearer {key}",
        "anthropic": f"x-api-key: {key}\r\nanthropic-version: 2023-06-01",
    }
    head = (
        f"POST {PATHS[dialect]} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n{auth[dialect]}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return Job(port, head.encode() + body)


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of `values` lie; 0 when there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class _Client(asyncio.Protocol):
    """One keep-alive connection. `on_done` is called with the status after each whole response."""

    def __init__(self, job: Job, on_done: Callable[[_Client, int], None]) -> None:
        self.job = job
        self.on_done = on_done
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, _exc: Exception | None) -> None:
        if not self.closed.done():
            self.closed.set_result(None)

    def send(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.sent = time.perf_counter()
        self.transport.write(self.job.request)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        self.on_done(self, self.parser.get_status_code())


class _StreamClient(_Client):
    """Notes when each marked frame came, and when it was sent."""

    def __init__(self, job: Job, on_done: Callable[[_Client, int], None]) -> None:
        super().__init__(job, on_done)
        self.rest = b""
        self.arrived = array("d")
        self.lags = array("d")

    def on_body(self, body: bytes) -> None:
        now = time.monotonic_ns()
        text = self.rest + body
        end = 0
        for mark in MARK.finditer(text):
            self.arrived.append(now / 1e6)
            self.lags.append((now - int(mark[1])) / 1e6)
            end = mark.end()
        # A mark may be cut in two by a read; it is shorter than 32 bytes.
        self.rest = text[max(end, len(text) - 32) :]


async def closed_loop(job: Job, *, connections: int, seconds: float, limit: int | None) -> RequestsResult:
    """Keep `connections` requests in flight for `seconds`, or until `limit` have been answered."""
    loop = asyncio.get_running_loop()
    latencies = array("d")
    failed = 0
    began = time.perf_counter()
    deadline = began + seconds

    def on_done(client: _Client, status: int) -> None:
        nonlocal failed
        now = time.perf_counter()
        latencies.append((now - client.sent) * 1000)
        failed += status != 200
        if now < deadline and (limit is None or len(latencies) + connections <= limit):
            # Not at once: the parser is still inside the response that just ended.
            loop.call_soon(client.send)
        else:
            client.transport.close()

    clients = []
    for _ in range(connections):
        _, client = await loop.create_connection(lambda: _Client(job, on_done), "127.0.0.1", job.port)
        clients.append(client)
    for client in clients:
        client.send()
    await asyncio.wait([client.closed for client in clients], timeout=seconds + 30)
    spent = time.perf_counter() - began
    unanswered = sum(not client.closed.done() for client in clients)
    return RequestsResult(
        requests=len(latencies),
        failed=failed + unanswered,
        seconds=spent,
        per_second=len(latencies) / spent,
        p50_ms=quantile(latencies, 0.50),
        p99_ms=quantile(latencies, 0.99),
    )


async def paced_streams(job: Job, *, streams: int, rate: float, frames: int) -> StreamsResult:
    """Read `streams` streams at once. They are begun over one second, so that their frames do not come in step."""
    loop = asyncio.get_running_loop()
    statuses: list[int] = []

    def on_done(client: _Client, status: int) -> None:
        statuses.append(status)
        client.transport.close()

    clients: list[_StreamClient] = []
    began = time.perf_counter()
    for number in range(streams):
        _, client = await loop.create_connection(lambda: _StreamClient(job, on_done), "127.0.0.1", job.port)
        client.send()
        clients.append(client)
        await asyncio.sleep(max(0.0, began + (number + 1) / streams - time.perf_counter()))
    await asyncio.wait([client.closed for client in clients], timeout=frames / rate + 30)
    return _streams_result(clients, statuses.count(200), rate, frames)


def _streams_result(clients: list[_StreamClient], complete: int, rate: float, frames: int) -> StreamsResult:
    gaps = [after - before for c in clients for before, after in zip(c.arrived, c.arrived[1:], strict=False)]
    lags = [lag for c in clients for lag in c.lags]
    firsts = [c.arrived[0] - c.sent * 1000 - 1000 / rate for c in clients if c.arrived]
    begin = min((c.arrived[0] for c in clients if c.arrived), default=0.0)
    end = max((c.arrived[-1] for c in clients if c.arrived), default=0.0)
    return StreamsResult(
        streams=len(clients),
        complete=complete,
        frames_expected=len(clients) * frames,
        frames_received=len(lags),
        frames_per_second=len(lags) / ((end - begin) / 1000) if end > begin else 0.0,
        gap_p50_ms=quantile(gaps, 0.50),
        gap_p99_ms=quantile(gaps, 0.99),
        gap_max_ms=max(gaps, default=0.0),
        lag_p50_ms=quantile(lags, 0.50),
        lag_p99_ms=quantile(lags, 0.99),
        lag_max_ms=max(lags, default=0.0),
        first_p50_ms=quantile(firsts, 0.50),
        first_max_ms=max(firsts, default=0.0),
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["requests", "streams"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dialect", choices=["openai", "anthropic"], default="openai")
    parser.add_argument("--model", default="bench")
    parser.add_argument("--key", default="none")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--limit", type=int, help="stop after so many requests")
    parser.add_argument("--streams", type=int, default=250)
    parser.add_argument("--rate", type=float, default=50.0, help="frames a second of one stream")
    return parser.parse_args()


def main() -> None:
    """Entry of ``python -m benchmarks.load``."""
    args = _arguments()
    result: RequestsResult | StreamsResult
    if args.kind == "requests":
        job = make_job(args.port, args.dialect, args.key, request_body(args.model))
        result = uvloop.run(closed_loop(job, connections=args.connections, seconds=args.seconds, limit=args.limit))
    else:
        frames = round(args.seconds * args.rate)
        job = make_job(args.port, args.dialect, args.key, request_body(args.model, frames=frames, rate=args.rate))
        result = uvloop.run(paced_streams(job, streams=args.streams, rate=args.rate, frames=frames))
    sys.stdout.buffer.write(msgspec.json.encode(result) + b"\n")


if __name__ == "__main__":
    main()
