"""All of it or nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from freehold.ledger.transaction import transaction
from freehold.stores.sqlite import SqliteStore


def test_what_fails_leaves_nothing(store: SqliteStore, rows: sqlite3.Connection) -> None:
    with closing(store.connect()) as connection:
        with pytest.raises(sqlite3.IntegrityError), transaction(connection):
            connection.executemany("INSERT INTO meta VALUES (?, 'b')", [("a",), ("a",)])
        assert not connection.in_transaction
        with transaction(connection):
            connection.execute("INSERT INTO meta VALUES ('c', 'd')")
    assert [tuple(row) for row in rows.execute("SELECT * FROM meta WHERE name IN ('a', 'c')")] == [("c", "d")]
