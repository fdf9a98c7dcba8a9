"""Revisions of routes in the database: rows of ``eval_revisions``, each a `Change` with who, when, why, and before.

At most one of a route is ``active``. Taking it back makes the one before it active again, or leaves the route as the
configuration has it. No row is ever removed.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import AbstractContextManager
from typing import Literal

import msgspec

from freehold.catalog.promises import Change
from freehold.core.errors import NotFound
from freehold.evaluate.kept import Connect, opened
from freehold.ledger.transaction import transaction

State = Literal["active", "replaced", "taken-back"]

_ADD = "INSERT INTO eval_revisions (id, route, at_ns, key_id, state, body) VALUES (?, ?, ?, ?, ?, ?)"
_SET = "UPDATE eval_revisions SET state = ?, body = ? WHERE id = ?"
_OF = "SELECT body FROM eval_revisions WHERE route = ? ORDER BY at_ns DESC, id DESC"
_ALL = "SELECT body FROM eval_revisions ORDER BY at_ns DESC, id DESC"
_ACTIVE = "SELECT body FROM eval_revisions WHERE route = ? AND state = 'active' ORDER BY at_ns DESC, id DESC"
_ONE = "SELECT body FROM eval_revisions WHERE id = ?"


class Before(msgspec.Struct, frozen=True):
    """A route as it was."""

    flow: str
    targets: tuple[str, ...]
    weights: tuple[float, ...] = ()


class Evidence(msgspec.Struct, frozen=True):
    """What a promotion rests on."""

    kind: Literal["runs", "shadow", "none"]
    pairs: int = 0
    difference: float = 0.0
    """The mean, candidate less incumbent."""
    margin: float = 0.0
    alpha: float = 0.05
    scorer: str = ""
    runs: tuple[str, ...] = ()
    says: str = ""


class Revision(Change, frozen=True, kw_only=True):
    """A route as it was changed. The gateway reads of it what a `Change` has."""

    candidate: str
    before: Before
    evidence: Evidence
    by: str
    """The key of whoever did it."""
    at_ns: int
    state: State = "active"
    canary: float | None = None
    """The share of the traffic that the candidate gets on trial; `None`: it was promoted outright."""
    margin: float = 0.02
    replaces: str = ""
    """The revision that was active before; empty where it was the configuration."""
    ended: str = ""
    """Why it is no longer active."""
    ended_by: str = ""
    ended_ns: int | None = None

    @property
    def on_trial(self) -> bool:
        """Whether a guard looks after it."""
        return self.state == "active" and self.canary is not None


class RevisionRows:
    """All revisions. `connect` opens a connection that writes. Raises `Unavailable` where the database refuses."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    def add(self, revision: Revision) -> Revision:
        """Put a revision in force, in place of the one that its route had; returns it with what it replaces."""
        with self._opened() as connection, transaction(connection):
            for earlier in _revisions(connection, _ACTIVE, revision.route):
                revision = msgspec.structs.replace(revision, replaces=earlier.id)
                _set(connection, earlier, "replaced", f"by {revision.id}", revision.by)
            row = (revision.id, revision.route, revision.at_ns, revision.by, revision.state, _text(revision))
            connection.execute(_ADD, row)
        return revision

    def take_back(self, route: str, why: str, by: str, *, only: str | None = None) -> Revision:
        """Take back the revision in force, and put the one before it in force again.

        Raises `NotFound` where none is, or another than `only`, an id.
        """
        with self._opened() as connection, transaction(connection):
            found = [each for each in _revisions(connection, _ACTIVE, route) if only in (None, each.id)]
            if not found:
                raise NotFound(
                    f"the route {route[:80]!r} is as the configuration has it; there is nothing to take back"
                )
            taken = _set(connection, found[0], "taken-back", why, by)
            if taken.replaces:
                for before in _revisions(connection, _ONE, taken.replaces):
                    _set(connection, before, "active", "", "")
            return taken

    def active(self, route: str) -> Revision | None:
        """The revision in force of a route."""
        return next(iter(self._read(_ACTIVE, route)), None)

    def of(self, route: str) -> list[Revision]:
        """All of a route, newest first."""
        return self._read(_OF, route)

    def all(self) -> list[Revision]:
        """All of every route, newest first."""
        return self._read(_ALL)

    def _read(self, statement: str, *values: str) -> list[Revision]:
        with self._opened() as connection:
            return _revisions(connection, statement, *values)

    def _opened(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self._connect, "changes of routes")


def new_id() -> str:
    """``rv_`` and 24 hex digits drawn at random."""
    return "rv_" + os.urandom(12).hex()


def _revisions(connection: sqlite3.Connection, statement: str, *values: str) -> list[Revision]:
    rows = [tuple(row) for row in connection.execute(statement, values)]
    return [msgspec.json.decode(body, type=Revision) for (body,) in rows]


def _set(connection: sqlite3.Connection, revision: Revision, state: State, why: str, by: str) -> Revision:
    ended = None if state == "active" else time.time_ns()
    moved = msgspec.structs.replace(revision, state=state, ended=why, ended_by=by, ended_ns=ended)
    connection.execute(_SET, (state, _text(moved), revision.id))
    return moved


def _text(revision: Revision) -> str:
    return msgspec.json.encode(revision).decode()
