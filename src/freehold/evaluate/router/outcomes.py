"""Outcomes that arrive one by one, as audits bring them, until a router learns them: rows of figures, without a word.

A vector tells something of the text it was made of. So an outcome is kept only where that text is kept too, by the
consent of its key, and goes when that goes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import msgspec
import numpy as np

from freehold.evaluate.kept import opened
from freehold.evaluate.router.fit import Evidence
from freehold.evaluate.router.space import Points, marked

MOST_WAITING = 1_000
"""Outcomes of one router that wait; beyond, the oldest go."""

_ADD = """
INSERT INTO eval_outcomes (router, exchange_id, at_ns, body) SELECT :router, :exchange, :at_ns, :body
WHERE EXISTS (SELECT 1 FROM captures WHERE exchange_id = :exchange) ON CONFLICT DO NOTHING
"""
_TRIM = """
DELETE FROM eval_outcomes WHERE router = :router AND exchange_id NOT IN
  (SELECT exchange_id FROM eval_outcomes WHERE router = :router ORDER BY at_ns DESC, exchange_id LIMIT :most)
"""
_COUNT = "SELECT count(*) FROM eval_outcomes WHERE router = ?"
_ALL = "SELECT exchange_id, body FROM eval_outcomes WHERE router = ? ORDER BY at_ns, exchange_id"
_REMOVE = "DELETE FROM eval_outcomes WHERE router = ? AND exchange_id IN (SELECT value FROM json_each(?))"
_CLEAR = "DELETE FROM eval_outcomes WHERE router = ?"
_CAPTURED = "SELECT exchange_id FROM captures WHERE exchange_id IN (SELECT value FROM json_each(?))"


class Arrived(msgspec.Struct, frozen=True):
    """An outcome as figures."""

    weak: float
    strong: float
    slices: dict[str, str]
    label: str
    meaning: bytes
    """Single precision, as in the file of a router; empty where prompts are known by their form alone."""
    form: bytes


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Arrived).decode


def arrived(evidence: Evidence, slices: dict[str, str], label: str) -> Arrived:
    """The one prompt of `evidence` as it is kept."""
    points = evidence.points
    meaning, form = (each[0].astype("<f4").tobytes() for each in (points.meaning, points.form))
    return Arrived(float(evidence.weak[0]), float(evidence.strong[0]), slices, label, meaning, form)


def evidence_of(some: Sequence[Arrived], slices: Sequence[str]) -> Evidence:
    """What has arrived, as a router learns it."""
    meaning, form = (
        np.stack([np.frombuffer(each, dtype="<f4") for each in figures]).astype(float)
        for figures in ([each.meaning for each in some], [each.form for each in some])
    )
    points = Points(meaning, form, marked([each.slices for each in some], slices))
    return Evidence(points, np.array([each.weak for each in some]), np.array([each.strong for each in some]))


class OutcomeRows:
    """All outcomes that wait, in one database; everything here blocks on the disk. Raises `Unavailable`."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect

    def add(self, router: str, exchange: str, at_ns: int, outcome: Arrived) -> int:
        """Keep an outcome where the request's text is kept too; says how many wait for this router."""
        body = _encode(outcome).decode()
        with self._opened() as connection:
            connection.execute(_ADD, {"router": router, "exchange": exchange, "at_ns": at_ns, "body": body})
            connection.execute(_TRIM, {"router": router, "most": MOST_WAITING})
            return int(connection.execute(_COUNT, (router,)).fetchone()[0])

    def all(self, router: str) -> dict[str, Arrived]:
        """What waits for a router, oldest first, by the requests that it is of."""
        with self._opened() as connection:
            return {name: _decode(body) for name, body in connection.execute(_ALL, (router,))}

    def remove(self, router: str, exchanges: Sequence[str]) -> None:
        """Forget some of what waits, as it is learned."""
        with self._opened() as connection:
            connection.execute(_REMOVE, (router, _encode(exchanges).decode()))

    def clear(self, router: str) -> None:
        """Forget all that waits for a router."""
        with self._opened() as connection:
            connection.execute(_CLEAR, (router,))

    def uncaptured(self, exchanges: Sequence[str]) -> frozenset[str]:
        """Which of these requests have no text any more: it was erased, or its time has passed."""
        with self._opened() as connection:
            kept = {name for (name,) in connection.execute(_CAPTURED, (_encode(exchanges).decode(),))}
        return frozenset(exchanges) - kept

    def _opened(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self._connect, "outcomes that routers have yet to learn")
