"""The writer's SQL: many rows in one statement.

A statement that takes its rows one at a time (``executemany``) gives the interpreter's lock away and has to win it back
for every row, and each time a busy event loop may keep it for a whole switch interval. Rows bound all together cost one
such turn. (Passing them as one JSON parameter does too, but then SQLite parses them, at three times the cost.)
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from freehold.core.record import Ending
from freehold.ledger.rows import ATTEMPT, CAPTURE, OPENED, SETTLED, Row

MOST_ROWS = 32
"""Rows a statement, at most."""


class Into(NamedTuple):
    """Where rows go, and by what a row that is there already is known. `renewed`: the later row replaces its values."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    renewed: bool


OPEN = Into("exchanges", OPENED, ("id",), renewed=False)
SETTLE = Into("exchanges", SETTLED, ("id",), renewed=True)
TRIED = Into("attempts", ATTEMPT, ("exchange_id", "number"), renewed=True)
KEEP = Into("captures", CAPTURE, ("exchange_id",), renewed=True)
ENDED = Into("usage_pending", ("exchange_id",), ("exchange_id",), renewed=False)
"""What totals of usage are still to be made of."""

# Written out rather than bound, since the index of open rows serves only a statement that names their ending.
RECOVER = f"UPDATE exchanges SET ending = '{Ending.LOST}' WHERE ending = '{Ending.OPEN}'"  # noqa: S608  Words of ours.
RECOVERED = f"INSERT INTO usage_pending SELECT id FROM exchanges WHERE ending = '{Ending.OPEN}'"  # noqa: S608
"""Said before `RECOVER`, since afterwards nobody can tell which they were."""
LEFT_OPEN = f"SELECT id, key_id, started_ns FROM exchanges WHERE ending = '{Ending.OPEN}' ORDER BY id"  # noqa: S608

_SOME = "DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE expires_ns <= ? LIMIT 500)"
FORGET = (_SOME.format(table="replies", key="digest"), _SOME.format(table="pseudonyms", key="conversation"))
"""Each removes some of what need no longer be known by the time that is bound: answers, and who stood for whom."""


def write(connection: sqlite3.Connection, into: Into, rows: Sequence[Row]) -> None:
    """Write rows; writing one again changes nothing, so what failed halfway may simply be repeated.

    Each count of rows is a statement that the connection keeps prepared, at up to 160 kB. Opening rows are few columns
    and go in as many to a statement as there are; the wide ones go in powers of two, or their statements would add up
    to megabytes as ever more counts come by.
    """
    start = 0
    while start < len(rows):
        count = min(len(rows) - start, MOST_ROWS)
        if into.renewed:
            count = 1 << (count.bit_length() - 1)
        some = rows[start : start + count]
        connection.execute(insert(into, count), tuple(chain.from_iterable(some)))
        start += count


@lru_cache(maxsize=4 * MOST_ROWS)
def insert(into: Into, count: int) -> str:
    """The statement that takes `count` rows, in SQL that SQLite and PostgreSQL share."""
    columns = ", ".join(into.columns)
    places = ", ".join(["(" + ", ".join("?" * len(into.columns)) + ")"] * count)
    if into.renewed:
        values = ", ".join(f"{name} = excluded.{name}" for name in into.columns if name not in into.key)
        action = f"UPDATE SET {values}"
    else:
        action = "NOTHING"
    # Every name stands in this file or in `rows`; every value is bound.
    return f"INSERT INTO {into.table} ({columns}) VALUES {places} ON CONFLICT ({', '.join(into.key)}) DO {action}"  # noqa: S608
