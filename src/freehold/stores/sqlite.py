"""The embedded database: one file in the data directory, in write-ahead mode.

Opening one that is up to date costs one query and imports neither SQLAlchemy nor Alembic; they come in only to migrate.
``synchronous=NORMAL``: a commit survives the end of the process, however it ends; after a loss of power the last
commits may be gone, and the file is whole.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

from freehold.core.errors import SetupError
from freehold.stores.instance import prepare

FILE_NAME = "freehold.db"

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")
"""Every revision there is, oldest first; the last is the schema this code reads and writes."""

HEAD = REVISIONS[-1]

_BUSY_MS = 2000


class SqliteStore:
    """A database file at the schema of this code. Hands out connections; holds none."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of(cls, data_dir: Path) -> SqliteStore:
        """The one of a data directory that another process has opened already, and so at the schema of this code."""
        return cls(data_dir / FILE_NAME)

    def connect(self, *, busy_ms: int = _BUSY_MS) -> sqlite3.Connection:
        """A connection that writes, without implicit transactions; it may pass between threads, one at a time."""
        return _connect(self.path, busy_ms)

    def reader(self) -> sqlite3.Connection:
        """A connection that cannot write; reading never waits for the writer."""
        connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        connection.row_factory = sqlite3.Row
        return connection


def open_store(data_dir: Path) -> SqliteStore:
    """Open the database of a data directory, made or migrated if need be; raises `SetupError` with the mend."""
    path = prepare(data_dir) / FILE_NAME
    try:
        _create_file(path)
        with closing(_connect(path, _BUSY_MS)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            revision = _revision(connection)
            if revision is None:
                _create_schema(connection)
        if revision is not None and revision != HEAD:
            _upgrade(path, revision)
    except (sqlite3.Error, OSError) as error:
        raise SetupError(_explain(path, error)) from error
    return SqliteStore(path)


def upgrade(path: Path, to: str = HEAD) -> None:
    """Bring a database file to a revision, all of it or nothing."""
    # Imported here: these two cost half a second, and a start with nothing to migrate must not pay it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from sqlalchemy import create_engine, event  # noqa: PLC0415

    engine = create_engine(f"sqlite:///{path}", connect_args={"isolation_level": None})
    # The driver by itself opens no transaction before DDL, and half an upgrade must never stay.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    config = Config()
    config.set_main_option("script_location", str(files("freehold.stores").joinpath("migrations")).replace("%", "%%"))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, to)
    finally:
        engine.dispose()


def _upgrade(path: Path, revision: str) -> None:
    if revision not in REVISIONS:
        raise SetupError(
            f"{path} was written by a newer Freehold (schema {revision}; this one knows up to {HEAD}); "
            "upgrade Freehold, or choose another directory with --data-dir"
        )
    upgrade(path)


def _connect(path: Path, busy_ms: int) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
    connection.execute(f"PRAGMA busy_timeout={busy_ms:d}")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA secure_delete=ON")
    # A quarter of the default: the ledger is written at its end, and pages far from there need not stay in memory.
    connection.execute("PRAGMA cache_size=-512")
    return connection


def _create_file(path: Path) -> None:
    """SQLite gives its log files the mode of the database, so this one call keeps all three to their owner."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _revision(connection: sqlite3.Connection) -> str | None:
    """The schema's revision; `None` for an empty file."""
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise
        return None
    return str(row[0]) if row else ""


def _create_schema(connection: sqlite3.Connection) -> None:
    ddl = files("freehold.stores").joinpath("schema.sql").read_text(encoding="utf-8")
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _revision(connection) is None:  # Another process may have been quicker.
            for statement in ddl.split(";\n"):
                connection.execute(statement)
        connection.execute("COMMIT")
    except sqlite3.Error:
        connection.execute("ROLLBACK")
        raise


_RESTORE = "move it away, with its -wal and -shm files, and put a copy that was backed up in its place"

_MENDS = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space",
    sqlite3.SQLITE_READONLY: "it may not be written to; give this user the right, or choose another with --data-dir",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check the directory's owner, or choose another with --data-dir",
    sqlite3.SQLITE_BUSY: "another process holds it; stop that process",
    sqlite3.SQLITE_NOTADB: f"it is not a Freehold database; {_RESTORE}",
    sqlite3.SQLITE_CORRUPT: f"it is damaged; {_RESTORE}",
}


def _explain(path: Path, error: sqlite3.Error | OSError) -> str:
    if isinstance(error, OSError):
        return f"cannot use {path}: {error.strerror}; choose another directory with --data-dir"
    mend = _MENDS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, _RESTORE)
    return f"cannot use {path} ({error}): {mend}"
