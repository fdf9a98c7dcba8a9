"""Spans of time, covered by totals where there are any."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from freehold.ledger.moments import DAY_NS, QUARTER_NS
from freehold.ledger.rollup import RollUp
from freehold.ledger.scope import Only, Span
from freehold.ledger.totals import SPANS, collected, tiles
from freehold.stores.sqlite import SqliteStore
from support.days import day, written


@given(st.integers(0, 400), st.integers(1, 400))
def test_tiles_cover_all_of_a_span_and_nothing_twice(first: int, length: int) -> None:
    begin, end = first * QUARTER_NS, (first + length) * QUARTER_NS
    covered = list(tiles(begin, end, SPANS))
    assert [begin, *(until for _, _, until in covered)] == [*(since for _, since, _ in covered), end]
    for span, since, until in covered:
        assert since % span == until % span == 0
    assert sum(until - since for span, since, until in covered if span == QUARTER_NS) < 2 * DAY_NS


def read_by(store: SqliteStore, only: Only) -> list[str]:
    """The statements that a question needs."""
    asked: list[str] = []
    with closing(store.reader()) as connection:
        connection.set_trace_callback(asked.append)
        collected(connection, "model", Span(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)), only)
    return asked


def test_whole_quarters_are_read_from_totals_and_the_rest_by_an_index(store: SqliteStore) -> None:
    written(store, day())
    chore = RollUp()
    with closing(store.connect()) as connection:
        while chore(connection):
            pass
    assert any("usage_totals" in statement for statement in read_by(store, Only()))
    assert any("usage_totals" in statement for statement in read_by(store, Only(model="auto")))
    assert not any("usage_totals" in statement for statement in read_by(store, Only(key="key_bob")))
    with closing(sqlite3.connect(store.path)) as connection:
        for statement in read_by(store, Only()):
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
            assert not any(step.startswith("SCAN e") and "exchanges_open" not in step for step in plan), plan
            # Nor all that began in the span, to find the few of it that are under way or in no total.
            assert not any("exchanges_by_time" in step for step in plan if " e " in step), (statement, plan)
