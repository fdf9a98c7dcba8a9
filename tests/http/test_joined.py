"""An answer's head goes out with its body, and never later than the loop's next round."""

from __future__ import annotations

import asyncio

import pytest

from freehold.http.joined import Joined

HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n"


class Wire(asyncio.Transport):
    """Notes what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent.append(bytes(data))

    def write_eof(self) -> None:
        self.sent.append(b"<eof>")

    def close(self) -> None:
        self.sent.append(b"<closed>")

    def abort(self) -> None:
        self.sent.append(b"<aborted>")

    def get_write_buffer_size(self) -> int:
        return 0


@pytest.fixture
async def wire() -> Wire:
    return Wire()


@pytest.fixture
async def joined(wire: Wire) -> Joined:
    return Joined(wire, asyncio.get_running_loop())


async def test_a_head_and_its_body_are_one_write(wire: Wire, joined: Joined) -> None:
    joined.write(HEAD)
    assert wire.sent == []
    joined.write(b"body")
    assert wire.sent == [HEAD + b"body"]
    await asyncio.sleep(0)
    assert wire.sent == [HEAD + b"body"], "and nothing twice"


async def test_a_head_without_a_body_goes_when_the_loop_comes_round(wire: Wire, joined: Joined) -> None:
    joined.write(HEAD)
    await asyncio.sleep(0)
    assert wire.sent == [HEAD]


async def test_what_follows_later_is_written_as_it_comes(wire: Wire, joined: Joined) -> None:
    for piece in (HEAD, b"data: 1\n\n", b"data: 2\n\n", HEAD, b"body"):
        joined.write(piece)
    assert wire.sent == [HEAD + b"data: 1\n\n", b"data: 2\n\n", HEAD + b"body"]


async def test_two_heads_in_a_row_keep_their_order(wire: Wire, joined: Joined) -> None:
    joined.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    joined.write(HEAD)
    joined.write(b"body")
    assert b"".join(wire.sent) == b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD + b"body"


@pytest.mark.parametrize(("end", "mark"), [("close", b"<closed>"), ("write_eof", b"<eof>")])
async def test_what_waits_goes_before_the_end(wire: Wire, joined: Joined, end: str, mark: bytes) -> None:
    joined.write(HEAD)
    getattr(joined, end)()
    await asyncio.sleep(0)
    assert wire.sent == [HEAD, mark]


async def test_a_connection_that_is_broken_off_sends_nothing_more(wire: Wire, joined: Joined) -> None:
    joined.write(HEAD)
    joined.abort()
    await asyncio.sleep(0)
    assert wire.sent == [b"<aborted>"]


async def test_what_waits_counts_as_not_sent(joined: Joined) -> None:
    joined.write(HEAD)
    assert joined.get_write_buffer_size() == len(HEAD)
