"""What evaluations hold of a request is found and goes with it: the example, every answer to it, and its own answer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from freehold.ledger.erasure import Erasure, Found, Which, find
from freehold.ledger.evaluated import remove_evaluated
from freehold.stores.sqlite import SqliteStore


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
    remove_evaluated(database, ["fh_a"])
    assert left(database) == ([1, 2], [1, 2])


def test_an_answer_goes_with_the_request_by_which_it_was_asked(database: sqlite3.Connection) -> None:
    remove_evaluated(database, ["fh_z", "fh_nobody"])
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
