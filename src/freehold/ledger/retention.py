"""Ends what has been kept long enough, by label: little by little, on the ledger's own thread.

What is captured gets its end when it is written. These passes bring older text under rules that have become stricter,
and remove records whose days are over, with all that hangs on them. A rule that has become laxer brings nothing back.
"""

from __future__ import annotations

import asyncio
import logging
import math
import sqlite3
import time
from collections.abc import Callable

import msgspec

from freehold.core.label import Label, Level
from freehold.core.record import Ending
from freehold.core.retention import Retention
from freehold.ledger.evaluated import remove_taken
from freehold.ledger.moments import DAY_NS, LAST_NS
from freehold.ledger.transaction import transaction
from freehold.ledger.writer import Chore

_LOG = logging.getLogger("freehold")


_STEP = 200
"""Rows a transaction."""
_BETWEEN_SECONDS = 3600.0
"""From one pass over the records to the next."""

_TEXTS = """
SELECT c.exchange_id, c.expires_ns, e.started_ns, e.label FROM captures c JOIN exchanges e ON e.id = c.exchange_id
WHERE c.exchange_id > ? ORDER BY c.exchange_id LIMIT ?
"""
_RECORDS = """
SELECT started_ns, id, label FROM exchanges
WHERE (started_ns, id) > (?, ?) AND started_ns <= ? AND ending <> ?
  AND id NOT IN (SELECT exchange_id FROM usage_pending)
ORDER BY started_ns, id LIMIT ?
"""


class Kept(msgspec.Struct, frozen=True):
    """What is decided: the rules, and the days of captured text where none speaks of it; infinity for good."""

    retention: Retention = Retention()
    text_days: float = math.inf


class TextPass:
    """Brings every captured text's end forward to what is decided now; the ledger's purge then removes what is over."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._at = ""

    def __call__(self, connection: sqlite3.Connection) -> bool:
        """Look at some; says whether there may be more."""
        rows = connection.execute(_TEXTS, (self._at, _STEP)).fetchall()
        sooner = [
            (end_ns, name)
            for name, expires_ns, started_ns, label in rows
            if (end_ns := self._end_ns(started_ns, label)) < expires_ns
        ]
        if sooner:
            with transaction(connection):
                connection.executemany("UPDATE captures SET expires_ns = ? WHERE exchange_id = ?", sooner)
        self._at = rows[-1][0] if rows else self._at
        return len(rows) == _STEP

    def _end_ns(self, started_ns: int, text: str | None) -> int:
        label = read_label(text)
        if not self._kept.retention.captures(label):
            return 0
        days = self._kept.retention.text_days(label, self._kept.text_days)
        return int(min(started_ns + days * DAY_NS, LAST_NS))


class RecordPass:
    """Removes every record whose days are over, with its attempts and its text."""

    def __init__(self, kept: Kept) -> None:
        self._retention = kept.retention
        self._now = time.time_ns()
        self._until = int(max(self._now - kept.retention.shortest_record_days * DAY_NS, -1))
        self._at: tuple[int, str] = (-1, "")

    def __call__(self, connection: sqlite3.Connection) -> bool:
        """Look at some; says whether there may be more."""
        rows = connection.execute(_RECORDS, (*self._at, self._until, Ending.OPEN, _STEP)).fetchall()
        gone = [(name,) for started_ns, name, label in rows if self._is_over(started_ns, label)]
        if gone:
            with transaction(connection):
                # The text goes with its record, so what was taken from it goes too.
                remove_taken(connection, [name for (name,) in gone])
                connection.executemany("DELETE FROM exchanges WHERE id = ?", gone)
        self._at = rows[-1][:2] if rows else self._at
        return len(rows) == _STEP

    def _is_over(self, started_ns: int, text: str | None) -> bool:
        label = read_label(text)
        days = max(self._retention.record_days(label), self._retention.floor_days(label))
        return started_ns + days * DAY_NS <= self._now


class Tidying:
    """Makes both passes at the start, again when the rules have changed, and over the records every hour."""

    def __init__(self, do: Callable[[Chore], None], kept: Callable[[], Kept]) -> None:
        """`do` hands work to the ledger's thread."""
        self._do = do
        self._kept = kept
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="ledger-tidying")

    def again(self) -> None:
        """The rules have changed: look at everything anew, unless it has not begun or is stopped."""
        if self._task is not None:
            self.stop()
            self.start()

    def stop(self) -> None:
        """Begin no further pass."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        is_first = True
        while True:
            try:
                self._pass(is_first=is_first)
                is_first = False
            except Exception:  # noqa: BLE001  # nobody awaits this task: it would end unseen, and nothing be removed
                _LOG.exception("what has been kept long enough is not removed; it is tried again in an hour")
            await asyncio.sleep(_BETWEEN_SECONDS)

    def _pass(self, *, is_first: bool) -> None:
        kept = self._kept()
        if is_first:
            self._do(TextPass(kept))
        if kept.retention.shortest_record_days < math.inf:
            self._do(RecordPass(kept))


def read_label(text: str | None) -> Label | None:
    """The label of a record; the highest level for one that this release cannot read."""
    try:
        return None if text is None else Label.parse(text)
    except ValueError:
        return Label(Level.RESTRICTED)
