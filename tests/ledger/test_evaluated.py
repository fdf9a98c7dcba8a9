"""What evaluations hold of a request is found and goes with it: the example, every answer to it, and its own answer."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from freehold.core.label import Label
from freehold.core.retention import Retention, RetentionRule
from freehold.ledger import erasure as erasure_module
from freehold.ledger.book import Book
from freehold.ledger.erasure import Erasure, Found, Which, find
from freehold.ledger.evaluated import remove_answers, remove_taken
from freehold.ledger.moments import DAY_NS
from freehold.ledger.retention import Kept, RecordPass
from freehold.ledger.rollup import RollUp
from freehold.ledger.texts import purge_texts
from freehold.stores.sqlite import SqliteStore
from support.exchanges import attempt, begun, ended


@pytest.fixture
def database(store: SqliteStore) -> Iterator[sqlite3.Connection]:
    with closing(store.connect()) as connection:
        connection.execute("INSERT INTO eval_datasets VALUES ('ds_1', 'work', 1, 3, NULL, '[]')")
        connection.executemany(
            "INSERT INTO eval_examples VALUES ('ds_1', ?, ?, ?)",
            [(0, "fh_a", '{"input":"Mrs Weber"}'), (1, "fh_b", '{"input":"other"}'), (2, None, '{"input":"a file"}')],
        )
        connection.execute(
            "INSERT INTO eval_runs VALUES ('run_1', 'ds_1', 'home', 'done', 'key_ada', 1, 2, NULL, 0, '{}', '')"
        )
        connection.executemany(
            "INSERT INTO eval_results VALUES ('run_1', ?, ?, 'hash', 'answered', ?, '{}')",
            [(0, "fh_x", '{"text":"dear"}'), (1, "fh_y", '{"text":"Said to  MRS weber"}'), (2, "fh_z", '{"text":"c"}')],
        )
        yield connection


def left(database: sqlite3.Connection) -> tuple[list[int], list[int]]:
    """The places of examples and of results that are there."""
    return (
        [place for (place,) in database.execute("SELECT place FROM eval_examples ORDER BY place")],
        [place for (place,) in database.execute("SELECT place FROM eval_results ORDER BY place")],
    )


def test_an_example_goes_with_every_answer_to_it(database: sqlite3.Connection) -> None:
    remove_taken(database, ["fh_a"])
    assert left(database) == ([1, 2], [1, 2])


def test_an_answer_goes_with_the_request_by_which_it_was_asked(database: sqlite3.Connection) -> None:
    remove_answers(database, ["fh_z", "fh_nobody"])
    assert left(database) == ([0, 1, 2], [0, 1])


@pytest.mark.parametrize(
    ("which", "found"),
    [
        (Which(text="mrs weber"), ("fh_a", "fh_y")),
        (Which(text="nowhere"), ()),
        (Which(key="key_ada"), ()),
        (Which(user="ada"), ()),
    ],
)
def test_words_are_found_though_the_ledger_keeps_none(
    store: SqliteStore, database: sqlite3.Connection, which: Which, found: tuple[str, ...]
) -> None:
    assert database.in_transaction is False
    assert find(store.reader, which) == Found(found)


def test_an_erasure_takes_them_in_one_step(store: SqliteStore, database: sqlite3.Connection) -> None:
    which = Which(text="Mrs Weber")
    erasure = Erasure(find(store.reader, which), which, lambda _: None)
    while erasure(database):
        pass
    assert left(database) == ([1, 2], [2])


def test_what_evaluations_hold_is_found_page_by_page(
    store: SqliteStore, database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure_module, "_PAGE", 1)
    assert find(store.reader, Which(text="mrs weber")).texts == ("fh_a", "fh_y")


@pytest.mark.parametrize("names", ["remove_answers", "remove_taken"])
def test_no_table_is_read_from_end_to_end(database: sqlite3.Connection, names: str) -> None:
    asked: list[str] = []
    database.set_trace_callback(asked.append)
    {"remove_answers": remove_answers, "remove_taken": remove_taken}[names](database, ["fh_a"])
    database.set_trace_callback(None)
    plans = [
        row[3]
        for each in asked
        if each.strip().startswith("DELETE")
        for row in database.execute("EXPLAIN QUERY PLAN " + each)
    ]
    assert plans
    assert not [plan for plan in plans if plan.startswith(("SCAN eval_results", "SCAN eval_examples", "SCAN x"))]


def captured(database: sqlite3.Connection, name: str, expires_ns: int) -> None:
    database.execute("INSERT INTO captures VALUES (?, '{}', NULL, ?)", (name, expires_ns))


async def test_captured_text_that_expires_takes_its_examples_along(
    store: SqliteStore, database: sqlite3.Connection
) -> None:
    await record(store, "fh_a", "fh_b", "fh_z")
    captured(database, "fh_a", 5)
    captured(database, "fh_b", 50)
    captured(database, "fh_z", 5)
    purge_texts(database, 9)
    assert left(database) == ([1, 2], [1, 2]), "an answer by itself is no captured text, and ends with its run"


async def test_a_record_that_ends_takes_its_examples_along(store: SqliteStore, database: sqlite3.Connection) -> None:
    await record(store, "fh_a")
    chores = RollUp(), RecordPass(Kept(Retention((RetentionRule(Label.parse("public"), record_days=1),))))
    for chore in chores:
        while chore(database):
            pass
    assert left(database) == ([1, 2], [1, 2])


async def record(store: SqliteStore, *names: str) -> None:
    book = Book(store.connect)
    for name in names:
        exchange = ended(begun(id=name, started_ns=time.time_ns() - 9 * DAY_NS), attempt())
        exchange.label = Label.parse("internal")
        book.settle(exchange)
    await book.close()
