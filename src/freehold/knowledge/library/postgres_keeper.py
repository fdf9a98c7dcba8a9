"""The thread in which PostgreSQL's tables get their upkeep, so that nobody who changes a document waits for it.

What is asked for again before its turn has come is done once. It runs on a connection of its own, which `Keeper.close`
cancels. Nothing of it is written down: each kind of upkeep can tell from the tables whether it is needed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from freehold.core.errors import Unavailable
from freehold.knowledge.library.postgres_pool import Connection, Pool

log = logging.getLogger(__name__)

Work = Callable[[Connection], bool]
"""Some upkeep, on a connection outside any transaction. Returns whether it is done; else it is tried again later, as
where another process is at it. It may be broken off anywhere, and done more than once."""

_GATHER_SECONDS = 0.25
"""From the first asking to the work, so that many removals in a row come to one."""
_AGAIN_SECONDS = 60.0
_CLOSE_SECONDS = 1.5
"""That `close` waits at most for what it has cancelled."""
_CANCEL_SECONDS = 0.5


class Keeper:
    """Does upkeep, one piece at a time, in a thread that starts with the first and holds up no end of the process."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._changed = threading.Condition()
        self._due: dict[str, tuple[float, Work]] = {}
        """For each name the work, and from when on to do it, on the monotonic clock."""
        self._put_off: set[str] = set()
        self._thread: threading.Thread | None = None
        self._connection: Connection | None = None
        self._working = False
        self._closed = False

    def ask(self, name: str, work: Work) -> None:
        """Have something done soon. `name` says what, in a log too; of several under one name the last is done."""
        with self._changed:
            if self._closed:
                return
            at = time.monotonic() + _GATHER_SECONDS
            if name in self._due:
                at = min(at, self._due[name][0])
            self._due[name] = (at, work)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="postgresql-upkeep", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def settle(self, seconds: float) -> bool:
        """Wait until nothing is due any more, at most so long; returns whether that is so."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._due and not self._working, seconds)

    def close(self) -> None:
        """Break off what is being done, within 2 seconds. What was due is not done."""
        with self._changed:
            self._closed = True
            self._due.clear()
            self._changed.notify_all()
        end = time.monotonic() + _CLOSE_SECONDS
        # A cancel that comes between two statements hits nothing, so that one may not do.
        while self._thread is not None and self._thread.is_alive() and time.monotonic() < end:
            self._cancel()
            self._thread.join(0.05)

    def _cancel(self) -> None:
        with self._changed:
            if self._connection is None:
                return
            try:
                self._connection.cancel_safe(timeout=_CANCEL_SECONDS)
            except Exception as error:  # noqa: BLE001
                # A server that takes no cancel must not keep the library from closing; the thread ends with Freehold.
                log.debug("PostgreSQL's upkeep could not be cancelled: %s", type(error).__name__)

    def _run(self) -> None:
        while (taken := self._take()) is not None:
            name, work = taken
            done = self._do(name, work)
            with self._changed:
                self._working = False
                if not done and not self._closed:
                    self._due.setdefault(name, (time.monotonic() + _AGAIN_SECONDS, work))
                self._changed.notify_all()

    def _take(self) -> tuple[str, Work] | None:
        """What is due next, once it is; `None` when the library is closed."""
        with self._changed:
            while not self._closed:
                name = min(self._due, key=lambda each: self._due[each][0], default=None)
                if name is None:
                    self._changed.wait()
                    continue
                at, work = self._due[name]
                if (left := at - time.monotonic()) > 0:
                    self._changed.wait(left)
                    continue
                del self._due[name]
                self._working = True
                return name, work
            return None

    def _do(self, name: str, work: Work) -> bool:
        try:
            with self._pool.apart() as connection:
                done = self._on(connection, work)
        except Unavailable as error:
            if name not in self._put_off and not self._closed:
                log.warning("%s: put off, and tried again: %s", name, error)
            self._put_off.add(name)
            return False
        except Exception:
            # A fault of ours in one kind of upkeep must not end all others. It would come again, so it is let be.
            log.exception("%s: failed", name)
            return True
        self._put_off.discard(name)
        return done

    def _on(self, connection: Connection, work: Work) -> bool:
        with self._changed:
            if self._closed:
                return False
            self._connection = connection
        try:
            return work(connection)
        finally:
            with self._changed:
                self._connection = None
