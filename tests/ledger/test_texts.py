"""Captured text goes, with what may repeat it; the record stays."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from freehold.core.caller import Caller
from freehold.core.errors import Fault
from freehold.core.event import Answer, Choice
from freehold.core.record import Ending
from freehold.ledger.book import Book, Terms
from freehold.ledger.texts import purge_texts, remove_texts
from freehold.stores.sqlite import SqliteStore
from support.exchanges import attempt, begun, ended, request

CONSENTING = Caller(key_id="k", name="n", capture=True)
WORDS = "an unmistakable prompt"


@pytest.fixture
def database(store: SqliteStore) -> Iterator[sqlite3.Connection]:
    with closing(store.connect()) as connection:
        yield connection


async def write(store: SqliteStore, name: str, fault: Fault, seconds: float = 60.0) -> None:
    book = Book(store.connect, Terms(capture_seconds=seconds))
    exchange = ended(
        begun(request(WORDS), CONSENTING, id=name),
        attempt(fault=fault, error=f"the target said: {WORDS}", shown=False),
        ending=Ending.FAILED,
        status=502,
        error=f"upstream_failed: home said: {WORDS}",
    )
    exchange.answer = Answer(choices=[Choice(text=WORDS)])
    book.settle(exchange)
    await book.close()


def errors(database: sqlite3.Connection, name: str) -> tuple[str | None, str | None]:
    (ended_with,) = database.execute("SELECT error FROM exchanges WHERE id = ?", (name,)).fetchone()
    (tried,) = database.execute("SELECT error FROM attempts WHERE exchange_id = ?", (name,)).fetchone()
    return ended_with, tried


async def test_a_target_s_words_go_with_the_text_they_may_repeat(
    store: SqliteStore, database: sqlite3.Connection
) -> None:
    await write(store, "a", Fault.SERVER)
    await write(store, "b", Fault.SERVER)
    remove_texts(database, ["a"])
    assert errors(database, "a") == ("upstream_failed", None)
    assert WORDS in str(errors(database, "b"))
    assert database.execute("SELECT exchange_id FROM captures").fetchall() == [("b",)]
    remove_texts(database, ["b"])
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    on_disk = b"".join(file.read_bytes() for file in store.path.parent.iterdir())
    assert WORDS.encode() not in on_disk


async def test_words_of_our_own_stay(store: SqliteStore, database: sqlite3.Connection) -> None:
    await write(store, "a", Fault.QUEUE)
    before = errors(database, "a")
    remove_texts(database, ["a"])
    assert errors(database, "a") == before


async def test_what_has_expired_goes_and_what_has_not_stays(store: SqliteStore, database: sqlite3.Connection) -> None:
    await write(store, "a", Fault.SERVER, seconds=60.0)
    await write(store, "b", Fault.SERVER, seconds=600.0)
    (first,) = database.execute("SELECT min(expires_ns) FROM captures").fetchone()
    assert purge_texts(database, first - 1) is False
    assert purge_texts(database, first) is True
    assert purge_texts(database, first) is False
    assert database.execute("SELECT exchange_id FROM captures").fetchall() == [("b",)]
    assert errors(database, "a") == ("upstream_failed", None)
    assert not database.in_transaction
