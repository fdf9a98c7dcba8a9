"""What the ledger answers when it is asked."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import timedelta

import pytest

from freehold.core.errors import BadRequest, NotFound
from freehold.ledger.book import Terms
from freehold.ledger.query import Filter, LedgerReader
from freehold.stores.sqlite import SqliteStore
from support.days import BASELINE, NOON, day, written
from support.exchanges import SECOND, attempt, begun, ended


@pytest.fixture
def ledger(store: SqliteStore) -> LedgerReader:
    written(store, day(), Terms(baseline=BASELINE))
    return LedgerReader(store.reader)


def test_recent_are_newest_first_page_by_page(ledger: LedgerReader) -> None:
    names: list[str] = []
    cursor = None
    while True:
        page = ledger.recent(cursor=cursor, limit=3)
        assert len(page.items) <= 3
        names += [item["id"] for item in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert names == [f"fh_{n}" for n in (7, 6, 5, 4, 3, 2, 1)]


def test_pages_part_what_began_in_the_same_moment(store: SqliteStore) -> None:
    written(store, [begun(id=f"fh_{n}", started_ns=5) for n in range(5)])
    ledger = LedgerReader(store.reader)
    first = ledger.recent(limit=2)
    second = ledger.recent(limit=2, cursor=first.next)
    assert [item["id"] for item in (*first.items, *second.items)] == ["fh_4", "fh_3", "fh_2", "fh_1"]


@pytest.mark.parametrize(
    ("which", "found"),
    [
        (Filter(key_id="key_bob"), [4, 3]),
        (Filter(team="law", ending="completed"), [2, 1]),
        (Filter(model="nothing"), [5]),
        (Filter(target="away"), [4, 3]),
        (Filter(label="internal", ending="cancelled"), [6]),
        (Filter(since=NOON + timedelta(days=1)), []),
        (Filter(until=NOON), []),
        (Filter(key_id="' OR 1=1 --"), []),
        (Filter(key="bob"), [4, 3]),
        (Filter(key="key_bob", escalated=True), [3]),
        (Filter(escalated=False, route="auto"), [6, 4, 2, 1]),
        (Filter(error="model_not_found"), [5]),
        (Filter(error="nothing"), []),
    ],
)
def test_recent_may_be_filtered(ledger: LedgerReader, which: Filter, found: list[int]) -> None:
    assert [item["id"] for item in ledger.recent(which).items] == [f"fh_{n}" for n in found]


def test_the_requests_of_one_key_are_found_without_those_of_others(store: SqliteStore) -> None:
    asked: list[str] = []

    def connect() -> sqlite3.Connection:
        connection = store.reader()
        connection.set_trace_callback(asked.append)
        return connection

    LedgerReader(connect).recent(Filter(key_id="key_bob"))
    with closing(store.reader()) as connection:
        plan = [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {asked[1]}")]
    assert len(plan) == 1, "the index gives the order too"
    assert "USING INDEX exchanges_by_key (key_id=? AND started_ns" in plan[0]


def test_newer_ones_come_with_those_that_were_under_way(store: SqliteStore) -> None:
    now = time.time_ns()
    early, late = begun(id="fh_1", started_ns=now - 60 * SECOND), begun(id="fh_2", started_ns=now - 30 * SECOND)
    written(store, [early, ended(late, attempt())])
    ledger = LedgerReader(store.reader)
    first = ledger.recent()
    assert [(item["id"], item["ending"]) for item in first.items] == [("fh_2", "completed"), ("fh_1", "open")]
    ended(early, attempt())
    written(store, [early, ended(begun(id="fh_3", started_ns=now), attempt())])
    second = ledger.recent(newer=first.newest)
    assert [(item["id"], item["ending"]) for item in second.items] == [
        ("fh_3", "completed"),
        ("fh_2", "completed"),
        ("fh_1", "completed"),
    ]
    third = ledger.recent(newer=second.newest)
    assert [item["id"] for item in third.items] == ["fh_3"]
    assert ledger.recent(Filter(ending="failed"), newer=third.newest).newest == third.newest


def test_what_is_under_way_for_long_is_not_waited_for(store: SqliteStore) -> None:
    now = time.time_ns()
    stuck = begun(id="fh_1", started_ns=now - 3600 * SECOND)
    written(store, [stuck, ended(begun(id="fh_2", started_ns=now), attempt())])
    ledger = LedgerReader(store.reader)
    assert [item["id"] for item in ledger.recent(newer=ledger.recent().newest).items] == ["fh_2"]


def test_newer_ones_come_page_by_page(store: SqliteStore) -> None:
    now = time.time_ns()
    written(store, [ended(begun(id=f"fh_{n}", started_ns=now + n * 9 * SECOND), attempt()) for n in range(6)])
    ledger = LedgerReader(store.reader)
    since = f"{now + SECOND}.newest"
    first = ledger.recent(newer=since, limit=3)
    second = ledger.recent(newer=since, cursor=first.next, limit=3)
    assert [item["id"] for item in (*first.items, *second.items)] == ["fh_5", "fh_4", "fh_3", "fh_2", "fh_1"]
    assert (first.newest or "").endswith(".newest")
    with pytest.raises(BadRequest) as refused:
        ledger.recent(newer="fh_5")
    assert refused.value.param == "newer_than"


@pytest.mark.parametrize("cursor", ["", "x", "5", "5.", ".fh_1", "-5.fh_1", "9" * 40 + ".fh", "٣.fh_1"])
def test_a_cursor_of_no_page_is_refused(ledger: LedgerReader, cursor: str) -> None:
    with pytest.raises(BadRequest) as refused:
        ledger.recent(cursor=cursor)
    assert refused.value.param == "cursor"


@pytest.mark.parametrize("limit", [0, -1, 501])
def test_a_page_has_a_size(ledger: LedgerReader, limit: int) -> None:
    with pytest.raises(BadRequest, match="1 to 500"):
        ledger.recent(limit=limit)


def test_an_unknown_request_is_not_found(ledger: LedgerReader) -> None:
    with pytest.raises(NotFound, match="fh_none"):
        ledger.decision("fh_none")
    assert ledger.decision("fh_3")["id"] == "fh_3"
