"""What waits to be sent to a collector, and the thread that sends it.

There is room for so much and no more: where a collector is down or slow, what comes then is lost and counted, and
nobody waits. That it does not take what it is sent is said once in the log, and so is that it does again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from freehold.observe.snapshot import Snapshot
from freehold.observe.span import Span

_LOG = logging.getLogger(__name__)

ROOM = 4096
"""Spans that may wait: about ten megabytes at most, without messages."""
BATCH = 512
"""Spans that are sent together."""


class Refused(Exception):
    """A collector did not take what it was sent. The text says why, without what was sent."""


class Sender(Protocol):
    """Sends to a collector, and may take its time. Raises `Refused`."""

    def spans(self, spans: Sequence[Span]) -> None:
        """Send spans."""
        ...

    def metrics(self, snapshot: Snapshot) -> None:
        """Send what was counted."""
        ...

    def close(self) -> None:
        """Give up at once what is under way, and send no more. May be called from another thread."""
        ...


class Outbox:
    """Takes spans without waiting, and has them sent by a thread of its own."""

    def __init__(
        self,
        make: Callable[[], Sender],
        counted: Callable[[], Snapshot] | None = None,
        *,
        room: int = ROOM,
        pause: float = 1.0,
        every: float = 60.0,
    ) -> None:
        """`make` and `counted` are called on the thread, the first since it brings libraries that take long to load.

        `counted` gives what is sent each `every` seconds; spans are sent after a `pause` in seconds, or at `BATCH`.
        """
        self._make = make
        self._counted = counted
        self._room = room
        self._pause = pause
        self._every = every
        self._waiting: deque[Span] = deque()
        self._wake = threading.Event()
        self._ending = False
        self._refusing = False
        self._sender: Sender | None = None
        self._thread: threading.Thread | None = None
        self.lost = 0
        """Spans that no collector got."""
        self.sent = 0
        """Spans that it got."""

    def start(self) -> None:
        """Begin to send."""
        self._thread = threading.Thread(target=self._run, name="telemetry", daemon=True)
        self._thread.start()

    def put(self, spans: Sequence[Span]) -> None:
        """Take spans to be sent; those for which there is no room are lost."""
        if self._ending or len(self._waiting) + len(spans) > self._room:
            self.lost += len(spans)
            return
        self._waiting.extend(spans)
        if len(self._waiting) >= BATCH:
            self._wake.set()

    def stop(self, patience: float = 3.0) -> None:
        """Send what waits, for so many seconds at most, and end."""
        self._ending = True
        self._wake.set()
        thread, self._thread = self._thread, None
        if thread is None:
            return
        thread.join(patience)
        if thread.is_alive() and self._sender is not None:
            self._sender.close()
            thread.join(1.0)

    def _run(self) -> None:
        try:
            self._go_on()
        except Exception:  # noqa: BLE001  # The thread's last word: without it, what waits would be lost in silence.
            _LOG.exception("telemetry has stopped, and what it would have sent from now on is lost")
            self._ending = True
            self._lose_all()

    def _go_on(self) -> None:
        self._sender = sender = self._make()
        due = time.monotonic() + self._every
        while not self._ending:
            self._wake.wait(self._pause)
            self._wake.clear()
            self._send_spans(sender)
            if self._counted is not None and time.monotonic() >= due and not self._ending:
                due = time.monotonic() + self._every
                self._send(lambda: sender.metrics(self._counted_now()))
        self._send_spans(sender)
        if self._counted is not None and not self._refusing:
            self._send(lambda: sender.metrics(self._counted_now()))
        sender.close()

    def _counted_now(self) -> Snapshot:
        if self._counted is None:
            raise AssertionError("nothing is counted")
        return self._counted()

    def _send_spans(self, sender: Sender) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            if self._send(lambda batch=batch: sender.spans(batch)):  # type: ignore[misc]  # a default binds it
                self.sent += len(batch)
            else:
                self.lost += len(batch)
                if self._ending:
                    self._lose_all()

    def _lose_all(self) -> None:
        self.lost += len(self._waiting)
        self._waiting.clear()

    def _send(self, sending: Callable[[], None]) -> bool:
        try:
            sending()
        except Refused as refused:
            if not self._refusing:
                _LOG.warning("the collector does not take telemetry, and what it does not take is lost: %s", refused)
            self._refusing = True
            return False
        except Exception:  # noqa: BLE001  # A library's fault over one batch must not end what comes after it.
            if not self._refusing:
                _LOG.exception("telemetry could not be sent, and what cannot be is lost")
            self._refusing = True
            return False
        if self._refusing:
            _LOG.info("the collector takes telemetry again; %d spans are lost", self.lost)
        self._refusing = False
        return True
