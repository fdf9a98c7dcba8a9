"""What was watched, in the database: rows of ``eval_watched``, told apart by their kind.

``audit``, ``asking`` (of a target, with canary prompts) and ``change`` are written once each; ``health``,
``differences``, ``inputs``, ``canary``, ``shadow`` and ``guard`` hold how one thing stands, and are written over. No
row holds a word of a request or an answer of a user's; a canary's holds answers to public prompts.
"""

from __future__ import annotations

import os
import time
from typing import Any, Literal, TypeVar

import msgspec

from freehold.evaluate.kept import Connect, opened

Kind = Literal["audit", "asking", "health", "differences", "inputs", "canary", "shadow", "change", "guard"]

_WHAT = "rows of what is watched"

_PUT = (
    "INSERT INTO eval_watched (id, kind, subject, at_ns, exchange_id, body) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET at_ns = excluded.at_ns, body = excluded.body"
)
_ONE = "SELECT body FROM eval_watched WHERE id = ?"
_OF = "SELECT body FROM eval_watched WHERE kind = ? ORDER BY at_ns DESC, id LIMIT ?"
_OF_SUBJECT = "SELECT body FROM eval_watched WHERE kind = ? AND subject = ? ORDER BY at_ns DESC, id LIMIT ?"
_REMOVE = "DELETE FROM eval_watched WHERE id = ?"
_SPENT = "SELECT coalesce(sum(json_extract(body, '$.cost_nano')), 0) FROM eval_watched WHERE kind = ? AND at_ns >= ?"
_SHARES = (
    "SELECT subject, json_extract(body, '$.share') FROM eval_watched"
    " WHERE kind = 'shadow' AND json_extract(body, '$.state') = 'running'"
)
_ON_TRIAL = "SELECT route FROM eval_revisions WHERE state = 'active' AND json_extract(body, '$.canary') IS NOT NULL"
_FEEDBACK = (
    "SELECT count(*), coalesce(sum(f.thumb = -1 OR f.corrected IS NOT NULL), 0) FROM feedback f"
    " JOIN exchanges e ON e.id = f.exchange_id WHERE e.route = ? AND f.at_ns >= ?"
)

T = TypeVar("T")


class Audit(msgspec.Struct, frozen=True):
    """One audited answer."""

    promise: str
    route: str
    exchange: str
    chance: float
    """With which it was chosen and then looked at, settled before its stronger answer was known."""
    kept_by: str
    """The target whose answer it is."""
    by: str
    """How harm was measured."""
    stronger: str = ""
    """Which target answered too; empty where the label allowed none and a judge looked at the answer alone."""
    harmed: bool | None = None
    differs: bool | None = None
    """Whether the two answers come to something else; `None` where no scorer could tell."""
    why: str = ""
    """Why it could not be audited, in a word."""
    cost_nano: int = 0


class WatchRows:
    """Over one database; `connect` opens a connection that writes. Each call takes one of its own, for any thread.

    Raises `Unavailable` where the database refuses.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    def add(self, kind: Kind, subject: str, body: Any, *, exchange: str | None = None) -> str:
        """Write a row of its own; its id."""
        row = "wt_" + os.urandom(12).hex()
        self._write(row, kind, subject, exchange, body)
        return row

    def put(self, kind: Kind, subject: str, body: Any) -> None:
        """Write how one subject stands, in place of what was written of it before."""
        self._write(f"{kind}:{subject}", kind, subject, None, body)

    def get(self, kind: Kind, subject: str, form: type[T]) -> T | None:
        """How one subject stands."""
        found = self._read(_ONE, (f"{kind}:{subject}",))
        return msgspec.json.decode(found[0][0], type=form) if found else None

    def all(self, kind: Kind, form: type[T], *, limit: int = 1000) -> list[T]:
        """Rows of a kind, newest first."""
        return [msgspec.json.decode(row[0], type=form) for row in self._read(_OF, (kind, limit))]

    def of(self, kind: Kind, subject: str, form: type[T], *, limit: int = 1000) -> list[T]:
        """Those of one subject, newest first."""
        return [msgspec.json.decode(row[0], type=form) for row in self._read(_OF_SUBJECT, (kind, subject, limit))]

    def remove(self, kind: Kind, subject: str) -> None:
        """Say no more of how one subject stands."""
        self._run(_REMOVE, (f"{kind}:{subject}",))

    def shares(self) -> dict[str, float]:
        """By route, the share of its traffic that a candidate answers too."""
        return {str(route): float(share) for route, share in self._read(_SHARES, ())}

    def on_trial(self) -> list[str]:
        """The routes with a candidate on trial."""
        return [str(route) for (route,) in self._read(_ON_TRIAL, ())]

    def spent(self, kind: Kind, since_ns: int) -> int:
        """Nanodollars of the rows of a kind."""
        return int(self._read(_SPENT, (kind, since_ns))[0][0])

    def feedback(self, route: str, since_ns: int) -> tuple[int, int]:
        """How often people said something of a route's answers, and how often that one was bad."""
        said, bad = self._read(_FEEDBACK, (route, since_ns))[0]
        return int(said), int(bad)

    def _write(self, row: str, kind: Kind, subject: str, exchange: str | None, body: Any) -> None:
        self._run(_PUT, (row, kind, subject, time.time_ns(), exchange, msgspec.json.encode(body).decode()))

    def _run(self, statement: str, values: tuple[object, ...]) -> None:
        with opened(self._connect, _WHAT) as connection:
            connection.execute(statement, values)

    def _read(self, statement: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        with opened(self._connect, _WHAT) as connection:
            return [tuple(row) for row in connection.execute(statement, values)]
