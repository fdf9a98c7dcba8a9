"""Connections are taken by one worker and given to whichever has the least to do."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from freehold.crew.doors import UPKEEP, Doorkeeper, Doorway, HandDoor, pair
from support.crew import until


class House:
    """A first worker that listens, and one hand."""

    def __init__(self, listening: socket.socket, way: socket.socket, theirs: socket.socket, *, ready: bool) -> None:
        self.address = listening.getsockname()
        self.here: list[socket.socket] = []
        self.there: list[socket.socket] = []
        self.door = HandDoor(way, lambda: ready)
        self.way = Doorway(theirs, self.there.append)
        self.keeper = Doorkeeper(listening, keep=self.here.append, kept=lambda: len(self.here))
        self.keeper.doors.add(self.door)
        self.way.open()
        self.keeper.open()


@contextmanager
def a_house(*, ready: bool = True) -> Iterator[House]:
    way, theirs = pair()
    with ExitStack() as last, socket.socket() as listening, theirs:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        house = House(listening, way, theirs, ready=ready)
        last.callback(house.door.close)
        last.callback(house.keeper.close)
        yield house
        for connection in (*house.here, *house.there):
            connection.close()


def callers(house: House, count: int, stack: ExitStack) -> list[socket.socket]:
    return [stack.enter_context(socket.create_connection(house.address)) for _ in range(count)]


async def test_connections_that_come_at_once_are_shared() -> None:
    with a_house() as house, ExitStack() as stack:
        callers(house, 32, stack)
        await until(lambda: len(house.here) + len(house.there) == 32)
        # The first does the upkeep of the hand's, and so keeps fewer.
        assert abs(len(house.here) + UPKEEP * len(house.there) - len(house.there)) <= 2
        assert house.door.held == len(house.there)


async def test_what_is_handed_over_is_the_connection_itself() -> None:
    with a_house() as house, ExitStack() as stack:
        first, second = callers(house, 2, stack)
        await until(lambda: len(house.here) + len(house.there) == 2 and bool(house.there))
        house.there[0].sendall(b"hello")
        house.there[0].shutdown(socket.SHUT_WR)
        first.setblocking(False)
        second.setblocking(False)
        loop = asyncio.get_running_loop()
        known = {each.getsockname(): each for each in (first, second)}
        assert await asyncio.wait_for(loop.sock_recv(known[house.there[0].getpeername()], 10), 5) == b"hello"


async def test_those_that_end_make_room() -> None:
    with a_house() as house, ExitStack() as stack:
        callers(house, 10, stack)
        await until(lambda: len(house.here) + len(house.there) == 10)
        held = house.door.held
        for _ in range(held - 1):
            house.way.ended()
        await until(lambda: house.door.held == 1)
        before = len(house.there)
        callers(house, 2, stack)
        await until(lambda: len(house.there) == before + 2)


@pytest.mark.parametrize("what", ["not ready", "gone", "full"])
async def test_a_hand_that_takes_nothing_gets_nothing(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_house(ready=what != "not ready") as house, ExitStack() as stack:
        if what == "gone":
            house.way._end.close()
        if what == "full":
            monkeypatch.setattr(house.door, "give", lambda _connection: False)
        callers(house, 8, stack)
        await until(lambda: len(house.here) == 8)
        assert house.there == []


async def test_whoever_is_on_the_way_when_a_hand_leaves_is_taken_in() -> None:
    with a_house() as house, ExitStack() as stack:
        asyncio.get_running_loop().remove_reader(house.way._end)
        callers(house, 4, stack)
        await until(lambda: len(house.here) + house.door.held == 4 and house.door.held > 0)
        house.way.close()
        assert len(house.there) == house.door.held


async def test_a_system_without_descriptors_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with a_house(ready=False) as house, ExitStack() as stack:
        real, refused = house.keeper._listening, []

        class Refusing:
            def accept(self) -> tuple[socket.socket, object]:
                if not refused:
                    refused.append(1)
                    raise OSError(24, "Too many open files")
                return real.accept()

            def __getattr__(self, name: str) -> object:
                return getattr(real, name)

        house.keeper._listening = Refusing()  # type: ignore[assignment]
        callers(house, 1, stack)
        await until(lambda: len(house.here) == 1)
        assert "no connection can be taken for a moment: [Errno 24]" in caplog.text


async def test_a_hand_that_takes_no_more_is_given_no_more_and_has_what_it_was_given() -> None:
    with a_house() as house, ExitStack() as stack:
        callers(house, 4, stack)
        await until(lambda: len(house.here) + len(house.there) == 4)
        before = len(house.there)
        asyncio.get_running_loop().remove_reader(house.way._end)
        callers(house, 4, stack)
        await until(lambda: len(house.here) + house.door.held == 8)
        given = house.door.held
        house.way.close()
        assert len(house.there) == given > before
        callers(house, 8, stack)
        await until(lambda: len(house.here) + len(house.there) == 16)
        assert house.door.held == given
