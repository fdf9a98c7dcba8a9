"""Where leaves stand until they are sealed: in the database, from the very transaction that writes what they speak of.

A leaf gets its index and its time here, under the database's own lock, so that indexes have no gap and times never fall
whoever writes. A clock that was set back makes leaves of one time until it has caught up.

What is written together is one row, packed as in an entry bundle, at the index of its first leaf: a row for each leaf
would cost several times as much.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence

from freehold.ledger.audit.leaf import Leaf, placed
from freehold.ledger.audit.tiles import pack, unpack

_NAME = "audit"
"""The row of ``meta`` that holds the next leaf's index and the last one's time."""

_TOGETHER = 256
"""Leaves a row, at most."""


def where(connection: sqlite3.Connection) -> tuple[int, int]:
    """The index that the next leaf gets, and the time of the last one in nanoseconds."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (_NAME,)).fetchone()
    if row is None:
        return 0, 0
    index, _, at = row[0].partition(" ")
    return int(index), int(at)


def append(connection: sqlite3.Connection, leaves: Sequence[Leaf], now: Callable[[], int] = time.time_ns) -> int:
    """Write leaves, within the transaction that is open on the connection; returns the index after the last.

    Raises `sqlite3.Error` where the database does not take them; the whole transaction must then be given up.
    """
    index, at = where(connection)
    at = max(at, now())
    for start in range(0, len(leaves), _TOGETHER):
        first = index + start
        packed = pack(placed(leaf, first + number, at) for number, leaf in enumerate(leaves[start : start + _TOGETHER]))
        # Two rows of one index are an error, never silently one.
        connection.execute("INSERT INTO audit_leaves (position, leaf) VALUES (?, ?)", (first, packed))
    _mark(connection, index + len(leaves), at)
    return index + len(leaves)


def catch_up(connection: sqlite3.Connection, size: int, at: int) -> None:
    """Go on after a log of `size` leaves, the last of that time, where the database is from before its end."""
    index, last = where(connection)
    if index < size or last < at:
        _mark(connection, max(index, size), max(last, at))


def first(connection: sqlite3.Connection) -> int:
    """The index of the first leaf that stands here; of the next one, where none does."""
    found = connection.execute("SELECT min(position) FROM audit_leaves").fetchone()[0]
    return where(connection)[0] if found is None else int(found)


def held(connection: sqlite3.Connection, most: int) -> Iterator[tuple[int, bytes]]:
    """The leaves that stand here, with their indexes, in order; no further row once so many have come.

    Raises `ValueError` for a row that is no packed leaves.
    """
    taken = 0
    rows = connection.execute("SELECT position, leaf FROM audit_leaves ORDER BY position")
    for position, packed in rows:
        leaves = unpack(packed)
        yield from enumerate(leaves, position)
        taken += len(leaves)
        if taken >= most:
            return


def drop(connection: sqlite3.Connection, size: int) -> None:
    """Remove the rows of the first `size` leaves, which are sealed whole rows at a time."""
    connection.execute("DELETE FROM audit_leaves WHERE position < ?", (size,))


def _mark(connection: sqlite3.Connection, index: int, at: int) -> None:
    connection.execute(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (_NAME, f"{index} {at}"),
    )
