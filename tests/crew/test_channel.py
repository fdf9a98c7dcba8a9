"""A channel says in order what it is told, holds what the other end does not take, and tells when that is gone."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import pytest

from freehold.crew import channel as module
from freehold.crew.channel import Channel, pair
from freehold.crew.frames import encode, frame
from freehold.crew.messages import FromHand, Left, Piece
from support.crew import settled, until


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    both = pair()
    yield both
    for end in both:
        end.close()


class Peer:
    """One end, and what it heard."""

    def __init__(self, end: socket.socket) -> None:
        self.heard: list[FromHand] = []
        self.lost = 0
        self.channel: Channel[FromHand] = Channel(end, FromHand, heard=self.heard.append, lost=self._lose)

    def _lose(self) -> None:
        self.lost += 1


async def test_what_is_said_in_one_turn_is_one_write(ends: tuple[socket.socket, socket.socket]) -> None:
    one = Peer(ends[0])
    for number in range(5):
        one.channel.send(Left(number))
    await settled()
    ends[1].setblocking(False)
    data = ends[1].recv(65536)
    assert int.from_bytes(data[:4], "big") == len(data) - 4
    one.channel.close()


async def test_messages_come_in_their_order(ends: tuple[socket.socket, socket.socket]) -> None:
    one, other = Peer(ends[0]), Peer(ends[1])
    for number in range(300):
        one.channel.send(Left(number))
        if number % 7 == 0:
            await asyncio.sleep(0)
    one.channel.send_now(Left(300))
    await until(lambda: len(other.heard) == 301)
    assert [message.number for message in other.heard] == list(range(301))
    one.channel.close()
    other.channel.close()


async def test_what_is_said_now_is_in_the_kernel_at_once(ends: tuple[socket.socket, socket.socket]) -> None:
    one = Peer(ends[0])
    one.channel.send(Left(1))
    one.channel.send_now(Left(2))
    assert ends[1].recv(65536)
    one.channel.close()


async def test_what_the_other_end_does_not_take_waits_and_then_goes(
    ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_UNSENT", 1024)
    one = Peer(ends[0])
    data = b"x" * 2**20
    for number in range(20):
        one.channel.send(Piece(number, data, more=True))
    await settled()
    assert one.channel.full
    other = Peer(ends[1])
    await until(lambda: len(other.heard) == 20)
    assert not one.channel.full
    assert [message.number for message in other.heard] == list(range(20))
    one.channel.close()
    other.channel.close()


async def test_a_finish_waits_until_all_is_taken(ends: tuple[socket.socket, socket.socket]) -> None:
    one, other = Peer(ends[0]), Peer(ends[1])
    for number in range(12):
        one.channel.send(Piece(number, b"x" * 2**20, more=True))
    await one.channel.finish(10)
    await until(lambda: other.lost == 1)
    assert len(other.heard) == 12


async def test_an_end_that_goes_is_told_once_and_after_all_that_it_said(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    one, other = Peer(ends[0]), Peer(ends[1])
    one.channel.send(Left(1))
    one.channel.close()
    await until(lambda: other.lost == 1)
    assert [message.number for message in other.heard] == [1]
    other.channel.send(Left(2))  # to nobody
    other.channel.close()
    assert (one.lost, other.lost) == (1, 1)


async def test_what_cannot_be_said_fails_its_sender_alone(ends: tuple[socket.socket, socket.socket]) -> None:
    one, other = Peer(ends[0]), Peer(ends[1])
    one.channel.send(Left(1))
    with pytest.raises(ValueError, match="serialize"):
        one.channel.send(Left(10**25))
    one.channel.send(Left(2))
    await until(lambda: len(other.heard) == 2)
    one.channel.close()
    other.channel.close()


async def test_what_is_said_to_nobody_is_not_kept(ends: tuple[socket.socket, socket.socket]) -> None:
    one = Peer(ends[0])
    one.channel.close()
    one.channel.send(Left(1))
    one.channel.send_now(Left(2))
    assert one.channel._said == []


async def test_what_an_end_had_said_before_it_ended_is_heard_out(ends: tuple[socket.socket, socket.socket]) -> None:
    other = Peer(ends[1])
    said = frame([encode(Piece(0, b"x" * 8000, more=True))])
    count = 0
    with contextlib.suppress(BlockingIOError):  # More than is read at once, and all that the kernel holds.
        while count < 100:
            assert ends[0].send(said) == len(said)
            count += 1
    ends[0].close()
    other.channel.hear_out()
    assert (len(other.heard), other.lost) == (count, 1)
    assert count * len(said) > module._READ
    other.channel.hear_out()


async def test_what_is_no_message_ends_the_channel(
    ends: tuple[socket.socket, socket.socket], caplog: pytest.LogCaptureFixture
) -> None:
    other = Peer(ends[1])
    ends[0].send(b"GET / HTTP/1.1\r\n\r\n")
    await until(lambda: other.lost == 1)
    assert "cannot be read" in caplog.text


async def test_a_message_that_cannot_be_served_ends_the_channel(
    ends: tuple[socket.socket, socket.socket], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_message: FromHand) -> None:
        raise RuntimeError("a bug")

    lost: list[bool] = []
    channel: Channel[FromHand] = Channel(ends[1], FromHand, heard=fail, lost=lambda: lost.append(True))
    one = Peer(ends[0])
    one.channel.send(Left(1))
    await until(lambda: bool(lost))
    assert channel.closed
    assert "could not be served" in caplog.text
    one.channel.close()
