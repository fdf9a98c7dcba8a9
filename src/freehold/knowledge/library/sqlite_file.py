"""The library's database file: opening it, its connections, and what SQLite's errors mean to who runs it."""

from __future__ import annotations

import os
import queue
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from freehold.core.errors import SetupError, Unavailable
from freehold.knowledge.library.sqlite_schema import HEAD, migrate, revision

FILE_NAME = "library.db"

_BUSY_MS = 10_000
_CHECKPOINT_BUSY_MS = 1000
"""How long a removal waits for running queries, so that none still needs the old pages."""


class LibraryFile:
    """One writing connection, one thread at a time, and as many reading ones as threads read at once."""

    def __init__(self, folder: Path, *, analysis: int) -> None:
        """Open the file of a folder, made or migrated if need be; raises `SetupError` with the mend."""
        self.path = folder / FILE_NAME
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            with closing(_connect(self.path)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
                if revision(connection) > HEAD:
                    raise SetupError(
                        f"{self.path} was written by a newer Freehold (schema {revision(connection)}; this one "
                        f"knows up to {HEAD}); upgrade Freehold, or choose another directory with --data-dir"
                    )
                migrate(connection, analysis)
            self._writer = _connect(self.path)
        except (sqlite3.Error, OSError) as error:
            raise SetupError(f"cannot use {self.path} ({_cause(error)}): {_mend(error)}") from error
        self._writing = threading.RLock()
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._closed = False

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is seen whole or not at all; the generation goes up with it."""
        with self._writing, self._translated():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("UPDATE state SET generation = generation + 1")
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a transaction that sees one state of the file throughout."""
        with self._translated():
            connection = self._take()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("COMMIT")
                self._give(connection)

    def overwrite(self) -> None:
        """Empty the log of changes, where removed bytes would stand until it is written over.

        While another process reads, that cannot be; the next removal or the last `close` then does it.
        """
        with self._writing, self._translated():
            self._writer.execute(f"PRAGMA busy_timeout={_CHECKPOINT_BUSY_MS:d}")
            with suppress(sqlite3.OperationalError):
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            self._writer.execute(f"PRAGMA busy_timeout={_BUSY_MS:d}")

    def close(self) -> None:
        """Close every connection; those in use close when they are given back."""
        self._closed = True
        while not self._idle.empty():
            self._idle.get_nowait().close()
        with self._writing:
            self._writer.close()

    def _take(self) -> sqlite3.Connection:
        if self._closed:
            raise Unavailable("the library is closed; Freehold is stopping")
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return _connect(self.path)

    def _give(self, connection: sqlite3.Connection) -> None:
        if self._closed:
            connection.close()
        else:
            self._idle.put(connection)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise Unavailable(f"the library {self.path} cannot be used now ({error}): {_mend(error)}") from error
        except (sqlite3.DatabaseError, sqlite3.ProgrammingError, OSError) as error:
            if isinstance(error, sqlite3.IntegrityError):
                raise
            raise Unavailable(f"the library {self.path} cannot be used ({_cause(error)}): {_mend(error)}") from error


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=128)
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS:d}")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA secure_delete=ON")
    connection.row_factory = sqlite3.Row
    return connection


_RESTORE = "move it away, with its -wal and -shm files, and add the documents anew or put a backup in its place"

_MENDS = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space",
    sqlite3.SQLITE_READONLY: "it may not be written to; give this user the right, or choose another with --data-dir",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check the folder's owner, or choose another with --data-dir",
    sqlite3.SQLITE_BUSY: "another process holds it; try again, or stop that process",
    sqlite3.SQLITE_LOCKED: "another process holds it; try again, or stop that process",
    sqlite3.SQLITE_IOERR: "the disk failed to read or write; check it, and whether it is full",
    sqlite3.SQLITE_NOTADB: f"it is not a Freehold library; {_RESTORE}",
    sqlite3.SQLITE_CORRUPT: f"it is damaged; {_RESTORE}",
}


def _cause(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def _mend(error: Exception) -> str:
    if isinstance(error, OSError):
        return "check the folder's rights and the free space, or choose another with --data-dir"
    return _MENDS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, _RESTORE)
