"""DBOS, the engine of durable work, and the only module that imports it.

What is used of it is its record of workflows: each item is a workflow without steps, started by a key, found again by
the next process when this one dies. DBOS is one for each process (it keeps itself in module globals), and so is this.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from freehold.core.errors import Unavailable
from freehold.jobs.durable import Stopped, Work
from freehold.stores import disk


def _shorten(record: logging.LogRecord) -> bool:
    """Leave of a disk or a database that failed DBOS its own words: traceback, statement and values say no more."""
    error = record.exc_info[1] if record.exc_info else None
    said = record.getMessage().partition("\n[SQL:")[0]
    if isinstance(error, (SQLAlchemyError, sqlite3.Error, OSError)):
        record.exc_info, said = None, f"{said.rstrip(':')}: {_said(error)}"
    record.msg, record.args = said, None
    return True


def _silence() -> None:
    """Let DBOS log where Freehold logs; without a handler it would write lines of its own form to the console."""
    log = logging.getLogger("dbos")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    log.setLevel(logging.WARNING)
    log.addFilter(_shorten)


_silence()  # Before the import: it reads the handlers that are there.

from dbos import DBOS, DBOSConfig, Serializer, SetWorkflowID  # noqa: E402

_LOG = logging.getLogger(__name__)
_VERSION = "1"
"""Of what an item means. DBOS resumes only items of its own version; by default that is a hash of the sources."""
_OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_UNDER_WAY = ["PENDING", "ENQUEUED", "DELAYED"]
_MOST_THREADS = 16
_POLL_SECONDS = 0.5
_SWEEP = 500
"""Ended items that are forgotten at a time."""
_ONE = threading.Lock()


class _Json(Serializer):
    """Items are texts, and read back from a file: JSON cannot run anything, which the default (pickle) can."""

    def serialize(self, data: Any) -> str:
        return json.dumps(data)

    def deserialize(self, serialized_data: str) -> Any:
        return json.loads(serialized_data)

    def name(self) -> str:
        return "json"


class DbosEngine:
    """DBOS, launched. Raises `Unavailable` when its database cannot be used or another one runs in this process."""

    def __init__(self, database: str, executor: str, functions: dict[str, Work]) -> None:
        if not _ONE.acquire(blocking=False):
            raise Unavailable("background jobs of another Freehold run in this process; only one can")
        try:
            _prepare(database)
            self._workflows = {name: _workflow(name, function) for name, function in functions.items()}
            DBOS(config=_config(database, executor))
            DBOS.launch()
            self._forget_ended()
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            self.close()
            raise Unavailable(f"background jobs cannot be started: {_said(error)}") from error
        except BaseException:
            self.close()
            raise

    def submit(self, name: str, item: str, key: str) -> None:
        """Record and begin."""
        try:
            with SetWorkflowID(key):
                DBOS.start_workflow(self._workflows[name], item)
        except SQLAlchemyError as error:
            raise Unavailable(f"a background job cannot be recorded: {_said(error)}") from error

    def unfinished(self) -> frozenset[str]:
        """What is recorded, not over, and of this version: what another version left is not resumed."""
        try:
            found = DBOS.list_workflows(status=_UNDER_WAY, app_version=_VERSION, load_input=False, load_output=False)
        except SQLAlchemyError as error:
            raise Unavailable(f"background jobs cannot be read: {_said(error)}") from error
        return frozenset(each.workflow_id for each in found)

    def close(self) -> None:
        """End DBOS and its threads."""
        try:
            DBOS.destroy(destroy_registry=True)
        finally:
            _ONE.release()

    def _forget_ended(self) -> None:
        """Delete the rows of items that are over: what they did is recorded where they did it."""
        while ended := DBOS.list_workflows(status=_OVER, limit=_SWEEP, load_input=False, load_output=False):
            DBOS.delete_workflows([each.workflow_id for each in ended])


def _workflow(name: str, function: Work) -> Callable[[str], None]:
    def run(item: str) -> None:
        try:
            function(item)
        except Stopped:
            _LOG.info("a background job was told to end: %s %s", name, item)
        except Exception:  # noqa: BLE001
            # An item that fails is over: what it could not do is for its function to record, and to ask for again.
            _LOG.exception("a background job failed: %s %s", name, item)

    return DBOS.workflow(name=name)(run)


def _config(database: str, executor: str) -> DBOSConfig:
    return DBOSConfig(
        name="freehold",
        system_database_url=database,
        application_version=_VERSION,
        executor_id=executor,
        enable_otlp=False,
        log_level="WARNING",
        serializer=_Json(),
        max_executor_threads=_MOST_THREADS,
        notification_listener_polling_interval_sec=_POLL_SECONDS,
    )


def _prepare(database: str) -> None:
    """Give an SQLite file to its owner alone, with a write-ahead log: a commit then waits for one flush, not three."""
    prefix = "sqlite:///"
    if not database.startswith(prefix):
        return
    path = Path(database.removeprefix(prefix))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


def _said(error: BaseException) -> str:
    """That the disk is full, or the database's own words: an SQLAlchemy error would add the statement and values."""
    cause = getattr(error, "orig", None) or error
    if disk.is_full(cause) or getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
        return "the disk of the data directory is full; free some space"
    return str(cause).strip().splitlines()[0]
