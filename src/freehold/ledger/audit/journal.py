"""Where leaves stand until they are sealed: in the database, from the very transaction that writes what they speak of.

A leaf gets its index and its time here, under the database's own lock, so that indexes have no gap and times never fall
whoever writes. A clock that was set back makes leaves of one time until it has caught up.

What is written together is one row, packed as in an entry bundle, at the index of its first leaf: a row for each leaf
would cost several times as much.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from freehold.ledger.audit.leaf import Leaf, head_of, note, placed
from freehold.ledger.audit.tiles import pack, unpack

_NAME = "audit"
"""The row of ``meta`` that holds the next leaf's index and the last one's time."""

_ALL = 2**62

_TOGETHER = 256
"""Leaves a row, at most."""


def where(connection: sqlite3.Connection) -> tuple[int, int]:
    """The index that the next leaf gets, and the time of the last one in nanoseconds."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (_NAME,)).fetchone()
    if row is None:
        return 0, 0
    index, _, at = row[0].partition(" ")
    return int(index), int(at)


class Row(NamedTuple):
    """Leaves as they stand together: the index of the first, and all of them as they will be hashed."""

    first: int
    leaves: list[bytes]

    @property
    def end(self) -> int:
        """The index after the last."""
        return self.first + len(self.leaves)


def append(connection: sqlite3.Connection, leaves: Sequence[Leaf], now: Callable[[], int] = time.time_ns) -> list[Row]:
    """Write leaves, within the transaction that is open on the connection; returns them at their places.

    Raises `sqlite3.Error` where the database does not take them; the whole transaction must then be given up.
    """
    index, at = where(connection)
    at = max(at, now())
    rows = []
    for start in range(0, len(leaves), _TOGETHER):
        some = leaves[start : start + _TOGETHER]
        row = Row(index, [placed(leaf, number, at) for number, leaf in enumerate(some, index)])
        # Two rows of one index are an error, never silently one.
        connection.execute("INSERT INTO audit_leaves (position, leaf) VALUES (?, ?)", (index, pack(row.leaves)))
        rows.append(row)
        index = row.end
    _mark(connection, index, at)
    return rows


def begin_anew(connection: sqlite3.Connection) -> None:
    """Number what stands here from 0, for a log that has neither files nor a key yet: the database came alone."""
    _move(connection, 0, 0, _unplaced(leaf for row in held(connection, _ALL) for leaf in row.leaves))


def go_on(connection: sqlite3.Connection, size: int, at: int, sealed: Callable[[int, bytes], bool]) -> None:
    """Go on after a log of `size` leaves, the last of that time, where the database is from before its end.

    The log says so itself, for good, in a leaf of kind ``restored``. What stands here and `sealed` says is in the log
    already, at that index, is dropped; the rest comes after that leaf.
    """
    waiting = [(number, leaf) for row in held(connection, _ALL) for number, leaf in enumerate(row.leaves, row.first)]
    rest = _unplaced(leaf for number, leaf in waiting if not (number < size and sealed(number, leaf)))
    known, last = where(connection)
    _move(connection, size, max(at, last), [note("restored", known=known, size=size), *rest])


def first(connection: sqlite3.Connection) -> int:
    """The index of the first leaf that stands here; of the next one, where none does."""
    found = connection.execute("SELECT min(position) FROM audit_leaves").fetchone()[0]
    return where(connection)[0] if found is None else int(found)


def held(connection: sqlite3.Connection, most: int) -> list[Row]:
    """The leaves that stand here, row by row; no more once so many have come.

    Raises `ValueError` for a row that is no packed leaves.
    """
    found, taken = [], 0
    for position, packed in connection.execute("SELECT position, leaf FROM audit_leaves ORDER BY position"):
        row = Row(position, unpack(packed))
        found.append(row)
        taken += len(row.leaves)
        if taken >= most:
            break
    return found


def drop(connection: sqlite3.Connection, size: int) -> None:
    """Remove the rows of the first `size` leaves, which are sealed whole rows at a time."""
    connection.execute("DELETE FROM audit_leaves WHERE position < ?", (size,))


def flush(connection: sqlite3.Connection) -> None:
    """Make all that was committed so far outlast a loss of power, and keep no other connection waiting for it.

    The database flushes by itself only when it moves its write-ahead log into the main file; what is not in there yet
    is in that log, which is gone where all of it was moved. Raises `OSError`.
    """
    path = Path(connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0])
    with suppress(FileNotFoundError):
        descriptor = os.open(path.with_name(f"{path.name}-wal"), os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _unplaced(leaves: Iterable[bytes]) -> list[Leaf]:
    return [Leaf(head.kind, bytes(head.body)) for head in map(head_of, leaves)]


def _move(connection: sqlite3.Connection, index: int, at: int, leaves: Sequence[Leaf]) -> None:
    """Have these leaves stand here, and nothing else, from that index and no earlier than that time."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute("DELETE FROM audit_leaves")
        _mark(connection, index, at)
        append(connection, leaves)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _mark(connection: sqlite3.Connection, index: int, at: int) -> None:
    connection.execute(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (_NAME, f"{index} {at}"),
    )
