"""What people and programs say of an answer: a thumb, a score, an outcome; a comment, and what it should have been.

Each key says one thing of a request: saying more changes what it gives and leaves the rest. A comment and a corrected
answer are text about what was asked, so they are kept only where the request's own text is: by consent of its key,
where capture is configured, and for as long. They go when that text goes, erased or expired, in the same transaction.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable

import msgspec

from freehold.core.errors import Conflict, NotFound, RequestError
from freehold.ledger.transaction import transaction

_SAY = """
INSERT INTO feedback (id, exchange_id, key_id, at_ns, thumb, score, outcome, corrected, comment)
VALUES (:id, :exchange, :key, :at, :thumb, :score, :outcome, :corrected, :comment)
ON CONFLICT (exchange_id, key_id) DO UPDATE SET at_ns = excluded.at_ns, thumb = coalesce(excluded.thumb, thumb),
  score = coalesce(excluded.score, score), outcome = coalesce(excluded.outcome, outcome),
  corrected = coalesce(excluded.corrected, corrected), comment = coalesce(excluded.comment, comment)
"""
_THERE = "SELECT 1 FROM exchanges WHERE id = ?"
_CAPTURED = "SELECT 1 FROM captures WHERE exchange_id = ?"
_TAKE_BACK = """
DELETE FROM feedback WHERE exchange_id = ? AND key_id = ? RETURNING thumb, score, outcome, corrected, comment
"""


class Said(msgspec.Struct, frozen=True):
    """What one key says of one request; `None`: nothing of that."""

    thumb: int | None = None
    """1 up, -1 down."""
    score: float | None = None
    """From 0 to 1."""
    outcome: str | None = None
    """A word of the caller's own, such as ``resolved``."""
    corrected: str | None = None
    """What the answer should have been."""
    comment: str | None = None

    @property
    def has_text(self) -> bool:
        """Whether it says something in words of its own."""
        return self.corrected is not None or self.comment is not None


class Say:
    """Writes what was said, as work for the ledger's thread. `done` is called there, with why it was refused, if so."""

    def __init__(self, exchange: str, key: str, said: Said, done: Callable[[RequestError | None], None]) -> None:
        self._exchange, self._key, self._said, self._done = exchange, key, said, done

    def __call__(self, connection: sqlite3.Connection) -> bool:
        """Do it, whole; there is no more."""
        with transaction(connection):
            # Looked at here: what erases and what ends records pass through the same thread, and text never comes in
            # behind them.
            refused = self._refused(connection)
            if refused is None:
                made = {"id": "fb_" + os.urandom(12).hex(), "at": time.time_ns()}
                asked = {"exchange": self._exchange, "key": self._key}
                connection.execute(_SAY, made | asked | msgspec.structs.asdict(self._said))
        self._done(refused)
        return False

    def _refused(self, connection: sqlite3.Connection) -> RequestError | None:
        if connection.execute(_THERE, (self._exchange,)).fetchone() is None:
            return NotFound(f"there is no request {self._exchange!r} in the ledger")
        if self._said.has_text and connection.execute(_CAPTURED, (self._exchange,)).fetchone() is None:
            return Conflict(
                "the text of this request is not kept, so no text about it is: its key has not consented to capture, "
                "capture is off, or the text was erased or has expired; send thumb, score and outcome alone"
            )
        return None


class TakeBack:
    """Removes what a key said of a request, as work for the ledger's thread. `done` is told what that was."""

    def __init__(self, exchange: str, key: str, done: Callable[[list[Said]], None]) -> None:
        self._exchange, self._key, self._done = exchange, key, done

    def __call__(self, connection: sqlite3.Connection) -> bool:
        """Do it, whole; there is no more."""
        taken = connection.execute(_TAKE_BACK, (self._exchange, self._key)).fetchall()
        self._done([Said(*row) for row in taken])
        return False
