"""Promises in the database: made, looked at, replaced, withdrawn; and what of evaluation is in force.

Imports no numpy: what is in force is read at every start.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing

import msgspec

from freehold.catalog.promises import NOTHING, Change, Promise, PromiseState, Standing
from freehold.core.errors import Conflict, NotFound
from freehold.evaluate.kept import Connect, opened
from freehold.ledger.transaction import transaction

_IN_FORCE = ("active", "suspended")
_STANDING = "SELECT body FROM eval_promises WHERE state IN ('active', 'suspended') ORDER BY created_ns, id"
_CHANGES = "SELECT body FROM eval_revisions WHERE state = 'active' ORDER BY at_ns, id"
_ALL = "SELECT body FROM eval_promises ORDER BY created_ns DESC, id"
_ONE = "SELECT body FROM eval_promises WHERE id = ?"
_OF_ROUTE = "SELECT body FROM eval_promises WHERE route = ? AND state IN ('active', 'suspended')"
_PUT = "INSERT INTO eval_promises (id, route, created_ns, state, body) VALUES (?, ?, ?, ?, ?)"
_SET = "UPDATE eval_promises SET state = ?, body = ? WHERE id = ?"

_promise = msgspec.json.Decoder(Promise).decode
_change = msgspec.json.Decoder(Change).decode


class PromiseRows:
    """All promises. `connect` opens a connection that writes. Raises `Unavailable` where the database refuses."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    def standing(self) -> Standing:
        """What is in force: the newest promise and the newest change of each route."""
        with self._opened() as connection:
            return _standing(connection)

    def all(self) -> list[Promise]:
        """Every promise that was ever made, newest first."""
        with self._opened() as connection:
            return [_promise(body) for (body,) in map(tuple, connection.execute(_ALL))]

    def get(self, promise: str) -> Promise:
        """One promise; raises `NotFound`."""
        with self._opened() as connection:
            return _found(connection, promise)

    def add(self, promise: Promise) -> Promise:
        """Put a promise in force, in place of what the route had, and return it as it is kept.

        The same one stays as it is while it is active. One that was suspended, replaced or withdrawn is made again
        under another id: what was seen of it then is not of the one that begins now.
        """
        with self._opened() as connection, transaction(connection):
            row = connection.execute(_ONE, (promise.id,)).fetchone()
            if row is not None:
                if (there := _promise(row[0])).state == "active":
                    return there
                promise = _made_again(promise)
            for (body,) in [tuple(row) for row in connection.execute(_OF_ROUTE, (promise.route,))]:
                _store(connection, _moved(_promise(body), "replaced", f"by {promise.id}"))
            fresh = (promise.id, promise.route, time.time_ns(), promise.state, _text(promise))
            connection.execute(_PUT, fresh)
        return promise

    def move(self, promise: str, state: PromiseState, why: str) -> Promise:
        """Suspend, activate or withdraw a promise, and return it as it is then.

        Raises `NotFound`, and `Conflict` for one that is no longer in force.
        """
        return self.change(promise, lambda found: _moved(found, state, why))

    def change(self, promise: str, amended: Callable[[Promise], Promise]) -> Promise:
        """Keep what becomes of a promise in force, such as with a threshold on the safer side; raises as `move`."""
        with self._opened() as connection, transaction(connection):
            found = _found(connection, promise)
            if found.state not in _IN_FORCE:
                raise Conflict(f"promise {promise} is {found.state} and no longer in force")
            fresh = amended(found)
            _store(connection, fresh)
            return fresh

    def _opened(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self._connect, "promises")


def in_force(connect: Connect) -> Standing:
    """What is in force in a database that is only looked at; nothing in one of before there were promises."""
    try:
        with closing(connect()) as connection:
            return _standing(connection)
    except sqlite3.OperationalError:
        return NOTHING


def _standing(connection: sqlite3.Connection) -> Standing:
    promises = [_promise(body) for (body,) in map(tuple, connection.execute(_STANDING))]
    changes = [_change(body) for (body,) in map(tuple, connection.execute(_CHANGES))]
    return Standing({each.route: each for each in promises}, {each.route: each for each in changes})


def _made_again(promise: Promise) -> Promise:
    anew = hashlib.sha256(f"{promise.id} {time.time_ns()}".encode()).hexdigest()
    return msgspec.structs.replace(promise, id=f"pr_{anew[:12]}")


def _moved(promise: Promise, state: PromiseState, why: str) -> Promise:
    return msgspec.structs.replace(promise, state=state, why=why)


def _found(connection: sqlite3.Connection, promise: str) -> Promise:
    row = connection.execute(_ONE, (promise,)).fetchone()
    if row is None:
        raise NotFound(f"there is no promise {promise[:80]!r}; 'freehold eval promises' lists them")
    return _promise(row[0])


def _store(connection: sqlite3.Connection, promise: Promise) -> None:
    connection.execute(_SET, (promise.state, _text(promise), promise.id))


def _text(promise: Promise) -> str:
    return msgspec.json.encode(promise).decode()
