"""The small database behind the queue of uploads: one SQLite file, one connection, one writer at a time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from freehold.core.errors import Unavailable

_SCHEMA = """
CREATE TABLE IF NOT EXISTS items (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT NOT NULL, collection TEXT NOT NULL, name TEXT NOT NULL,
  digest TEXT NOT NULL, size INTEGER NOT NULL, label TEXT, groups TEXT, media_type TEXT,
  state TEXT NOT NULL DEFAULT 'waiting', batch TEXT, document TEXT, reason TEXT NOT NULL DEFAULT '',
  notes TEXT NOT NULL DEFAULT '[]', ended_ns INTEGER);
CREATE INDEX IF NOT EXISTS items_job ON items (job, state);
CREATE INDEX IF NOT EXISTS items_name ON items (collection, name) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS items_digest ON items (digest) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS items_batch ON items (batch, seq) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS amendments (
  collection TEXT NOT NULL, name TEXT NOT NULL, upto INTEGER NOT NULL, label TEXT, groups TEXT,
  removed INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS amendments_name ON amendments (collection, name);
CREATE TABLE IF NOT EXISTS archives (
  collection TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (collection, name)) WITHOUT ROWID;
"""
_BUSY_SECONDS = 10.0


class Rows:
    """The database. Opened at first use, and made with it. Every method raises `Unavailable` when the disk refuses."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    @property
    def exists(self) -> bool:
        """Whether there is a file already."""
        return self._path.exists()

    def read(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._lock:
            try:
                return self._opened().execute(statement, values).fetchall()
            except sqlite3.Error as error:
                raise self._trouble(error) from error

    @contextmanager
    def writing(self, *, flushed: bool = False) -> Iterator[sqlite3.Connection]:
        """One transaction. It survives the end of the process; `flushed`, which takes milliseconds, that of power."""
        with self._lock:
            try:
                connection = self._opened()
                connection.execute(f"PRAGMA synchronous={'FULL' if flushed else 'NORMAL'}")
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.execute("COMMIT")
                finally:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
            except sqlite3.Error as error:
                raise self._trouble(error) from error

    def close(self) -> None:
        """Close the file; a later call opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _trouble(self, error: sqlite3.Error) -> Unavailable:
        return Unavailable(f"the queue of uploads cannot be used ({error}); check the disk of {self._path.parent}")

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._path.touch(mode=0o600)
            except OSError as error:
                raise Unavailable(f"the queue of uploads cannot be made: {error}") from error
            connection = sqlite3.connect(
                self._path, isolation_level=None, check_same_thread=False, timeout=_BUSY_SECONDS
            )
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA secure_delete=ON")
            connection.executescript(_SCHEMA)
            self._connection = connection
        return self._connection
