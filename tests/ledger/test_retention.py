"""Text and records end when their days are over, by label, in batches; what is to be kept stays."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from freehold.core.caller import Caller
from freehold.core.event import Answer, Choice
from freehold.core.label import Label
from freehold.core.retention import Retention, RetentionRule
from freehold.ledger import retention
from freehold.ledger.book import Book, Terms
from freehold.ledger.moments import DAY_NS, LAST_NS
from freehold.ledger.retention import Kept, RecordPass, TextPass, Tidying
from freehold.ledger.rollup import RollUp
from freehold.ledger.writer import Chore
from freehold.stores.sqlite import SqliteStore
from support.exchanges import attempt, begun, ended

CONSENTING = Caller(key_id="k", name="n", capture=True)
NOW = time.time_ns()


@pytest.fixture
def database(store: SqliteStore) -> Iterator[sqlite3.Connection]:
    with closing(store.connect()) as connection:
        yield connection


def kept(*rules: RetentionRule, text_days: float = 30.0) -> Kept:
    return Kept(Retention(rules), text_days)


def rule(label: str, **settings: int) -> RetentionRule:
    return RetentionRule(Label.parse(label), **settings)  # type: ignore[arg-type]  # Each is what its field says.


async def fill(store: SqliteStore, *records: tuple[str, str | None, int]) -> None:
    """Records of an id, a label and an age in days, each in the totals, with an attempt and a text kept for good."""
    book = Book(store.connect, Terms(capture_seconds=float("inf")))
    for name, label, age in records:
        exchange = ended(begun(caller=CONSENTING, id=name, started_ns=NOW - age * DAY_NS), attempt())
        exchange.label = None if label is None else Label.parse(label)
        exchange.answer = Answer(choices=[Choice(text="an answer")])
        book.settle(exchange)
    await book.close()
    with closing(store.connect()) as connection:
        work(RollUp(), connection)


def work(chore: Chore, database: sqlite3.Connection) -> int:
    rounds = 1
    while chore(database):
        rounds += 1
    return rounds


def names(database: sqlite3.Connection, table: str = "exchanges", column: str = "id") -> list[str]:
    return [row[0] for row in database.execute(f"SELECT DISTINCT {column} FROM {table} ORDER BY 1")]


async def test_text_is_captured_by_label_and_for_its_label_s_days(
    store: SqliteStore, database: sqlite3.Connection
) -> None:
    retention = Retention(
        (
            rule("confidential", text_days=7),
            RetentionRule(Label.parse("restricted"), capture=False),
            rule("public;eu", text_days=0),
        )
    )
    book = Book(store.connect, Terms(capture_seconds=30 * 86_400.0, retention=retention))
    for name in ("internal", "confidential", "restricted", "internal;eu"):
        exchange = ended(begun(caller=CONSENTING, id=name), attempt())
        exchange.label = Label.parse(name)
        assert book.captures(exchange) is (name != "restricted")
        book.settle(exchange)
    await book.close()
    left = {
        name: (expires_ns - NOW) // DAY_NS if expires_ns < LAST_NS else None
        for name, expires_ns in database.execute("SELECT exchange_id, expires_ns FROM captures")
    }
    assert left == {"internal": 30, "confidential": 7, "internal;eu": None}


async def test_stricter_rules_hold_for_what_is_there_and_laxer_ones_do_not(
    store: SqliteStore, database: sqlite3.Connection
) -> None:
    await fill(store, ("a", "internal", 1), ("b", "confidential", 1), ("c", "restricted", 1))
    strict = (rule("confidential", text_days=7), RetentionRule(Label.parse("restricted"), capture=False))
    work(TextPass(kept(*strict, text_days=float("inf"))), database)
    found = dict(database.execute("SELECT exchange_id, expires_ns FROM captures"))
    assert found == {"a": LAST_NS, "b": NOW + 6 * DAY_NS, "c": 0}
    work(TextPass(kept(text_days=99)), database)
    assert dict(database.execute("SELECT exchange_id, expires_ns FROM captures")) == {
        "a": NOW + 98 * DAY_NS, "b": NOW + 6 * DAY_NS, "c": 0,
    }  # fmt: skip


async def test_records_end_with_their_days_and_all_that_hangs_on_them(
    store: SqliteStore, database: sqlite3.Connection
) -> None:
    await fill(
        store,
        ("a", "internal", 40),
        ("b", "confidential", 40),
        ("c", "confidential", 20),
        ("d", None, 40),
        ("e", "confidential;eu", 40),
    )
    rules = (rule("confidential", record_days=30), rule("confidential;eu", record_days=50))
    work(RecordPass(kept(*rules)), database)
    assert names(database) == ["a", "c", "d", "e"]
    assert names(database, "attempts", "exchange_id") == ["a", "c", "d", "e"]
    assert names(database, "captures", "exchange_id") == ["a", "c", "d", "e"]
    work(RecordPass(kept(*rules, rule("public", record_days=30))), database)
    assert names(database) == ["c", "e"]


async def test_a_floor_holds_even_against_rules_that_undercut_it(
    store: SqliteStore, database: sqlite3.Connection
) -> None:
    await fill(store, ("a", "confidential;eu", 40), ("b", "confidential", 40))
    work(RecordPass(kept(rule("public;eu", floor_days=60), rule("confidential", record_days=30))), database)
    assert names(database) == ["a"]


async def test_what_is_under_way_is_never_removed(store: SqliteStore, database: sqlite3.Connection) -> None:
    book = Book(store.connect)
    await book.open(begun(id="a", started_ns=NOW - 40 * DAY_NS))
    work(RecordPass(kept(rule("public", record_days=30))), database)
    assert names(database) == ["a"]
    await book.close()


async def test_many_are_removed_a_few_at_a_time(store: SqliteStore, database: sqlite3.Connection) -> None:
    records = [(f"fh_{number:04}", "internal", 40 if number % 3 else 10) for number in range(900)]
    await fill(store, *records)
    assert work(RecordPass(kept(rule("public", record_days=30))), database) == 4
    assert len(names(database)) == 300
    assert work(TextPass(kept(text_days=1)), database) == 2


async def test_days_beyond_the_clock_are_no_fault(store: SqliteStore, database: sqlite3.Connection) -> None:
    await fill(store, ("a", "internal", 1))
    work(RecordPass(kept(rule("public", record_days=36_500))), database)
    work(TextPass(kept(text_days=10**9)), database)
    assert names(database) == ["a"]


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110  # The rows are another thread's, which has no event to set.
            await asyncio.sleep(0.005)


async def test_it_is_done_at_the_start_and_when_the_rules_change(
    store: SqliteStore, database: sqlite3.Connection
) -> None:
    await fill(store, ("a", "internal", 40), ("b", "confidential", 40))
    now = [kept(rule("confidential", record_days=30), text_days=float("inf"))]
    book = Book(store.connect)
    tidying = Tidying(book.do, lambda: now[0])
    tidying.start()
    await until(lambda: names(database) == ["a"])
    assert names(database, "captures", "exchange_id") == ["a"]
    now[0] = kept(text_days=30)
    tidying.again()
    await until(lambda: database.execute("SELECT min(expires_ns) FROM captures").fetchone()[0] < NOW)
    tidying.stop()
    tidying.again()
    assert tidying._task is None
    assert names(database) == ["a"]
    await book.close()


async def test_a_pass_that_fails_is_told_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(retention, "_BETWEEN_SECONDS", 0.001)
    answers = [ZeroDivisionError("no rules"), kept()]
    done: list[Chore] = []

    def rules() -> Kept:
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Kept)
        return answer

    tidying = Tidying(done.append, rules)
    tidying.start()
    await until(lambda: bool(done))
    tidying.stop()
    assert isinstance(done[0], TextPass)
    assert "is not removed; it is tried again" in caplog.text
