"""The benchmark's own instruments: the upstream answers what it should, and the load generator counts what it sees."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from benchmarks.dialects import BODY_BYTES, Dialect, request_body, whole_answer
from benchmarks.load import Job, closed_loop, make_job, paced_streams, quantile
from benchmarks.upstream import Connection

DIALECTS: list[Dialect] = ["openai", "anthropic"]


@pytest.fixture
async def port() -> AsyncIterator[int]:
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_bodies_have_the_size_that_is_told(dialect: Dialect) -> None:
    assert len(whole_answer(dialect)) == BODY_BYTES
    assert len(request_body("bench")) == BODY_BYTES
    assert len(request_body("a-longer-name", frames=500, rate=50)) == BODY_BYTES
    assert msgspec.json.decode(request_body("bench", frames=5, rate=1))["stream"] is True


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_every_request_is_answered_and_counted(port: int, dialect: Dialect) -> None:
    job = make_job(port, dialect, "none", request_body("bench"))
    result = await closed_loop(job, connections=4, seconds=30, limit=100)
    assert (result.requests, result.failed) == (100, 0)
    assert 0 < result.p50_ms <= result.p99_ms


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_every_frame_is_received_and_timed(port: int, dialect: Dialect) -> None:
    job = make_job(port, dialect, "none", request_body("bench", frames=20, rate=100))
    result = await paced_streams(job, streams=3, rate=100, frames=20)
    assert (result.complete, result.frames_received, result.frames_expected) == (3, 60, 60)
    assert result.gap_p50_ms == pytest.approx(10, abs=8)
    assert result.lag_max_ms >= 0


async def test_a_stream_that_is_held_back_shows(port: int) -> None:
    """A proxy that hands all frames over at the end keeps every byte; only the times tell."""

    async def hold_back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.read(4096)
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", port)
        up_writer.write(request)
        held = await up_reader.readuntil(b"0\r\n\r\n")
        writer.write(held)
        await writer.drain()
        up_writer.close()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hold_back, "127.0.0.1", 0)
    async with server:
        job = make_job(server.sockets[0].getsockname()[1], "openai", "none", request_body("x", frames=20, rate=100))
        result = await paced_streams(job, streams=1, rate=100, frames=20)
    assert result.frames_received == 20
    assert result.gap_p50_ms < 1
    assert result.lag_max_ms > 100


async def test_refused_requests_are_counted_as_failed() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(4096):
            writer.write(b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        job = Job(server.sockets[0].getsockname()[1], make_job(0, "openai", "k", b"{}").request)
        result = await closed_loop(job, connections=2, seconds=30, limit=10)
    assert (result.requests, result.failed) == (10, 10)


def test_quantile() -> None:
    assert quantile([], 0.5) == 0.0
    assert quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert quantile([float(n) for n in range(100)], 0.99) == 99.0
