"""What waits for a collector: it is sent, or lost and counted, and nobody ever waits for it."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator, Sequence

import pytest

from freehold.observe.otlp import Otlp
from freehold.observe.outbox import BATCH, Outbox, Refused
from freehold.observe.snapshot import Snapshot
from freehold.observe.span import Span
from support.collector import Collector, collecting


def a_span(number: int = 1) -> Span:
    return Span("chat m", "client", f"{number:032x}", f"{number:016x}", None, 1, 2, {"n": number})


class Slow:
    """A sender that takes its time, or refuses."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.refuses = False
        self.breaks = False
        self.closed = False
        self.got: list[int] = []
        self.counts = 0

    def spans(self, spans: Sequence[Span]) -> None:
        assert self.free.wait(10)
        if self.refuses:
            raise Refused("code: 503")
        if self.breaks:
            raise ValueError("a bug of a library's")
        self.got.append(len(spans))

    def metrics(self, snapshot: Snapshot) -> None:
        self.counts += 1

    def close(self) -> None:
        self.closed = True
        self.free.set()


def until(holds: object, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.fixture
def slow() -> Iterator[Slow]:
    slow = Slow()
    yield slow
    slow.free.set()


def test_what_is_put_is_sent_together(slow: Slow) -> None:
    outbox = Outbox(lambda: slow, pause=0.01)
    slow.free.set()
    outbox.put([a_span(), a_span(2)])
    outbox.start()
    until(lambda: outbox.sent == 2)
    outbox.stop()
    assert (slow.got, outbox.lost, slow.closed) == ([2], 0, True)


def test_a_slow_collector_makes_nobody_wait_and_room_is_bounded(slow: Slow) -> None:
    outbox = Outbox(lambda: slow, room=100, pause=0.001)
    outbox.start()
    began = time.perf_counter()
    for number in range(2000):
        outbox.put([a_span(number + 1)])
    assert time.perf_counter() - began < 1.0  # Each send would have taken ten seconds.
    assert outbox.lost >= 2000 - 100 - BATCH
    slow.free.set()
    outbox.stop()
    assert outbox.sent + outbox.lost == 2000


def test_a_collector_that_refuses_is_told_of_once_and_so_is_that_it_takes_again(
    slow: Slow, caplog: pytest.LogCaptureFixture
) -> None:
    slow.refuses = True
    slow.free.set()
    outbox = Outbox(lambda: slow, pause=0.001)
    with caplog.at_level(logging.INFO, "freehold.observe.outbox"):
        outbox.start()
        for number in range(5):
            outbox.put([a_span(number + 1)])
            until(lambda number=number: outbox.lost == number + 1)
        slow.refuses = False
        outbox.put([a_span(9)])
        until(lambda: outbox.sent == 1)
        outbox.stop()
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert "code: 503" in told[0]
    assert "again" in told[1]


def test_a_fault_over_one_batch_does_not_end_what_comes_after_it(slow: Slow, caplog: pytest.LogCaptureFixture) -> None:
    slow.free.set()
    slow.breaks = True
    outbox = Outbox(lambda: slow, pause=0.001)
    outbox.start()
    outbox.put([a_span(1)])
    until(lambda: outbox.lost == 1)
    slow.breaks = False
    outbox.put([a_span(2)])
    until(lambda: outbox.sent == 1)
    outbox.stop()
    assert "could not be sent" in caplog.text


def test_a_sender_that_cannot_be_made_is_told_of_and_what_waits_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    def make() -> Slow:
        raise ValueError("no such certificate")

    outbox = Outbox(make)
    outbox.put([a_span(1)])
    outbox.start()
    until(lambda: outbox.lost == 1)
    outbox.put([a_span(2)])
    assert outbox.lost == 2
    outbox.stop()
    assert "telemetry has stopped" in caplog.text


def test_what_was_counted_is_sent_each_so_often_and_at_the_end(slow: Slow) -> None:
    slow.free.set()
    outbox = Outbox(lambda: slow, lambda: Snapshot(1), pause=0.005, every=0.01)
    outbox.start()
    until(lambda: slow.counts >= 2)
    before = slow.counts
    outbox.stop()
    assert slow.counts > before


def test_an_end_waits_only_so_long(slow: Slow) -> None:
    outbox = Outbox(lambda: slow, pause=0.001)
    outbox.put([a_span()])
    outbox.start()
    time.sleep(0.05)
    began = time.perf_counter()
    outbox.stop(patience=0.1)
    assert time.perf_counter() - began < 3.0
    assert slow.closed
    outbox.put([a_span()])
    assert outbox.lost >= 1


def an_otlp(url: str) -> Otlp:
    return Otlp(f"{url}/v1/traces", None, {}, version="1", worker="1")


def test_a_collector_that_is_down_loses_spans_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as held:  # A port at which nobody listens.
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        outbox = Outbox(lambda: an_otlp(url), pause=0.01)
        with caplog.at_level(logging.INFO):
            outbox.start()
            outbox.put([a_span()])
            time.sleep(0.3)
            outbox.stop(patience=0.2)
    assert outbox.sent == 0
    assert len([record for record in caplog.records if "retrying" in record.getMessage()]) == 0


def test_spans_come_through_once_the_collector_is_well(caplog: pytest.LogCaptureFixture) -> None:
    with collecting() as collector:
        assert isinstance(collector, Collector)
        collector.status = 400
        outbox = Outbox(lambda: an_otlp(collector.url), pause=0.01)
        with caplog.at_level(logging.INFO, "freehold"):
            outbox.start()
            outbox.put([a_span(1)])
            until(lambda: outbox.lost == 1)
            collector.status = 200
            outbox.put([a_span(2)])
            until(lambda: outbox.sent == 1)
            outbox.stop()
        assert [span.name for span in collector.spans] == ["chat m"]
