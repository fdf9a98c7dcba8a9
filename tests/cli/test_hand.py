"""A hand ends at once when the first worker is gone, and tells what went out since it last told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from freehold.cli.hand import _Sending
from freehold.config import load
from freehold.crew.channel import pair
from freehold.crew.frames import encode, frame
from freehold.crew.messages import Apply, Counts, Drain, Sent
from freehold.engines.discover import Discovery
from freehold.engines.lifeline import GONE
from freehold.http.server import listen
from freehold.observe.metrics import Metrics
from freehold.providers.egress import Egress, Tally
from freehold.stores.sqlite import open_store
from support.exchanges import begun, ended


class Listener:
    """Keeps what is said."""

    def __init__(self) -> None:
        self.said: list[Any] = []

    def send(self, message: Any) -> None:
        self.said.append(message)


class Door:
    """What of a hand is asked here."""

    def __init__(self) -> None:
        self.egress = Egress()
        self.watching = SimpleNamespace(metrics=Metrics())


def test_only_what_is_new_is_told() -> None:
    hand, line = Door(), Listener()
    sending = _Sending(hand, line)  # type: ignore[arg-type]  # so much of them is used
    sending.tell()
    hand.egress.tallies["a"] = Tally(1, 2, 3, 4, 5)
    sending.tell()
    sending.tell()
    hand.egress.tallies["a"].requests += 1
    sending.tell()
    assert line.said == [Sent({"a": Tally(1, 2, 3, 4, 5)}), Sent({"a": Tally(requests=1)})]


def test_what_was_counted_is_told_once_something_was() -> None:
    hand, line = Door(), Listener()
    sending = _Sending(hand, line)  # type: ignore[arg-type]  # so much of them is used
    sending.tell()
    hand.watching.metrics.ended(ended(begun()))
    sending.tell()
    sending.tell()
    [told] = line.said
    assert isinstance(told, Counts)
    assert [row.value for row in told.counted.counters["freehold_requests"]] == [1]


@pytest.fixture
def started() -> Iterator[tuple[subprocess.Popen[bytes], Any]]:
    ours, theirs = pair()
    with listen("127.0.0.1", 0) as listening:
        line = [sys.executable, "-m", "freehold.cli.hand", "2", str(listening.fileno()), str(theirs.fileno())]
        descriptors = (listening.fileno(), theirs.fileno())
        with subprocess.Popen(line, stdin=subprocess.PIPE, pass_fds=descriptors) as process:
            theirs.close()
            yield process, ours
            ours.close()
            process.kill()


@pytest.mark.parametrize("way", ["channel", "pipe"])
def test_it_ends_with_the_first(started: tuple[subprocess.Popen[bytes], Any], way: str) -> None:
    process, ours = started
    if way == "channel":
        ours.close()
    else:
        assert process.stdin is not None
        process.stdin.close()
    assert process.wait(60) == GONE


def test_it_ends_in_good_order_once_it_is_to(started: tuple[subprocess.Popen[bytes], Any], tmp_path: Path) -> None:
    process, ours = started
    config = load(None, {"HOME": str(tmp_path), "FREEHOLD_DATA_DIR": str(tmp_path)})
    open_store(tmp_path)
    ours.sendall(frame([encode(Apply(config, Discovery()))]) + frame([encode(Drain())]))
    assert process.wait(60) == 0
