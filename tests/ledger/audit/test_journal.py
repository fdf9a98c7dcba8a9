"""Leaves in the database: gapless, never back in time, in the transaction they belong to."""

from __future__ import annotations

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


def test_an_older_database_catches_up_with_its_log_and_a_newer_one_stays(connection: sqlite3.Connection) -> None:
    journal.catch_up(connection, 10, 500)
    assert journal.where(connection) == (10, 500)
    journal.catch_up(connection, 5, 100)
    assert journal.where(connection) == (10, 500)
