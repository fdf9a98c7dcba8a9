"""One connection: its bytes, its waits, its end. Everything here goes over a real socket."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Iterator
from itertools import pairwise

import pytest
import uvloop
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.errors import AttemptFailed, Fault
from freehold.providers.http1 import Connection
from support.upstream import ABORT, CLOSE, SILENCE, Answer, Step, Upstream, chunked, head, piece, whole

REQUEST = b"POST /v1/x HTTP/1.1\r\nhost: test\r\ncontent-length: 0\r\n\r\n"


async def connected(upstream: Upstream) -> Connection:
    loop = asyncio.get_running_loop()
    port = int(upstream.url.rpartition(":")[2].split("/")[0])
    _, connection = await loop.create_connection(lambda: Connection(loop), "127.0.0.1", port)
    return connection


async def ask(connection: Connection, *, first: float = 5.0, total: float = 5.0) -> None:
    await connection.send(REQUEST, b"", patience=first, deadline=asyncio.get_running_loop().time() + total)


async def read(connection: Connection, *, silence: float = 5.0, total: float = 5.0) -> bytes:
    return await connection.read(patience=silence, deadline=asyncio.get_running_loop().time() + total)


async def read_all(connection: Connection) -> bytes:
    parts = []
    while data := await read(connection):
        parts.append(data)
    return b"".join(parts)


async def talk(connection: Connection, *, first: float = 5.0, silence: float = 5.0, total: float = 5.0) -> None:
    """Ask, and read to the end."""
    deadline = asyncio.get_running_loop().time() + total
    await connection.send(REQUEST, b"", patience=first, deadline=deadline)
    while await connection.read(patience=silence, deadline=deadline):
        pass


async def body_of(*steps: Step) -> bytes:
    async with Upstream(steps) as upstream:
        connection = await connected(upstream)
        try:
            await ask(connection)
            return await read_all(connection)
        finally:
            connection.abort()


async def fault_of(*steps: Step) -> AttemptFailed:
    with pytest.raises(AttemptFailed) as caught:
        await body_of(*steps)
    return caught.value


async def test_a_response_of_known_length() -> None:
    async with Upstream(whole(b"hello", 201, "X-Thing: a")) as upstream:
        connection = await connected(upstream)
        await ask(connection)
        assert (connection.status, connection.headers[b"x-thing"]) == (201, b"a")
        assert await read_all(connection) == b"hello"
        assert connection.reusable
        connection.abort()
        assert await upstream.left()


@given(cuts=st.lists(st.integers(0, 400), max_size=12), body=st.binary(max_size=60))
def test_any_cut_of_the_bytes_gives_the_same_response(cuts: list[int], body: bytes) -> None:
    sent = head(200, "transfer-encoding: chunked", "x-a: 1") + (piece(body) if body else b"") + piece(b"")
    loop = asyncio.new_event_loop()
    try:
        connection = _unconnected(loop)
        edges = sorted({0, len(sent), *(min(cut, len(sent)) for cut in cuts)})
        for begin, end in pairwise(edges):
            connection.data_received(sent[begin:end])
        assert connection.status == 200
        assert loop.run_until_complete(connection.read(patience=1, deadline=loop.time() + 1)) == body
        assert connection.headers[b"x-a"] == b"1"
    finally:
        loop.close()


class _Wire(asyncio.Transport):
    """A transport that goes nowhere."""

    def write(self, data: object) -> None: ...

    def abort(self) -> None: ...

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def get_write_buffer_size(self) -> int:
        return 0


def _unconnected(loop: asyncio.AbstractEventLoop) -> Connection:
    connection = Connection(loop)
    connection.connection_made(_Wire())
    sending = connection.send(REQUEST, b"", patience=5, deadline=loop.time() + 5)
    task = loop.create_task(sending)
    loop.run_until_complete(asyncio.sleep(0))
    task.add_done_callback(lambda done: done.exception())
    return connection


async def test_chunks_come_as_they_are_sent() -> None:
    async with Upstream(chunked(b"one", 0.05, b"two")) as upstream:
        connection = await connected(upstream)
        await ask(connection)
        assert [await read(connection), await read(connection), await read(connection)] == [b"one", b"two", b""]
        connection.abort()


async def test_a_body_without_a_length_ends_with_the_connection() -> None:
    assert await body_of(head(200), b"all ", 0.02, b"of it", CLOSE) == b"all of it"


async def test_interim_responses_are_passed_over() -> None:
    early = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n"
    async with Upstream([early, 0.02, *whole(b"late")]) as upstream:
        connection = await connected(upstream)
        await ask(connection)
        assert (connection.status, b"link" in connection.headers) == (200, False)
        assert await read_all(connection) == b"late"
        connection.abort()


@pytest.mark.parametrize(
    ("name", "squeeze"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("GZIP", gzip.compress)],
)
async def test_a_compressed_body_is_inflated(name: str, squeeze: object) -> None:
    assert callable(squeeze)
    body = b"words " * 200_000
    packed = squeeze(body)
    assert await body_of(*whole(packed, 200, f"content-encoding: {name}")) == body


async def test_a_compressed_bomb_comes_in_bounded_pieces() -> None:
    packed = gzip.compress(b"\0" * 50_000_000, mtime=0)
    async with Upstream(whole(packed, 200, "content-encoding: gzip")) as upstream:
        connection = await connected(upstream)
        await ask(connection)
        sizes = []
        while data := await read(connection):
            sizes.append(len(data))
        assert (sum(sizes), max(sizes) <= 256 * 1024) == (50_000_000, True)
        connection.abort()


@pytest.mark.parametrize(
    ("body", "encoding", "fault"),
    [
        (gzip.compress(b"hello" * 100, mtime=0)[:-9], "gzip", Fault.BROKEN),
        (b"this is not gzip", "gzip", Fault.PROTOCOL),
        (gzip.compress(b"hello", mtime=0) + b"more", "gzip", Fault.PROTOCOL),
        (b"\x0b\x02\x80hello\x03", "br", Fault.PROTOCOL),
    ],
)
async def test_a_broken_compression_is_a_failure(body: bytes, encoding: str, fault: Fault) -> None:
    assert (await fault_of(*whole(body, 200, f"content-encoding: {encoding}"))).fault is fault


@pytest.mark.parametrize("ending", [[], [CLOSE]])
async def test_the_status_is_known_though_the_body_cannot_be_read(ending: list[Step]) -> None:
    length = [] if ending else ["content-length: 5"]
    async with Upstream([head(429, "content-encoding: br", *length) + b"\x0b\x02\x80he", *ending]) as upstream:
        connection = await connected(upstream)
        await ask(connection)
        assert connection.status == 429
        await asyncio.sleep(0.02)
        with pytest.raises(AttemptFailed, match="compressed as br"):
            await read(connection)
        connection.abort()


@pytest.mark.parametrize(
    "steps",
    [
        [head(200, "content-length: 10"), b"half", CLOSE],
        [head(200, "content-length: 10"), b"half", ABORT],
        [head(200, "transfer-encoding: chunked"), piece(b"half"), CLOSE],
        [head(200, "transfer-encoding: chunked"), b"5\r\nha", ABORT],
        [b"HTTP/1.1 200 OK\r\ncontent-ty", CLOSE],
    ],
)
async def test_an_answer_that_is_cut_off_is_broken(steps: list[Step]) -> None:
    failure = await fault_of(*steps)
    assert (failure.fault, failure.safe_to_retry) == (Fault.BROKEN, False)


@pytest.mark.parametrize("end", [CLOSE, ABORT])
async def test_a_close_before_any_byte_is_told_apart(end: Step) -> None:
    failure = await fault_of(end)
    assert (failure.fault, failure.safe_to_retry) == (Fault.CONNECT, False)


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"<html>hello</html>",
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
        head(200, "transfer-encoding: chunked") + b"zz\r\nhello\r\n",
    ],
)
async def test_what_is_not_http_is_a_protocol_failure(said: bytes) -> None:
    assert (await fault_of(said, SILENCE)).fault is Fault.PROTOCOL


def _flood() -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\r\n"
    for number in range(100_000):
        yield b"x-%d: %s\r\n" % (number, b"y" * 100)


def _endless_header() -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\r\nx-long: "
    for _ in range(100_000):
        yield b"y" * 1000


def _endless_interim() -> Iterator[Step]:
    for _ in range(100_000):
        yield b"HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n"


def _endless_trailer() -> Iterator[Step]:
    yield head(200, "transfer-encoding: chunked") + piece(b"hello") + b"0\r\nx-long: "
    for _ in range(100_000):
        yield b"y" * 1000


@pytest.mark.parametrize("flood", [_flood, _endless_header, _endless_interim, _endless_trailer])
async def test_a_flood_of_headers_is_cut_off(flood: object) -> None:
    assert callable(flood)
    answer: Answer = flood()
    async with Upstream(answer) as upstream:
        connection = await connected(upstream)
        with pytest.raises(AttemptFailed, match="head is over") as caught:
            await talk(connection)
        assert caught.value.fault is Fault.PROTOCOL
        assert await upstream.left()


@pytest.mark.parametrize(
    "after", [b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nmore", b"garbage", b"HTTP/1.1 500 Oh\r\ncontent-le"]
)
@pytest.mark.parametrize("wait", [0.0, 0.05])
async def test_what_follows_an_answer_is_never_part_of_it(after: bytes, wait: float) -> None:
    late: list[Step] = [wait, after] if wait else []
    async with Upstream([whole(b"mine")[0] + (b"" if wait else after), *late]) as upstream:  # type: ignore[operator]
        connection = await connected(upstream)
        await ask(connection)
        assert await read_all(connection) == b"mine"
        assert connection.status == 200
        assert await upstream.left(), "a peer that speaks out of turn is left"
        assert not connection.reusable


async def test_an_answer_nobody_read_is_not_left_for_the_next_request() -> None:
    async with Upstream(whole(b"secret of another")) as upstream:
        connection = await connected(upstream)
        await ask(connection)
        await asyncio.sleep(0.02)
        assert not connection.reusable
        connection.abort()


async def test_a_peer_that_says_close_is_not_kept() -> None:
    async with Upstream(whole(b"bye", 200, "connection: close")) as upstream:
        connection = await connected(upstream)
        await ask(connection)
        assert await read_all(connection) == b"bye"
        assert not connection.reusable
        connection.abort()


async def test_an_answer_that_came_before_the_whole_request_ends_the_connection() -> None:
    async with Upstream([]) as upstream:
        connection = await connected(upstream)
        loop = asyncio.get_running_loop()
        await asyncio.sleep(0.01)
        upstream.peers[0].transport.pause_reading()
        sending = loop.create_task(connection.send(REQUEST, b"x" * 20_000_000, patience=5, deadline=loop.time() + 5))
        await asyncio.sleep(0.02)
        upstream.peers[0].transport.write(whole(b"too large", 413)[0])  # type: ignore[arg-type]
        await sending
        assert (connection.status, await read_all(connection)) == (413, b"too large")
        assert not connection.reusable
        connection.abort()


@pytest.mark.parametrize(
    ("steps", "limits", "fault"),
    [
        ([SILENCE], {"first": 0.05}, Fault.TIMEOUT_FIRST),
        (
            [b"HTTP/1.1 200 OK\r\n", 0.03, b"x-a: 1\r\n", 0.03, b"x-b: 1\r\n", SILENCE],
            {"first": 0.08},
            Fault.TIMEOUT_FIRST,
        ),
        ([SILENCE], {"total": 0.05}, Fault.TIMEOUT_TOTAL),
        ([*chunked(b"one", SILENCE)], {"silence": 0.05}, Fault.TIMEOUT_SILENCE),
        ([*chunked(b"one", SILENCE)], {"total": 0.05}, Fault.TIMEOUT_TOTAL),
    ],
)
async def test_each_wait_has_its_own_fault(steps: list[Step], limits: dict[str, float], fault: Fault) -> None:
    async with Upstream(steps) as upstream:
        connection = await connected(upstream)
        with pytest.raises(AttemptFailed) as caught:
            await talk(connection, **limits)
        assert caught.value.fault is fault
        connection.abort()


async def test_every_byte_ends_a_silence() -> None:
    async with Upstream(chunked(*[0.04, b"x"] * 5)) as upstream:
        connection = await connected(upstream)
        await ask(connection)
        body = b""
        while data := await read(connection, silence=0.15):
            body += data
        assert body == b"xxxxx"
        connection.abort()


async def test_silence_is_not_counted_while_the_reader_is_slow() -> None:
    async with Upstream(chunked(b"one", 0.02, b"two")) as upstream:
        connection = await connected(upstream)
        await ask(connection)
        assert await read(connection, silence=0.05) == b"one"
        await asyncio.sleep(0.15)
        assert await read(connection, silence=0.05) == b"two"
        connection.abort()


async def test_the_total_is_counted_while_the_reader_is_slow_and_data_wait() -> None:
    async with Upstream(chunked(b"one", SILENCE)) as upstream:
        connection = await connected(upstream)
        await ask(connection)
        await asyncio.sleep(0.02)
        with pytest.raises(AttemptFailed) as caught:
            await read(connection, total=-0.001)
        assert caught.value.fault is Fault.TIMEOUT_TOTAL
        assert await read(connection) == b"one", "though what it did not get to read was there"
        connection.abort()


def _endless() -> Iterator[Step]:
    yield head(200, "transfer-encoding: chunked")
    for _ in range(2000):  # It ends, so that a test that waits in vain fails.
        yield piece(b"x" * 16_384)


async def test_a_slow_reader_makes_the_peer_wait() -> None:
    async with Upstream(_endless()) as upstream:
        connection = await connected(upstream)
        await ask(connection)
        written = -1
        while written < upstream.peers[0].written:  # Until it stands still: buffers of both systems are full.
            written = upstream.peers[0].written
            await asyncio.sleep(0.1)
        assert connection.received < 2 * 1024 * 1024, "what we hold is bounded, however much is sent"
        assert len(await read(connection)) > 256 * 1024
        assert await read(connection), "and it flows again once read"
        connection.abort()
        assert await upstream.left()


async def test_ten_megabytes_come_through() -> None:
    body = bytes(range(256)) * 40_960
    assert await body_of(*whole(body)) == body


@pytest.mark.parametrize("steps", [[SILENCE], [*chunked(b"one", SILENCE)]], ids=["before the head", "in the body"])
async def test_leaving_closes_at_once(steps: list[Step]) -> None:
    async with Upstream(steps) as upstream:
        connection = await connected(upstream)
        task = asyncio.create_task(talk(connection))
        await upstream.asked()
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        connection.abort()
        assert await upstream.left()
        assert connection.closed


async def test_a_closed_connection_says_so_before_it_is_asked() -> None:
    async with Upstream([]) as upstream:
        connection = await connected(upstream)
        connection.abort()
        with pytest.raises(AttemptFailed) as caught:
            await ask(connection)
        assert (caught.value.fault, caught.value.safe_to_retry) == (Fault.CONNECT, True)


def test_it_works_the_same_on_uvloop() -> None:
    async def listen() -> list[bytes]:
        async with Upstream(chunked(b"one", 0.02, b"two")) as upstream:
            connection = await connected(upstream)
            await ask(connection)
            said = [await read(connection), await read(connection), await read(connection)]
            assert connection.reusable
            connection.abort()
            assert await upstream.left()
            return said

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(listen()) == [b"one", b"two", b""]
