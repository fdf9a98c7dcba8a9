"""What the ledger answers when it is asked."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, NotFound
from freehold.core.event import Usage
from freehold.core.exchange import Exchange, new_id
from freehold.core.money import Nanodollars, Price, Rates
from freehold.core.record import End, Ending
from freehold.ledger.book import Book, Terms
from freehold.ledger.query import Filter, LedgerReader
from freehold.ledger.rows import settled_row
from freehold.ledger.statements import SETTLE, write
from freehold.stores.sqlite import SqliteStore, open_store
from support.exchanges import AWAY, HOME, SECOND, attempt, begun, ended, request

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
BEFORE = int(NOON.timestamp()) * SECOND - 1
"""So that the first of the day begins at noon exactly."""

BOB = Caller(key_id="key_bob", name="bob")
BASELINE = Price(Rates(input=1_000_000))


def at(moment: datetime) -> int:
    return int(moment.timestamp()) * SECOND


def day() -> list[Exchange]:
    """A day's exchanges: two stay at home, one is escalated, one fails, one is refused, one leaves, one is open."""
    stay = [
        ended(begun(id=f"fh_{n}", started_ns=BEFORE + n), attempt(cost=Nanodollars(10)), total_ms=100.0 * n)
        for n in (1, 2)
    ]
    doubtful = attempt(1, HOME, shown=False, cost=Nanodollars(10), total_ms=20.0)
    sure = attempt(2, AWAY, cost=Nanodollars(5000), note="escalated: unsure", total_ms=80.0)
    up = ended(begun(id="fh_3", caller=BOB, started_ns=BEFORE + 3), doubtful, sure, total_ms=300.0)
    broken = [
        attempt(n, AWAY, shown=False, usage=None, cost=Nanodollars(0), fault="server", note="retry") for n in (1, 2)
    ]
    down = ended(begun(id="fh_4", caller=BOB, started_ns=BEFORE + 4), *broken, ending=Ending.FAILED, status=502)
    refused = begun(request(model="nothing"), id="fh_5", started_ns=BEFORE + 5)
    refused.end = End(Ending.REFUSED, 404, "model_not_found: no", 1.0)
    left = attempt(shown=False, fault="cancelled", usage=Usage(input=1, output=1, estimated=True), cost=Nanodollars(3))
    gone = ended(begun(id="fh_6", started_ns=BEFORE + 6), left, ending=Ending.CANCELLED, status=499)
    return [*stay, up, down, refused, gone, begun(id="fh_7", started_ns=BEFORE + 7)]


def written(store: SqliteStore, exchanges: list[Exchange], terms: Terms | None = None) -> LedgerReader:
    async def write() -> None:
        book = Book(store.connect, terms)
        for exchange in exchanges:
            await book.open(exchange)
            if exchange.end is not None:
                book.settle(exchange)
        await book.close()

    asyncio.run(write())
    return LedgerReader(store.reader)


@pytest.fixture
def ledger(store: SqliteStore) -> LedgerReader:
    return written(store, day(), Terms(baseline=BASELINE))


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
    ledger = written(store, [begun(id=f"fh_{n}", started_ns=5) for n in range(5)])
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
    ledger = written(store, [early, ended(late, attempt())])
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
    ledger = written(store, [stuck, ended(begun(id="fh_2", started_ns=now), attempt())])
    assert [item["id"] for item in ledger.recent(newer=ledger.recent().newest).items] == ["fh_2"]


def test_newer_ones_come_page_by_page(store: SqliteStore) -> None:
    now = time.time_ns()
    ledger = written(store, [ended(begun(id=f"fh_{n}", started_ns=now + n * 9 * SECOND), attempt()) for n in range(6)])
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
