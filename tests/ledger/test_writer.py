"""The writer's thread by itself: order, patience, and rows that cannot be written."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from freehold.ledger.rows import attempt_rows, opened_row, settled_row
from freehold.ledger.statements import KEEP, MOST_ROWS, SETTLE, write
from freehold.ledger.texts import EXPIRED
from freehold.ledger.writer import STOPPED, Bundle, Opening, Writer
from freehold.stores.sqlite import SqliteStore
from support.exchanges import attempt, begun, ended


class Desk:
    """Where answers arrive."""

    def __init__(self) -> None:
        self.answers: list[tuple[list[Any], str | None]] = []
        self.arrived = threading.Event()

    def answer(self, waiters: list[Any], refused: str | None) -> None:
        self.answers.append((waiters, refused))
        self.arrived.set()


def bundle(count: int) -> Bundle:
    made = Bundle([], [], [])
    for _ in range(count):
        exchange = ended(begun(), attempt())
        assert exchange.end is not None
        made.exchanges.append(settled_row(exchange, exchange.end, None, captured=False))
        made.attempts += attempt_rows(exchange, captured=False)
    return made


def test_what_waits_together_is_answered_together(store: SqliteStore) -> None:
    desk = Desk()
    writer = Writer(store.connect, desk.answer)
    for number in range(5):
        writer.put([Opening(opened_row(begun()), number)])
    writer.start()
    writer.stop(1.0)
    assert desk.answers == [([0, 1, 2, 3, 4], None)]
    assert writer.alive is False


def test_what_was_put_before_the_end_is_written(store: SqliteStore, rows: sqlite3.Connection) -> None:
    writer = Writer(store.connect, Desk().answer)
    for _ in range(3):
        writer.put(bundle(700))
    writer.start()
    writer.stop(10.0)
    assert writer.written == 2100
    assert rows.execute("SELECT count(*) FROM exchanges").fetchone()[0] == 2100


def test_a_database_that_cannot_be_opened_is_answered_and_retried(store: SqliteStore) -> None:
    desk, broken = Desk(), threading.Event()
    broken.set()

    def connect() -> sqlite3.Connection:
        if broken.is_set():
            raise sqlite3.OperationalError("unable to open database file")
        return store.connect()

    writer = Writer(connect, desk.answer)
    writer.start()
    writer.put([Opening(opened_row(begun()), "one")])
    assert desk.arrived.wait(10)
    assert desk.answers == [(["one"], "unable to open database file")]
    assert writer.trouble == "unable to open database file"
    writer.put(bundle(1))
    broken.clear()
    writer.stop(10.0)
    assert (writer.written, writer.trouble) == (1, None)


def watched(store: SqliteStore, before: Callable[[str], None]) -> Callable[[], sqlite3.Connection]:
    """Opens connections that call `before` with each statement."""

    class Watched(sqlite3.Connection):
        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
            before(sql)
            return super().execute(sql, parameters)

    return lambda: sqlite3.connect(store.path, isolation_level=None, factory=Watched)


def test_opening_rows_that_are_refused_leave_none_of_them_open(store: SqliteStore, rows: sqlite3.Connection) -> None:
    inserts: list[str] = []

    def before(sql: str) -> None:
        inserts.extend([sql] if sql.startswith("INSERT") else [])
        if len(inserts) == 2:
            raise sqlite3.OperationalError("database or disk is full")

    desk = Desk()
    writer = Writer(watched(store, before), desk.answer)
    together = list(range(MOST_ROWS + 1))
    for number in together:
        writer.put([Opening(opened_row(begun()), number)])
    writer.start()
    writer.stop(1.0)
    assert desk.answers == [(together, "database or disk is full")]
    assert rows.execute("SELECT count(*) FROM exchanges").fetchone()[0] == 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("count", [1, MOST_ROWS + 1])
def test_whatever_ends_the_thread_answers_who_waits_and_who_comes_late(
    store: SqliteStore, rows: sqlite3.Connection, count: int
) -> None:
    def before(sql: str) -> None:
        if sql.startswith("INSERT"):
            raise MemoryError

    desk = Desk()
    writer = Writer(watched(store, before), desk.answer)
    for number in range(count):
        writer.put([Opening(opened_row(begun()), number)])
    writer.start()
    assert desk.arrived.wait(10)
    assert writer.alive is False
    writer.put([Opening(opened_row(begun()), "late")])
    writer.stop(1.0)
    assert desk.answers == [(list(range(count)), STOPPED), (["late"], STOPPED)]


def test_an_opening_row_waits_for_no_more_than_a_slice_of_what_is_purged(store: SqliteStore) -> None:
    expired = bundle(601)
    with closing(store.connect()) as connection:
        write(connection, SETTLE, expired.exchanges)
        write(connection, KEEP, [(row[0], "{}", None, 0) for row in expired.exchanges])
    left: list[int] = []
    empty = threading.Event()

    def count() -> int:
        with closing(store.reader()) as reader:
            return int(reader.execute("SELECT count(*) FROM captures").fetchone()[0])

    def answer(waiters: list[Any], refused: str | None) -> None:
        left.append(count())

    def before(sql: str) -> None:
        if sql == EXPIRED:
            writer.put([Opening(opened_row(begun()), None)])
            if count() == 0:
                empty.set()

    writer = Writer(watched(store, before), answer)
    writer.start()
    assert empty.wait(10)
    writer.stop(1.0)
    assert left[:4] == [401, 201, 1, 0]


def test_a_row_that_no_database_takes_is_given_up_alone_and_told(
    store: SqliteStore, rows: sqlite3.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    writer = Writer(store.connect, Desk().answer)
    writer.start()
    made = bundle(3)
    strange = made.exchanges[1][0]
    made.exchanges[1] = (strange, None, *made.exchanges[1][2:])
    del made.attempts[1]
    writer.put(made)
    writer.stop(10.0)
    found = {row[0] for row in rows.execute("SELECT id FROM exchanges")}
    assert found == {made.exchanges[0][0], made.exchanges[2][0]}
    assert f"gave up a row of exchanges for {strange}" in caplog.text
    assert writer.written == 3


def test_rows_written_twice_are_there_once(store: SqliteStore) -> None:
    made = bundle(2)
    writer = Writer(store.connect, Desk().answer)
    writer.start()
    writer.put(made)
    writer.put(made)
    writer.stop(10.0)
    with closing(store.reader()) as connection:
        assert connection.execute("SELECT count(*) FROM attempts").fetchone()[0] == 2


def test_other_work_is_done_in_turns_until_there_is_no_more(store: SqliteStore) -> None:
    done: list[str] = []

    def chore(name: str, times: int) -> Callable[[sqlite3.Connection], bool]:
        def work(_connection: sqlite3.Connection) -> bool:
            done.append(name)
            return done.count(name) < times

        return work

    writer = Writer(store.connect, Desk().answer)
    writer.put(chore("long", 3))
    writer.put(chore("short", 1))
    writer.start()
    writer.stop(10.0)
    assert done == ["long", "short", "long", "long"]


def test_other_work_is_tried_again_and_what_is_settled_goes_on(store: SqliteStore) -> None:
    tried = threading.Event()
    times: list[int] = []

    def work(_connection: sqlite3.Connection) -> bool:
        times.append(1)
        if len(times) < 3:
            raise sqlite3.OperationalError("database is locked")
        tried.set()
        return False

    writer = Writer(store.connect, Desk().answer)
    writer.start()
    writer.put(work)
    writer.put(bundle(1))
    assert tried.wait(10)
    writer.stop(10.0)
    assert (writer.written, len(times)) == (1, 3)
    assert writer.trouble is None


def test_work_that_no_database_could_do_is_given_up_and_told(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    def work(connection: sqlite3.Connection) -> bool:
        connection.execute("INSERT INTO meta VALUES (NULL, NULL)")
        return True

    writer = Writer(store.connect, Desk().answer)
    writer.put(work)
    writer.start()
    writer.stop(10.0)
    assert "gave up a piece of work" in caplog.text
