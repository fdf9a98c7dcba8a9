"""Trainings at rest: what each is to teach, how far it is, and what came of it. Everything here blocks on the disk."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Literal

import msgspec

from freehold.core.errors import NotFound
from freehold.evaluate.kept import opened

TrainingState = Literal["waiting", "running", "done", "stopped", "failed"]
OPEN: frozenset[TrainingState] = frozenset({"waiting", "running"})
"""States in which it goes on by itself, after a restart too."""

_PUT = (
    "INSERT INTO eval_trainings (id, created_ns, state, body) VALUES (:id, :created_ns, :state, :body)"
    " ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body"
    " WHERE eval_trainings.state IN ('waiting', 'running')"
)
"""What has ended stays as it is."""
_ONE = "SELECT body FROM eval_trainings WHERE id = ?"
_NEWEST = "SELECT body FROM eval_trainings ORDER BY created_ns DESC, id LIMIT ?"
_UNFINISHED = "SELECT body FROM eval_trainings WHERE state IN ('waiting', 'running') ORDER BY created_ns, id"


class Training(msgspec.Struct, frozen=True):
    """A training as it stands. Its id begins with ``tn_``."""

    id: str
    key: str
    """The id of the key that began it, as which prompts are embedded."""
    created_ns: int
    state: TrainingState = "waiting"
    weak: str = ""
    strong: str = ""
    data: str = ""
    """The id of the dataset."""
    scorer: str = ""
    before: str = ""
    """The router that is to learn what has arrived since; empty for one that is taught from two runs."""
    done: int = 0
    """Prompts that are embedded."""
    size: int = 0
    """Prompts there are."""
    router: str = ""
    """The id of what it made; empty until it is done."""
    note: str = ""
    """Why it ended otherwise."""


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Training).decode


class TrainingRows:
    """All trainings of one database; `connect` opens a connection that writes. For any thread.

    Raises `Unavailable` where the disk does not take it.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect

    def put(self, training: Training) -> Training:
        """Write a training as it is now, unless it has ended; returns it as it then stands."""
        body = _encode(training).decode()
        values = {"id": training.id, "created_ns": training.created_ns, "state": training.state, "body": body}
        with self._opened() as connection:
            connection.execute(_PUT, values)
            return _decode(connection.execute(_ONE, (training.id,)).fetchone()[0])

    def get(self, training: str) -> Training:
        """One training; raises `NotFound`."""
        found = self._read(_ONE, training)
        if not found:
            raise NotFound(f"there is no training {training[:80]!r}; 'freehold eval router trainings' lists them")
        return found[0]

    def newest(self, limit: int = 100) -> list[Training]:
        """The newest, newest first."""
        return self._read(_NEWEST, limit)

    def unfinished(self) -> list[Training]:
        """Those that wait or run, oldest first."""
        return self._read(_UNFINISHED)

    def _read(self, statement: str, *values: Any) -> list[Training]:
        with self._opened() as connection:
            return [_decode(body) for (body,) in connection.execute(statement, values)]

    def _opened(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self._connect, "trainings")


def new_id() -> str:
    """Of a training."""
    return f"tn_{secrets.token_hex(12)}"
