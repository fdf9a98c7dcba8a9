"""Leaves in the database: gapless, never back in time, in the transaction they belong to."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from freehold.ledger.audit import journal
from freehold.ledger.audit.leaf import head_of, note
from freehold.stores.sqlite import open_store

LEAF = note("test", what="x")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_store(tmp_path).connect()) as opened:
        yield opened


def heads(connection: sqlite3.Connection) -> list[tuple[int, int]]:
    rows = journal.held(connection, 10**6)
    return [(head.index, head.at) for row in rows for head in map(head_of, row.leaves)]


def test_leaves_stand_one_after_another(connection: sqlite3.Connection) -> None:
    rows = [row for count in (1, 300, 2) for row in journal.append(connection, [LEAF] * count)]
    assert [index for index, _ in heads(connection)] == list(range(303))
    assert [row.first for row in rows] == [row.first for row in journal.held(connection, 10**6)]
    assert [leaf for row in rows for leaf in row.leaves] == [
        leaf for row in journal.held(connection, 10**6) for leaf in row.leaves
    ]
    assert journal.where(connection)[0] == 303 == rows[-1].end


def test_a_clock_that_is_set_back_makes_no_earlier_leaf(connection: sqlite3.Connection) -> None:
    for now in (100, 50, 99, 200):
        journal.append(connection, [LEAF], lambda now=now: now)
    assert [at for _, at in heads(connection)] == [100, 100, 100, 200]


def test_what_is_rolled_back_was_never_there(connection: sqlite3.Connection) -> None:
    journal.append(connection, [LEAF])
    connection.execute("BEGIN IMMEDIATE")
    journal.append(connection, [LEAF] * 5)
    connection.execute("ROLLBACK")
    journal.append(connection, [LEAF])
    assert [index for index, _ in heads(connection)] == [0, 1]


def test_two_leaves_of_one_place_are_an_error(connection: sqlite3.Connection) -> None:
    journal.append(connection, [LEAF])
    connection.execute("DELETE FROM meta WHERE name = 'audit'")
    with pytest.raises(sqlite3.IntegrityError):
        journal.append(connection, [LEAF])


def test_what_is_sealed_is_dropped(connection: sqlite3.Connection) -> None:
    for _ in range(3):
        journal.append(connection, [LEAF] * 2)
    assert [row.first for row in journal.held(connection, 3)] == [0, 2]
    journal.drop(connection, 4)
    assert [index for index, _ in heads(connection)] == [4, 5]
    assert journal.first(connection) == 4
    journal.drop(connection, 6)
    assert journal.first(connection) == 6


def test_an_older_database_goes_on_after_its_log_and_says_so_before_all_else(connection: sqlite3.Connection) -> None:
    rows = journal.append(connection, [LEAF, note("test", what="other")], lambda: 100)
    sealed = rows[0].leaves[0]
    journal.go_on(connection, 10, 500, lambda index, leaf: (index, leaf) == (0, sealed))
    told = [head_of(leaf) for row in journal.held(connection, 10**6) for leaf in row.leaves]
    assert [(head.index, head.kind, bytes(head.body)) for head in told] == [
        (10, "restored", b'{"known":2,"size":10}'),
        (11, "test", b'{"what":"other"}'),
    ]
    assert min(head.at for head in told) >= 500
    assert journal.where(connection)[0] == 12


def test_what_was_committed_is_flushed_and_nothing_where_there_is_nothing(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[Path] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: flushed.append(Path(f"/proc/self/fd/{descriptor}").readlink()))
    journal.append(connection, [LEAF])
    journal.flush(connection)
    assert [path.name for path in flushed] == ["freehold.db-wal"]
    connection.execute("PRAGMA journal_mode=DELETE")
    journal.flush(connection)
    assert len(flushed) == 1
