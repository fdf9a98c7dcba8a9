"""The library's schema and its changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from freehold.knowledge.library import sqlite_schema
from freehold.knowledge.library.sqlite_schema import CHANGES, HEAD, migrate, revision


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        yield connection


def test_an_empty_file_gets_every_change_once(connection: sqlite3.Connection) -> None:
    assert revision(connection) == 0
    migrate(connection, 7)
    migrate(connection, 8)
    assert revision(connection) == HEAD == len(CHANGES)
    assert connection.execute("SELECT generation, analysis FROM state").fetchall() == [(0, 7)]


def test_a_change_that_fails_leaves_what_was(connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate(connection, 1)
    monkeypatch.setattr(sqlite_schema, "CHANGES", (*CHANGES, "CREATE TABLE new (a);\nCREATE TABLE new (a)"))
    monkeypatch.setattr(sqlite_schema, "HEAD", HEAD + 1)
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, 1)
    assert revision(connection) == HEAD
    assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'new'").fetchall()


def test_the_next_change_comes_on_top(connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate(connection, 1)
    connection.execute("INSERT INTO collection (name) VALUES ('kept')")
    monkeypatch.setattr(sqlite_schema, "CHANGES", (*CHANGES, "CREATE TABLE new (a)"))
    monkeypatch.setattr(sqlite_schema, "HEAD", HEAD + 1)
    migrate(connection, 1)
    assert revision(connection) == HEAD + 1
    assert connection.execute("SELECT name FROM collection").fetchall() == [("kept",)]
