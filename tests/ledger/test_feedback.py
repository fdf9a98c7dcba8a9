"""What is said of answers, on the ledger's thread: one thing a key, text only beside text, and gone with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from freehold.core.caller import Caller
from freehold.core.errors import Conflict, NotFound, RequestError
from freehold.core.event import Answer, Choice
from freehold.ledger.book import Book
from freehold.ledger.ended import Terms
from freehold.ledger.examples import FIRST, ExampleReader, Place
from freehold.ledger.feedback import Said, Say, TakeBack
from freehold.ledger.opinions import Opinions
from freehold.ledger.texts import purge_texts
from freehold.stores.sqlite import SqliteStore
from support.exchanges import attempt, begun, ended

WORDS = Said(thumb=-1, corrected="No.", comment="Wrong.")


@pytest.fixture
def database(store: SqliteStore) -> Iterator[sqlite3.Connection]:
    with closing(store.connect()) as connection:
        yield connection


@pytest.fixture
async def asked(store: SqliteStore) -> None:
    """A request whose text is kept, and one whose text is not."""
    book = Book(store.connect, Terms(capture_seconds=3600.0))
    for name, capture in (("fh_1", True), ("fh_2", False)):
        exchange = ended(begun(caller=Caller(key_id="k", name="n", capture=capture), id=name), attempt())
        exchange.answer = Answer(choices=[Choice(text="Yes.")])
        book.settle(exchange)
    await book.close()


def say(database: sqlite3.Connection, name: str, said: Said, key: str = "k") -> RequestError | None:
    told: list[RequestError | None] = []
    assert Say(name, key, said, told.append)(database) is False
    [refused] = told
    return refused


def held(database: sqlite3.Connection) -> list[tuple[object, ...]]:
    return database.execute("SELECT exchange_id, key_id, thumb, corrected, comment FROM feedback").fetchall()


@pytest.mark.usefixtures("asked")
def test_text_is_kept_beside_text_alone(database: sqlite3.Connection) -> None:
    assert isinstance(say(database, "fh_2", WORDS), Conflict)
    assert isinstance(say(database, "fh_3", WORDS), NotFound)
    assert held(database) == []
    assert say(database, "fh_1", WORDS) is None
    assert say(database, "fh_2", Said(thumb=1)) is None
    assert held(database) == [("fh_1", "k", -1, "No.", "Wrong."), ("fh_2", "k", 1, None, None)]


@pytest.mark.usefixtures("asked")
def test_what_expires_takes_what_was_said_of_it_along(database: sqlite3.Connection) -> None:
    say(database, "fh_1", WORDS)
    purge_texts(database, 2**62)
    assert held(database) == [("fh_1", "k", -1, None, None)]
    assert isinstance(say(database, "fh_1", Said(comment="again")), Conflict)


@pytest.mark.usefixtures("asked")
def test_what_is_taken_back_is_gone_and_told(database: sqlite3.Connection) -> None:
    say(database, "fh_1", WORDS)
    say(database, "fh_1", Said(score=0.5), "other")
    told: list[list[Said]] = []
    TakeBack("fh_1", "k", told.append)(database)
    TakeBack("fh_1", "k", told.append)(database)
    assert told == [[WORDS], []]
    assert [row[1] for row in held(database)] == ["other"]


@pytest.mark.usefixtures("asked")
def test_a_record_takes_what_was_said_of_it_along(database: sqlite3.Connection) -> None:
    say(database, "fh_1", WORDS)
    database.execute("DELETE FROM exchanges WHERE id = 'fh_1'")
    assert held(database) == []


@pytest.mark.usefixtures("asked")
async def test_it_is_said_and_read_beside_the_ledger(store: SqliteStore, book: Book) -> None:
    opinions = Opinions(book, store.reader)
    await opinions.say("fh_1", "k", WORDS)
    with pytest.raises(Conflict):
        await opinions.say("fh_2", "k", WORDS)
    [row] = await opinions.of("fh_1")
    assert (row["thumb"], row["comment"]) == (-1, "Wrong.")
    assert await opinions.take_back("fh_1", "k") == 1
    assert await opinions.of("fh_1") == []


@pytest.mark.usefixtures("asked")
def test_the_dataset_comes_page_by_page(
    store: SqliteStore, database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("freehold.ledger.examples._PAGE", 2)
    for number in range(5):
        say(database, "fh_1", Said(score=number / 10), f"key_{number}")
    reader, found = ExampleReader(store.reader), []
    page = reader.examples(0)
    found += page.items
    while page.next is not None:
        page = reader.examples(0, page.next)
        found += page.items
    assert [row["score"] for row in found] == [0.0, 0.1, 0.2, 0.3, 0.4]
    assert {(row["consent"], row["answer"][0]["text"]) for row in found} == {(True, "Yes.")}
    assert reader.examples(2**62).items == []


@pytest.mark.usefixtures("asked")
def test_the_dataset_is_never_held_whole_however_long_its_texts_are(
    store: SqliteStore, database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("freehold.ledger.examples._PAGE_BYTES", 1)
    for number in range(3):
        say(database, "fh_1", Said(score=number / 10), f"key_{number}")
    reader, pages = ExampleReader(store.reader), list[list[float]]()
    place: Place | None = FIRST
    while place is not None:
        page = reader.examples(0, place)
        pages.append([row["score"] for row in page.items])
        place = page.next
    assert pages == [[0.0], [0.1], [0.2], []]
