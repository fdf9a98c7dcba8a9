"""Makes totals of what has ended, behind the ledger, little by little on its own thread.

The row that ends a request is written together with a note that it is in no total yet (``usage_pending``). A pass reads
such requests a few at a time, sums them in memory, and writes the totals and takes the notes away in one transaction;
so each is counted exactly once, however late it ended, whatever the clock did, and whenever the process dies. A query
adds what is noted, and so never waits for a pass. A record that is removed later leaves its totals.
"""

from __future__ import annotations

import asyncio
import sqlite3
import weakref
from collections.abc import Callable
from typing import get_args

import msgspec

from freehold.ledger.facts import Dimension, Facts
from freehold.ledger.moments import DAY_NS, NS, QUARTER_NS
from freehold.ledger.tally import COLUMNS, Tally
from freehold.ledger.totals import SPANS
from freehold.ledger.transaction import transaction
from freehold.ledger.writer import Chore

_STEP = 100
"""Requests read at a time: a few milliseconds, in which an opening row may wait."""
_TOGETHER = 2000
"""Requests summed before their totals are written, since many of them share those."""
_MOST_TALLIES = 250
"""Tallies held before they are written: of old requests few share any, and an opening row waits for them all."""
_BETWEEN_SECONDS = 15.0
"""From one pass to the next: so much of what was asked is read from its rows."""

_PATIENCE_SECONDS = 600.0
"""For which a ledger that is busy is left alone."""

_DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)

_SOME = """
SELECT p.exchange_id FROM usage_pending p JOIN exchanges e ON e.id = p.exchange_id
WHERE p.exchange_id > ? AND e.ending <> 'open' ORDER BY p.exchange_id LIMIT ?
"""
_NAMED = "e.id IN (SELECT value FROM json_each(:names))"
_DONE = "DELETE FROM usage_pending WHERE exchange_id IN (SELECT value FROM json_each(:names))"
_SERIES = "SELECT id, shown FROM usage_series WHERE dimension = ? AND name = ?"
_NEW_SERIES = "INSERT INTO usage_series (dimension, name, shown) VALUES (?, ?, ?)"
_RENAMED = "UPDATE usage_series SET shown = ? WHERE id = ?"
_PLACE = "series_id = ? AND span_s = ? AND start_ns = ?"
_KEPT = f"SELECT {', '.join(COLUMNS)} FROM usage_totals WHERE {_PLACE}"  # noqa: S608  Words of ours.
_KEEP = (
    f"INSERT OR REPLACE INTO usage_totals (series_id, span_s, start_ns, {', '.join(COLUMNS)}) "  # noqa: S608  As above.
    f"VALUES ({', '.join('?' * (3 + len(COLUMNS)))})"
)


class RollUp:
    """One pass over what is in no total yet, as work for the ledger's thread."""

    def __init__(self) -> None:
        self._at = ""
        self._sum_anew()

    def _sum_anew(self) -> None:
        self._taken: list[str] = []
        self._facts = Facts(_DIMENSIONS, _quarter)

    def __call__(self, connection: sqlite3.Connection) -> bool:
        """Read some, or write the totals of those that were read; says whether there is more to do."""
        if not self._full and self._read(connection):
            return True
        more = self._full
        if self._taken:
            _add(connection, self._facts, self._taken)
            self._sum_anew()
        return more

    def _read(self, connection: sqlite3.Connection) -> bool:
        """Sum some; says whether there may be more to read."""
        names = [name for (name,) in connection.execute(_SOME, (self._at, _STEP))]
        if not names:
            return False
        try:
            self._facts.read(connection, _NAMED, {"names": _json(names)})
        except sqlite3.Error:
            # Some of them may be summed; nothing is written, so the pass can begin anew.
            self._at = ""
            self._sum_anew()
            raise
        self._taken += names
        self._at = names[-1]
        return len(names) == _STEP and not self._full

    @property
    def _full(self) -> bool:
        tallies = sum(map(len, self._facts.tallies.values()))
        return len(self._taken) >= _TOGETHER or tallies >= _MOST_TALLIES


class Rolling:
    """Has a pass made at the start and every few seconds, one at a time.

    Not while the ledger is busy, though, for a while: a query adds what is noted, and requests come first.
    """

    def __init__(self, do: Callable[[Chore], None], busy: Callable[[], bool] = lambda: False) -> None:
        """`do` hands work to the ledger's thread; `busy` says whether many requests are under way."""
        self._do = do
        self._busy = busy
        self._pass: weakref.ref[RollUp] | None = None
        """The ledger's thread lets go of one that has ended, however it did."""
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="usage-rolling")

    def stop(self) -> None:
        """Begin no further pass. What is left is noted, and the next start goes on with it."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        waited = 0.0
        while True:
            if self._busy() and waited < _PATIENCE_SECONDS:
                waited += _BETWEEN_SECONDS
            elif self._pass is None or self._pass() is None:
                waited = 0.0
                fresh = RollUp()
                self._pass = weakref.ref(fresh)
                self._do(fresh)
                del fresh
            await asyncio.sleep(_BETWEEN_SECONDS)


def recount(connection: sqlite3.Connection, day_ns: int) -> None:
    """Make the totals of one UTC day anew, given by its beginning: drop them, and note its records for the next pass.

    Of a day whose records are not all there any more, what the others came to is lost; so it is for a person to ask.
    """
    day = {"since": day_ns, "until": day_ns + DAY_NS}
    with transaction(connection):
        connection.execute("DELETE FROM usage_totals WHERE start_ns >= :since AND start_ns < :until", day)
        connection.execute(
            "INSERT INTO usage_pending SELECT id FROM exchanges "
            "WHERE started_ns >= :since AND started_ns < :until AND ending <> 'open' ON CONFLICT DO NOTHING",
            day,
        )


def _add(connection: sqlite3.Connection, facts: Facts, names: list[str]) -> None:
    """Add what was summed to the totals and forget that it was not in them: both, or neither."""
    with transaction(connection):
        for dimension in _DIMENSIONS:
            for (series, span_ns, start_ns), tally in _spans(connection, facts, dimension).items():
                place = (series, span_ns // NS, start_ns)
                kept = connection.execute(_KEPT, place).fetchone()
                if kept is not None:
                    tally.add_kept(kept)
                connection.execute(_KEEP, (*place, *tally.kept()))
        connection.execute(_DONE, {"names": _json(names)})


def _spans(connection: sqlite3.Connection, facts: Facts, dimension: Dimension) -> dict[tuple[int, int, int], Tally]:
    """What was summed by quarters of an hour, in all the spans that are kept, each with the series that it is of."""
    found: dict[tuple[int, int, int], Tally] = {}
    series: dict[str, int] = {}
    for (quarter_ns, name), tally in facts.tallies[dimension].items():
        if name not in series:
            series[name] = _series(connection, dimension, name, facts.shown.get(name) if dimension == "key" else None)
        for span_ns in SPANS:
            place = (series[name], span_ns, quarter_ns // span_ns * span_ns)
            # A copy, since what was summed is needed again if the disk takes none of this.
            found.setdefault(place, Tally()).add(tally)
    return found


def _series(connection: sqlite3.Connection, dimension: Dimension, name: str, shown: str | None) -> int:
    row = connection.execute(_SERIES, (dimension, name)).fetchone()
    if row is None:
        made = connection.execute(_NEW_SERIES, (dimension, name, shown)).lastrowid
        assert made is not None  # an insert has one
        return made
    if row[1] != shown:
        connection.execute(_RENAMED, (shown, row[0]))
    return int(row[0])


def _quarter(started_ns: int) -> int:
    return started_ns // QUARTER_NS * QUARTER_NS


def _json(names: list[str]) -> str:
    return msgspec.json.encode(names).decode()
