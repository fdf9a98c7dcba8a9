"""Hands are started, started again when they end, and ended; none outlasts its first."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from freehold.crew import channel
from freehold.crew import hands as module
from freehold.crew.doors import Doorkeeper
from freehold.crew.frames import encode, frame
from freehold.crew.hands import Hands
from freehold.crew.messages import Drain, Piece, Sent
from freehold.crew.service import House, Service
from freehold.providers.egress import Tally
from support.crew import Crew, a_crew, until

HEAD = "import os, socket, sys, time; n, way, channel = sys.argv[1:]; end = socket.socket(fileno=int(channel)); "
NOTE = "open(os.environ['NOTES'], 'a').write(n + ' '); "
ENDS = HEAD + NOTE + "sys.exit(3)"
STAYS = HEAD + NOTE + "sys.stdin.read()"
SAYS = HEAD + (
    "open(os.environ['NOTES'] + '.began', 'w'); time.sleep(0.1); "
    "end.sendall(open(os.environ['NOTES'] + '.said', 'rb').read()); " + NOTE + "sys.exit(3)"
)
DRAINS = HEAD + NOTE + "end.recv(1); sys.exit(0)"


@pytest.fixture
async def crew(tmp_path: Path) -> AsyncIterator[Crew]:
    async with a_crew(tmp_path) as made:
        yield made


@asynccontextmanager
async def some_hands(crew: Crew, folder: Path, program: str, count: int = 2) -> AsyncIterator[Hands]:
    greeted: list[Service] = []
    house: House = crew.service._house
    env = {**os.environ, "NOTES": str(folder / "notes")}
    hands = Hands(count, [sys.executable, "-c", program], env, house=house, greet=greeted.append)
    with a_keeper() as keeper:
        hands.start(keeper)
        try:
            yield hands
        finally:
            await hands.stop(0)


@contextmanager
def a_keeper() -> Iterator[Doorkeeper]:
    """One to whom nobody comes."""
    with socket.socket() as listening:
        yield Doorkeeper(listening, keep=lambda _connection: None, kept=lambda: 0)


def notes(folder: Path) -> list[str]:
    file = folder / "notes"
    return file.read_text().split() if file.exists() else []


async def test_a_hand_that_ends_is_started_again(
    crew: Crew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "FIRST_DELAY", 0.01)
    async with some_hands(crew, tmp_path, ENDS, count=1) as hands:
        await until(lambda: len(notes(tmp_path)) >= 3, 30)
        assert hands.warnings() == ["1 of 2 workers take requests; the others are being started"]
    assert set(notes(tmp_path)) == {"2"}
    assert "worker 2 ended (status 3) and is started again" in caplog.text


async def test_a_command_that_cannot_be_started_is_told(
    crew: Crew, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house = crew.service._house
    hands = Hands(1, [str(tmp_path / "nothing")], {}, house=house, greet=lambda _service: None)
    with a_keeper() as keeper:
        hands.start(keeper)
        await until(lambda: "cannot be started" in caplog.text)
        await hands.stop(0)


async def test_hands_are_told_to_drain_and_end(crew: Crew, tmp_path: Path) -> None:
    async with some_hands(crew, tmp_path, DRAINS) as hands:
        await until(lambda: len(notes(tmp_path)) == 2, 30)
        await asyncio.wait_for(hands.stop(20), 20)
        assert hands.warnings() == []
    assert sorted(notes(tmp_path)) == ["2", "3"]


async def test_a_hand_that_will_not_end_is_killed(crew: Crew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_GRACE", 0.05)
    async with some_hands(crew, tmp_path, STAYS, count=1) as hands:
        await until(lambda: len(notes(tmp_path)) == 1, 30)
        hands.tell(Drain())
        await asyncio.wait_for(hands.stop(0), 20)
        assert hands._serving == set()


async def test_what_a_hand_had_said_when_it_ended_is_heard(
    crew: Crew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST_DELAY", 60.0)
    said = [Sent({f"{number}" + "x" * 8000: Tally(1)}) for number in range(300)]
    (tmp_path / "notes.said").write_bytes(b"".join(frame([encode(each)]) for each in said))
    async with some_hands(crew, tmp_path, SAYS, count=1):
        await until((tmp_path / "notes.began").exists, 30)
        # The loop stands still, so that it learns of the end and of what was said before at once.
        over = time.monotonic() + 3
        while not notes(tmp_path) and time.monotonic() < over:
            time.sleep(0.01)  # noqa: ASYNC251
        time.sleep(0.3)  # noqa: ASYNC251
        await until(lambda: len(crew.sent) == 300)


async def test_a_hand_that_does_not_notice_that_it_is_left_is_killed_and_another_started(
    crew: Crew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FAREWELL", 0.01)
    monkeypatch.setattr(module, "_GRACE", 0.05)
    monkeypatch.setattr(channel, "MOST_UNSENT", 1024)
    async with some_hands(crew, tmp_path, STAYS, count=1) as hands:
        await until(lambda: len(notes(tmp_path)) == 1, 30)
        for number in range(20):
            hands.tell(Piece(number, b"x" * 2**20, more=True))
        await asyncio.sleep(0)
        hands.tell(Drain())
        await until(lambda: len(notes(tmp_path)) == 2, 30)


async def test_an_end_does_not_wait_until_a_hand_would_be_started_again(
    crew: Crew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "FIRST_DELAY", 60.0)
    async with some_hands(crew, tmp_path, ENDS, count=1) as hands:
        await until(lambda: "is started again" in caplog.text, 30)
        await asyncio.wait_for(hands.stop(60), 5)
