"""Rows go in whole, in any number, and once more without harm."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from freehold.ledger.rows import ATTEMPT, CAPTURE, SETTLED, opened_row, settled_row
from freehold.ledger.statements import KEEP, MOST_ROWS, OPEN, RECOVER, SETTLE, TRIED, Into, insert, write
from freehold.stores.schema import metadata
from freehold.stores.sqlite import SqliteStore
from support.exchanges import attempt, begun, ended


@pytest.mark.parametrize("into", [SETTLE, TRIED, KEEP])
def test_every_column_of_the_schema_is_written(into: Into) -> None:
    assert set(into.columns) == set(metadata.tables[into.table].columns.keys())
    assert set(into.key) == set(metadata.tables[into.table].primary_key.columns.keys())
    assert into.columns in (SETTLED, ATTEMPT, CAPTURE)


@pytest.mark.parametrize("count", [1, 2, MOST_ROWS, MOST_ROWS + 1, 3 * MOST_ROWS])
def test_any_number_of_rows_is_written(store: SqliteStore, count: int) -> None:
    exchanges = [begun() for _ in range(count)]
    with closing(store.connect()) as connection:
        write(connection, OPEN, [opened_row(exchange) for exchange in exchanges])
        found = connection.execute("SELECT id FROM exchanges").fetchall()
    assert {row[0] for row in found} == {exchange.id for exchange in exchanges}


def test_no_rows_are_no_statement(store: SqliteStore) -> None:
    with closing(store.connect()) as connection:
        write(connection, OPEN, [])
        assert connection.total_changes == 0


def test_what_settled_stays_settled_when_its_opening_comes_late(store: SqliteStore) -> None:
    exchange = ended(begun(), attempt())
    assert exchange.end is not None
    settled = settled_row(exchange, exchange.end, None, captured=False)
    with closing(store.connect()) as connection:
        for _ in range(2):
            write(connection, SETTLE, [settled])
            write(connection, OPEN, [opened_row(exchange)])
        found = connection.execute("SELECT ending, cost_nano FROM exchanges").fetchall()
    assert found == [("completed", 1000)]


def test_what_was_left_open_is_found_by_its_index(store: SqliteStore) -> None:
    with closing(store.connect()) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {RECOVER}").fetchall()
    assert [row[3] for row in plan] == ["SCAN exchanges USING INDEX exchanges_open"]


def test_an_attempt_needs_its_exchange(store: SqliteStore) -> None:
    with closing(store.connect()) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(insert(KEEP, 1), ("fh_nothing", "{}", None, 0))


def test_the_wide_statements_are_few_whatever_the_counts() -> None:
    class Listening:
        def __init__(self) -> None:
            self.statements: set[str] = set()
            self.rows = 0

        def execute(self, statement: str, values: tuple[object, ...]) -> None:
            self.statements.add(statement)
            self.rows += len(values) // len(SETTLE.columns)

    listening = Listening()
    row = (None,) * len(SETTLE.columns)
    for count in range(1, 3 * MOST_ROWS):
        write(listening, SETTLE, [row] * count)  # type: ignore[arg-type]
    assert len(listening.statements) == 6
    assert listening.rows == sum(range(1, 3 * MOST_ROWS))
