"""The one thread that writes the ledger. Knows rows and a database; nothing of event loops.

Opening rows are written as they come, all that wait or none of them, and answered. Settled rows come in bundles and
are written in one transaction each round. A row that the disk does not take is kept and tried again; a row that no
database could take, such as text that is no Unicode, is mended or, with an error in the log, given up. Other work on
the database is done here too, a little each round, so that nothing ever waits for a lock. Whatever ends the thread,
whoever waits is answered.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from freehold.ledger.audit import journal
from freehold.ledger.audit.leaf import Leaf
from freehold.ledger.checkpoint import Checkpointer
from freehold.ledger.limits.rows import Hold, renew_accounts, write_holds
from freehold.ledger.rows import Row
from freehold.ledger.statements import ENDED, FORGET, KEEP, MOST_ROWS, OPEN, SETTLE, TRIED, Into, write
from freehold.ledger.texts import purge_texts

_LOG = logging.getLogger(__name__)

_ROW_FAULTS = (ValueError, OverflowError, sqlite3.ProgrammingError, sqlite3.DataError, sqlite3.IntegrityError)
"""What a row's own values cause; any other `sqlite3.Error` comes from the disk or from a lock."""

STOPPED = "its writer has stopped"
"""What is said after a failure that is not the database's, which ends the thread."""

_RETRY_FIRST, _RETRY_LAST = 0.05, 1.0
_BREATH = 0.005
"""Between two pieces of other work, for whoever wants the interpreter's lock or the disk."""
_CHECKPOINT_ROWS = 1000
_PURGE_SECONDS = 600.0
_MOST_TOGETHER = 512
"""Settled exchanges a transaction, so that opening rows never wait long behind a backlog."""


class Opening(msgspec.Struct, frozen=True):
    """An opening row, and whoever waits for it."""

    row: Row
    waiter: Any


class Bundle(msgspec.Struct):
    """Settled exchanges with their attempts, captures and leaves of the audit log, and what they leave of budgets."""

    exchanges: list[Row] = []
    attempts: list[Row] = []
    captures: list[Row] = []
    leaves: list[Leaf] = []
    accounts: dict[tuple[str, int], tuple[int, bool]] = {}
    """By budget and period: what was spent, and whether its soft limit was told of."""
    holds: dict[str, tuple[Hold, ...] | None] = {}
    """What exchanges hold back; `None` where what was written is free."""

    def add(self, other: Bundle) -> None:
        """Take another bundle's rows in, which are later than these."""
        self.exchanges += other.exchanges
        self.attempts += other.attempts
        self.captures += other.captures
        self.leaves += other.leaves
        self.accounts.update(other.accounts)
        for exchange, holds in other.holds.items():
            if holds is None:
                self.free(exchange)
            else:
                self.holds[exchange] = holds

    def free(self, exchange: str) -> None:
        """Free what an exchange holds; what was not written yet need not be."""
        if self.holds.get(exchange) is None:
            self.holds[exchange] = None
        else:
            del self.holds[exchange]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.exchanges or self.leaves or self.accounts or self.holds)


Chore = Callable[[sqlite3.Connection], bool]
"""Other work: does a little of it, all or nothing, and says whether there is more. Called again where it fails."""

Item = list[Opening] | Bundle | Chore | float
"""What can be put: opening rows, settled ones, work, or the moment, by the monotonic clock, to give up and end."""


class Writer:
    """Writes what is put, in order.

    On its thread, `answer` is called with the waiters served and what went wrong, and `grown` with the leaves of
    the audit log that were written.
    """

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        answer: Callable[[list[Any], str | None], None],
        grown: Callable[[Sequence[journal.Row]], None] = lambda _rows: None,
    ) -> None:
        self.trouble: str | None = None
        """What the database last refused; `None` while all is well."""
        self.written = 0
        """Settled exchanges that need no more care: on disk, or given up with an error in the log."""
        self.worked = 0
        """Steps of other work that are done: it stands still while the disk refuses them."""
        self._connect = connect
        self._answer = answer
        self._grown = grown
        self._queue: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self._openings: list[Opening] = []
        self._backlog: list[Bundle] = []
        self._chores: deque[Chore] = deque()
        self._connection: sqlite3.Connection | None = None
        self._checkpointer = Checkpointer(connect)
        self._unmoved = 0
        self._delay = _RETRY_FIRST
        self._purge_at = 0.0
        self._stop_at: float | None = None
        self._ended: str | None = None
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)

    @property
    def alive(self) -> bool:
        """Whether what is put will be written."""
        return self._ended is None and self._thread.is_alive()

    def start(self) -> None:
        """Begin."""
        self._checkpointer.start()
        self._thread.start()

    def put(self, item: Item) -> None:
        """Hand over what is to be written, from any thread. Returns at once."""
        self._queue.put(item)
        if self._ended is not None:
            # The thread may have looked for the last time before this was put.
            self._refuse([])

    def stop(self, patience: float) -> None:
        """Write what was put, trying for at most `patience` seconds, and end."""
        self._queue.put(time.monotonic() + patience)
        self._thread.join()
        self._checkpointer.stop()

    def _run(self) -> None:
        ended = STOPPED
        try:
            while self._stop_at is None or ((self._backlog or self._chores) and time.monotonic() < self._stop_at):
                self._wait()
                self._round()
            ended = "it is closed"
        finally:
            self._ended = ended
            self._refuse([opening.waiter for opening in self._openings])
            self._disconnect()

    def _refuse(self, waiters: list[Any]) -> None:
        """Tell these, and whoever is in the queue, that nothing is written any more."""
        with suppress(queue.Empty):
            while True:
                item = self._queue.get_nowait()
                if isinstance(item, list):
                    waiters += [opening.waiter for opening in item]
        if waiters:
            self._answer(waiters, self._ended)

    def _wait(self) -> None:
        """Take what was put since the last round; waits for the first, or until it is time to retry or to purge."""
        if self._backlog or (self._chores and self.trouble is not None):
            patience = self._delay
        else:
            patience = _BREATH if self._chores else max(self._purge_at - time.monotonic(), 0.0)
        with suppress(queue.Empty):
            self._take(self._queue.get(timeout=patience))
            while True:
                self._take(self._queue.get_nowait())

    def _take(self, item: Item) -> None:
        if isinstance(item, list):
            self._openings += item
        elif isinstance(item, Bundle):
            self._backlog.append(item)
        elif isinstance(item, float):
            self._stop_at = item
        else:
            self._chores.append(item)

    def _round(self) -> None:
        if self._openings:
            trouble = self._try(self._open)
            # Kept until here, so that a failure of any other kind leaves no one waiting.
            opened, self._openings = self._openings, []
            self._answer([opening.waiter for opening in opened], trouble)
        if self._backlog:
            self._settle()
        if self._chores:
            self._try(self._work)
        if time.monotonic() >= self._purge_at:
            self._purge_at = time.monotonic() + _PURGE_SECONDS
            self._try(self._purge)

    def _open(self) -> None:
        rows = [opening.row for opening in self._openings]
        if len(rows) > MOST_ROWS:
            self._write_together((OPEN, rows))
            return
        # One statement is whole by itself, and costs fewer turns of the interpreter's lock than a transaction.
        try:
            write(self._connected(), OPEN, rows)
        except _ROW_FAULTS:
            self._write_together((OPEN, rows))

    def _settle(self) -> None:
        together, taken = Bundle(), 0
        while taken < len(self._backlog) and len(together.exchanges) < _MOST_TOGETHER:
            together.add(self._backlog[taken])
            taken += 1
        if self._try(lambda: self._write_bundle(together)) is not None:
            return
        del self._backlog[:taken]
        self.written += len(together.exchanges)
        self._unmoved += len(together.exchanges)
        if self._unmoved >= _CHECKPOINT_ROWS:
            self._unmoved = 0
            self._checkpointer.nudge()

    def _work(self) -> None:
        """Do a little of the first chore; the others have their turn before it has its next."""
        try:
            more = self._chores[0](self._connected())
        except _ROW_FAULTS as error:
            _LOG.error("the ledger gave up a piece of work: %s", error)
            more = False
        self.worked += 1
        done = self._chores.popleft()
        if more:
            self._chores.append(done)

    def _try(self, work: Callable[[], None]) -> str | None:
        """Do it; what the disk or a lock refused is remembered, and returned in words."""
        try:
            work()
        except sqlite3.Error as error:
            if self.trouble is None:
                _LOG.error("the ledger cannot be written: %s", error)
            self.trouble = str(error)
            self._delay = min(self._delay * 2, _RETRY_LAST)
            self._disconnect()
            return self.trouble
        if self.trouble is not None:
            _LOG.warning("the ledger can be written again")
        self.trouble, self._delay = None, _RETRY_FIRST
        return None

    def _write_bundle(self, bundle: Bundle) -> None:
        ended: list[Row] = [row[:1] for row in bundle.exchanges]
        parts = (SETTLE, bundle.exchanges), (TRIED, bundle.attempts), (KEEP, bundle.captures), (ENDED, ended)
        rows = self._write_together(*parts, bundle=bundle)
        if rows:
            self._grown(rows)

    def _write_together(self, *parts: tuple[Into, list[Row]], bundle: Bundle | None = None) -> list[journal.Row]:
        """All of it or nothing, with the leaves and the money of a bundle; returns the leaves at their places."""
        connection = self._connected()
        placed: list[journal.Row] = []
        connection.execute("BEGIN IMMEDIATE")
        try:
            for into, rows in parts:
                self._write(into, rows)
            if bundle is not None:
                renew_accounts(connection, [(*key, *account) for key, account in bundle.accounts.items()])
                write_holds(connection, bundle.holds.items())
                if bundle.leaves:
                    placed = journal.append(connection, bundle.leaves)
            connection.execute("COMMIT")
            return placed
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def _write(self, into: Into, rows: list[Row]) -> None:
        connection = self._connected()
        try:
            write(connection, into, rows)
        except _ROW_FAULTS:
            for row in rows:
                try:
                    write(connection, into, [tuple(map(_mended, row))])
                except _ROW_FAULTS as error:
                    _LOG.error("the ledger gave up a row of %s for %s: %s", into.table, row[0], error)

    def _purge(self) -> None:
        """Delete some of what has expired; where there may be more, the next round does, after what came meanwhile."""
        connection, now = self._connected(), time.time_ns()
        forgotten = sum(connection.execute(statement, (now,)).rowcount for statement in FORGET)
        if purge_texts(connection, now) or forgotten > 0:
            self._purge_at = time.monotonic()

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._connect()
            self._connection.execute("PRAGMA wal_autocheckpoint=0")
        return self._connection

    def _disconnect(self) -> None:
        """A fresh connection may work where this one met a file that was moved or a disk that came back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _mended(value: Any) -> Any:
    """The nearest value that SQLite can hold."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, int):
        return max(-(2**63), min(value, 2**63 - 1))
    return value
