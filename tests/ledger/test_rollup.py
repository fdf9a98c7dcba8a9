"""Totals and what is not in them yet are together what the records say, whatever happened in between."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.core.caller import Caller
from freehold.core.event import Usage
from freehold.core.exchange import Exchange
from freehold.core.label import Label
from freehold.core.money import Nanodollars, Price, Rates
from freehold.core.record import End, Ending
from freehold.core.retention import Retention, RetentionRule
from freehold.ledger import rollup
from freehold.ledger.book import Book
from freehold.ledger.ended import Terms
from freehold.ledger.erasure import Erasure, Found, Which
from freehold.ledger.facts import Dimension
from freehold.ledger.moments import DAY_NS, QUARTER_NS, Step
from freehold.ledger.retention import Kept, RecordPass
from freehold.ledger.rollup import Rolling, RollUp, recount
from freehold.ledger.scope import EVER, Only, Span
from freehold.ledger.tally import Tally
from freehold.ledger.totals import collected
from freehold.ledger.usage import UsageReader
from freehold.ledger.writer import Chore
from freehold.stores.sqlite import SqliteStore, open_store
from support.exchanges import AWAY, HOME, attempt, begun, ended, request

TERMS = Terms(baseline=Price(Rates(input=1_000_000)), capture_seconds=float("inf"))
MONDAY = int(datetime(2026, 3, 30, tzinfo=UTC).timestamp()) * 10**9
HOUR = 4 * QUARTER_NS
CALLERS = [
    Caller(key_id="key_ann", name="ann", team="law", capture=True),
    Caller(key_id="key_bob", name="bob"),
    Caller(key_id="key_bob", name="robert", team="sales"),
]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


@pytest.fixture
def database(store: SqliteStore) -> Iterator[sqlite3.Connection]:
    with closing(store.connect()) as connection:
        yield connection


def work(chore: Chore, database: sqlite3.Connection) -> None:
    for _ in range(1000):
        if not chore(database):
            return
    raise AssertionError("it has no end")


def settled(store: SqliteStore, *exchanges: Exchange) -> None:
    async def write() -> None:
        book = Book(store.connect, TERMS)
        for exchange in exchanges:
            book.settle(exchange)
        await book.close()

    asyncio.run(write())


def sums(store: SqliteStore, dimension: Dimension, span: Span = EVER, only: Only | None = None) -> dict[Any, Any]:
    """All tallies by name, and those by day and by hour, as plain values."""
    found: dict[Any, Any] = {}
    with closing(store.reader()) as connection:
        steps: tuple[Step | None, ...] = (None, "day", "hour")
        for step in steps:
            got = collected(connection, dimension, span, only or Only(), step)
            found |= {(step, *place): plain(tally) for place, tally in got.tallies.items()}
    return found


def plain(tally: Tally) -> tuple[Any, ...]:
    return (tuple(tally.counts), tally.total, tally.first, tally.errors)


def test_totals_take_the_place_of_rows_and_say_the_same(store: SqliteStore, database: sqlite3.Connection) -> None:
    for n in range(30):
        settled(store, ended(begun(id=f"fh_{n:02}", started_ns=MONDAY + n * QUARTER_NS // 2), attempt()))
    before = {dimension: sums(store, dimension) for dimension in DIMENSIONS}
    work(RollUp(), database)
    assert database.execute("SELECT count(*) FROM usage_pending").fetchone()[0] == 0
    assert {dimension: sums(store, dimension) for dimension in DIMENSIONS} == before
    assert before["model"][None, 0, "auto"][0][0] == 30
    # The rows themselves are not read any more.
    database.execute("DELETE FROM exchanges")
    assert {dimension: sums(store, dimension) for dimension in DIMENSIONS} == before


def test_a_pass_takes_a_few_at_a_time(
    store: SqliteStore, database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollup, "_STEP", 2)
    monkeypatch.setattr(rollup, "_TOGETHER", 4)
    settled(store, *(ended(begun(id=f"fh_{n:02}", started_ns=MONDAY), attempt()) for n in range(9)))
    chore, left = RollUp(), []
    while chore(database):
        left.append(database.execute("SELECT count(*) FROM usage_pending").fetchone()[0])
    assert left == [9, 5, 5, 1]
    assert database.execute("SELECT count(*) FROM usage_pending").fetchone()[0] == 0
    assert sums(store, "all")[None, 0, ""][0][0] == 9


def test_what_the_disk_refuses_is_counted_once_all_the_same(store: SqliteStore, database: sqlite3.Connection) -> None:
    settled(store, *(ended(begun(id=f"fh_{n}", started_ns=MONDAY), attempt()) for n in range(3)))
    chore = RollUp()
    database.execute("CREATE TRIGGER no BEFORE DELETE ON usage_pending BEGIN SELECT RAISE(ABORT, 'disk'); END")
    for _ in range(3):
        with pytest.raises(sqlite3.Error, match="disk"):
            work(chore, database)
    assert database.execute("SELECT count(*) FROM usage_totals").fetchone()[0] == 0
    database.execute("DROP TRIGGER no")
    work(chore, database)
    assert sums(store, "all")[None, 0, ""][0][0] == 3


def test_a_pass_that_cannot_read_begins_anew(store: SqliteStore, database: sqlite3.Connection) -> None:
    settled(store, ended(begun(id="fh_1", started_ns=MONDAY), attempt()))
    chore = RollUp()
    database.execute("ALTER TABLE attempts RENAME TO away")
    with pytest.raises(sqlite3.Error, match="attempts"):
        chore(database)
    database.execute("ALTER TABLE away RENAME TO attempts")
    work(chore, database)
    assert sums(store, "all")[None, 0, ""][0][0] == 1


def test_a_key_goes_by_its_last_name(store: SqliteStore, database: sqlite3.Connection) -> None:
    _, bob, robert = CALLERS
    for caller in (bob, robert):
        settled(store, ended(begun(caller=caller, started_ns=MONDAY), attempt()))
        work(RollUp(), database)
    [row] = UsageReader(store.reader).usage("key")
    assert (row.group, row.id, row.requests) == ("robert", "key_bob", 2)


def test_a_day_is_counted_anew(store: SqliteStore, database: sqlite3.Connection) -> None:
    exchanges = [ended(begun(id=f"fh_{n}", started_ns=MONDAY + n * 12 * HOUR), attempt()) for n in range(4)]
    settled(store, *exchanges, begun_and_lost := ended(begun(id="fh_9", started_ns=MONDAY), attempt()))
    assert begun_and_lost.end is not None
    work(RollUp(), database)
    right = sums(store, "target")
    database.execute("UPDATE usage_totals SET requests = requests + 5")
    assert sums(store, "target") != right
    for day in range(2):
        recount(database, MONDAY + day * DAY_NS)
        work(RollUp(), database)
    assert sums(store, "target") == right


def test_a_record_is_removed_only_once_it_is_in_a_total(store: SqliteStore, database: sqlite3.Connection) -> None:
    settled(store, ended(begun(started_ns=MONDAY), attempt()))
    over = Kept(Retention((RetentionRule(Label.parse("public"), record_days=1),)))
    work(RecordPass(over), database)
    assert database.execute("SELECT count(*) FROM exchanges").fetchone()[0] == 1
    work(RollUp(), database)
    work(RecordPass(over), database)
    assert database.execute("SELECT count(*) FROM exchanges").fetchone()[0] == 0
    assert sums(store, "target")[None, 0, "home"][0][0] == 1


async def test_what_is_under_way_is_in_no_total(book: Book, store: SqliteStore, database: sqlite3.Connection) -> None:
    await book.open(begun(id="fh_1"))
    database.execute("INSERT INTO usage_pending VALUES ('fh_1')")
    work(RollUp(), database)
    assert database.execute("SELECT count(*) FROM usage_totals").fetchone()[0] == 0
    [row] = UsageReader(store.reader).usage("model")
    assert (row.requests, row.open) == (1, 1)


async def test_passes_are_made_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollup, "_BETWEEN_SECONDS", 0.001)
    given: list[Chore] = []
    rolling = Rolling(given.append)
    rolling.start()
    await asyncio.sleep(0.05)
    assert len(given) == 1
    given.clear()
    gc.collect()
    for _ in range(1000):
        if given:
            break
        await asyncio.sleep(0.001)
    rolling.stop()
    assert len(given) == 1


async def test_a_busy_ledger_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollup, "_BETWEEN_SECONDS", 0.001)
    monkeypatch.setattr(rollup, "_PATIENCE_SECONDS", 0.005)
    given: list[Chore] = []
    asked: list[int] = []

    def busy() -> bool:
        asked.append(len(given))
        return True

    rolling = Rolling(given.append, busy)
    rolling.start()
    for _ in range(1000):
        if given:
            break
        await asyncio.sleep(0.001)
    rolling.stop()
    assert asked[:5] == [0] * 5
    assert given


class History:
    """What happens to a ledger, played to it and to a plain list of what should be counted."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.connection = store.connect()
        self.open: dict[str, Exchange] = {}
        self.counted: dict[str, tuple[Exchange, End]] = {}
        self.number = 0

    def begin(self, offset_s: int, who: int, model: str) -> None:
        self.number += 1
        exchange = begun(
            request(model=model),
            CALLERS[who],
            id=f"fh_{self.number:04}",
            started_ns=MONDAY + offset_s * 10**9,
        )
        self.open[exchange.id] = exchange
        self._book(lambda book: book.open(exchange))

    def end(self, pick: int, how: int) -> None:
        if not self.open:
            return
        exchange = self.open.pop(sorted(self.open)[pick % len(self.open)])
        _ENDS[how](exchange)
        assert exchange.end is not None
        self.counted[exchange.id] = (exchange, exchange.end)

        async def settle(book: Book) -> None:
            book.settle(exchange)

        self._book(settle)

    def restart(self) -> None:
        Book(self.store.connect, TERMS).recover()
        for name, exchange in self.open.items():
            self.counted[name] = (exchange, End(Ending.LOST, 0))
        self.open.clear()

    def roll(self) -> None:
        work(RollUp(), self.connection)

    def roll_a_little(self) -> None:
        RollUp()(self.connection)

    def erase(self) -> None:
        names = [row[0] for row in self.connection.execute("SELECT exchange_id FROM captures")]
        work(Erasure(Found(texts=tuple(names)), Which(key="key_ann"), lambda _emptied: None), self.connection)

    def purge(self) -> None:
        """Records go as soon as they are in a total."""
        work(RecordPass(Kept(Retention((RetentionRule(Label.parse("public"), record_days=1),)))), self.connection)

    def _book(self, act: Any) -> None:
        async def play() -> None:
            book = Book(self.store.connect, TERMS)
            book._under_way = 1  # so that it settles what another has opened
            await act(book)
            await book.close()

        asyncio.run(play())


def _completes(exchange: Exchange) -> None:
    ended(exchange, attempt(cost=Nanodollars(7)), total_ms=120.0)


def _escalates(exchange: Exchange) -> None:
    unsure = attempt(1, HOME, shown=False, total_ms=20.0)
    sure = attempt(2, AWAY, cost=Nanodollars(5000), note="escalated: unsure", first_ms=33.0)
    ended(exchange, unsure, sure, total_ms=300.0)


def _fails(exchange: Exchange) -> None:
    tries = [attempt(n, AWAY, shown=False, usage=None, fault="server", note="retry") for n in (1, 2)]
    ended(exchange, *tries, ending=Ending.FAILED, status=502, error="upstream_failed: away: server: 'Ann Weber'")


def _is_unknown(exchange: Exchange) -> None:
    exchange.end = End(Ending.REFUSED, 404, "model_not_found: there is none", 1.0)


def _leaves(exchange: Exchange) -> None:
    left = attempt(shown=False, fault="cancelled", usage=Usage(input=1, output=1, estimated=True))
    ended(exchange, left, ending=Ending.CANCELLED, status=499, error="the caller left")


_ENDS = (_completes, _escalates, _fails, _is_unknown, _leaves)


def expected(history: History) -> dict[Dimension, dict[str, list[int]]]:
    """Requests, tokens in, cost and errors by name in each dimension, told from the exchanges alone."""
    found: dict[Dimension, dict[str, list[int]]] = {dimension: {} for dimension in DIMENSIONS}

    def add(dimension: Dimension, name: str, *more: int) -> None:
        row = found[dimension].setdefault(name, [0] * 4)
        found[dimension][name] = [have + plus for have, plus in zip(row, more, strict=True)]

    still: list[tuple[Exchange, End | None]] = [(exchange, None) for exchange in history.open.values()]
    for exchange, end in [*history.counted.values(), *still]:
        was_lost = end is None or end.ending == Ending.LOST
        code = {Ending.FAILED: "upstream_failed", Ending.REFUSED: "model_not_found", Ending.LOST: "lost"}
        kind = "" if end is None else code.get(end.ending, "")
        told = [] if was_lost else exchange.attempts
        tokens = sum(0 if each.usage is None else each.usage.input for each in told)
        row = (1, tokens, sum(each.cost for each in told), 1 if kind else 0)
        permit = None if was_lost else exchange.permit
        add("all", "", *row)
        add("model", "" if kind == "model_not_found" else exchange.request.model, *row)
        add("key", exchange.caller.key_id, *row)
        add("team", exchange.caller.team or "", *row)
        add("label", "" if was_lost or exchange.label is None else str(exchange.label), *row)
        add("route", "" if permit is None else permit.route, *row)
        if kind:
            add("error", kind, *row)
        for place, each in enumerate(told):
            is_first = all(other.target != each.target for other in told[:place])
            broke = each.fault is not None and each.fault != "cancelled"
            usage = 0 if each.usage is None else each.usage.input
            add("target", each.target, int(is_first), usage, each.cost, int(broke))
    return found


STEPS = st.one_of(
    st.tuples(
        st.just("begin"), st.integers(-2 * 86_400, 3 * 86_400), st.integers(0, 2), st.sampled_from(["auto", "fast"])
    ),
    st.tuples(st.just("end"), st.integers(0, 9), st.integers(0, len(_ENDS) - 1)),
    st.tuples(st.sampled_from(["restart", "roll", "roll_a_little", "erase", "purge"])),
)


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(STEPS, min_size=5, max_size=25))
def test_totals_and_the_rest_are_what_was_asked_whatever_happened(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Any, ...]]
) -> None:
    history = History(open_store(tmp_path_factory.mktemp("store")))
    for name, *values in steps:
        getattr(history, name)(*values)
    told = expected(history)
    for dimension in DIMENSIONS:
        found = sums(history.store, dimension)
        mine = {
            name: [tally[0][0], tally[0][6], tally[0][11], sum(tally[3].values())]
            for (step, _, name), tally in found.items()
            if step is None
        }
        assert mine == told[dimension], dimension
    history.connection.close()


@settings(max_examples=15, deadline=None)
@given(
    steps=st.lists(STEPS, min_size=5, max_size=20),
    since=st.integers(-2 * 86_400, 2 * 86_400),
    length=st.integers(0, 3 * 86_400),
    zone=st.sampled_from(["UTC", "Asia/Kathmandu", "America/St_Johns", "Europe/Berlin"]),
    only=st.sampled_from([Only(), Only(key="key_bob"), Only(model="auto"), Only(team="law", route="auto")]),
)
def test_any_span_is_the_same_before_and_after_a_pass(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[Any, ...]],
    since: int,
    length: int,
    zone: str,
    only: Only,
) -> None:
    history = History(open_store(tmp_path_factory.mktemp("store")))
    for name, *values in steps:
        if name not in {"roll", "roll_a_little", "purge"}:
            getattr(history, name)(*values)
    begin = datetime.fromtimestamp(MONDAY / 10**9 + since, UTC)
    span = Span(begin, datetime.fromtimestamp(begin.timestamp() + length, UTC), ZoneInfo(zone))
    before = {dimension: sums(history.store, dimension, span, only) for dimension in DIMENSIONS}
    history.roll()
    assert {dimension: sums(history.store, dimension, span, only) for dimension in DIMENSIONS} == before
    history.connection.close()
