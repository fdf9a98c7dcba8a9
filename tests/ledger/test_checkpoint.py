"""The log is moved into the file beside the writer, and begins anew where it has grown long."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing

import pytest

from freehold.ledger import checkpoint
from freehold.ledger.checkpoint import Checkpointer
from freehold.stores.sqlite import SqliteStore


def soon(true: Callable[[], object]) -> bool:
    end = time.monotonic() + 10
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(true())


def fill(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO meta SELECT 'filler', hex(zeroblob(200000)) WHERE 1 ON CONFLICT DO NOTHING")


def test_what_the_log_holds_comes_into_the_file(store: SqliteStore) -> None:
    with closing(store.connect()) as connection:
        connection.execute("PRAGMA wal_autocheckpoint=0")
        before = store.path.stat().st_size
        fill(connection)
        assert store.path.stat().st_size == before
        checkpointer = Checkpointer(store.connect)
        checkpointer.start()
        checkpointer.nudge()
        assert soon(lambda: store.path.stat().st_size > before + 200_000)
        checkpointer.stop()


@pytest.mark.parametrize(("most", "modes"), [(10**9, ["PASSIVE"]), (10, ["PASSIVE", "RESTART"])])
def test_only_a_long_log_holds_the_writer_off(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, most: int, modes: list[str]
) -> None:
    monkeypatch.setattr(checkpoint, "_MOST_PAGES", most)
    said: list[str] = []

    def connect() -> sqlite3.Connection:
        connection = store.connect()
        connection.set_trace_callback(said.append)
        return connection

    with closing(store.connect()) as connection:
        connection.execute("PRAGMA wal_autocheckpoint=0")
        fill(connection)
        checkpointer = Checkpointer(connect)
        checkpointer.start()
        checkpointer.nudge()
        wanted = [f"PRAGMA wal_checkpoint({mode})" for mode in modes]
        assert soon(lambda: said[-len(wanted) :] == wanted)
        checkpointer.stop()
        assert [statement for statement in said if "checkpoint" in statement] == wanted


def test_a_failure_is_told_and_not_the_end(store: SqliteStore, caplog: pytest.LogCaptureFixture) -> None:
    calls: list[int] = []

    def connect() -> sqlite3.Connection:
        calls.append(1)
        raise sqlite3.OperationalError("disk I/O error")

    checkpointer = Checkpointer(connect)
    checkpointer.start()
    for number in (1, 2):
        checkpointer.nudge()
        assert soon(lambda number=number: len(calls) == number)
    checkpointer.stop()
    assert "disk I/O error" in caplog.text
