"""What is erased: found by each way of saying it, gone from the disk, in pieces; the record and the log stay."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import msgspec
import pytest

from freehold.core.caller import Caller
from freehold.core.event import Answer, Choice
from freehold.core.label import Source
from freehold.core.passage import Citation, Passage, Place
from freehold.core.request import Message, Request, TextPart, ToolUse
from freehold.ledger.book import Book, Terms
from freehold.ledger.erasure import Erasure, Found, Which, find, leaves, unnamed
from freehold.stores.sqlite import SqliteStore
from support.exchanges import INTERNAL, attempt, begun, ended

ADA = Caller(key_id="key_ada", name="ada", capture=True)
BOB = Caller(key_id="key_bob", name="bob", capture=True)
PLACE = Place("letters", "doc_1", 2, "Mrs Weber.pdf", "Letter to Mrs Weber", 0, 9, "0" * 64, heading=("Mrs Weber",))


@pytest.fixture
def database(store: SqliteStore) -> Iterator[sqlite3.Connection]:
    with closing(store.connect()) as connection:
        yield connection


async def write(
    store: SqliteStore,
    name: str,
    text: str = "hello",
    *,
    caller: Caller = ADA,
    user: str | None = None,
    answer: str = "an answer",
    arguments: str | None = None,
    place: Place | None = None,
) -> None:
    parts = (TextPart(text),) if arguments is None else (TextPart(text), ToolUse("1", "save", arguments))
    asked = Request("auto", (Message("user", parts),), "openai", user=user)
    book = Book(store.connect, Terms(capture_seconds=float("inf")))
    exchange = ended(begun(asked, caller, id=name), attempt())
    exchange.answer = Answer(choices=[Choice(text=answer)])
    if place is not None:
        exchange.passages = (Passage(1, "Dear Mrs", place, INTERNAL, 1.0),)
        exchange.citations = (Citation(1, 0, 4, place=place), Citation(9, 5, 6))
        exchange.sources = [Source(f"passage {place.collection}/{place.name}", INTERNAL), Source("key", INTERNAL)]
    book.settle(exchange)
    await book.close()


def work(erasure: Erasure, database: sqlite3.Connection) -> int:
    rounds = 1
    while erasure(database):
        rounds += 1
    return rounds


def left(database: sqlite3.Connection) -> list[str]:
    return [row[0] for row in database.execute("SELECT exchange_id FROM captures ORDER BY 1")]


@pytest.mark.parametrize(
    ("which", "found"),
    [
        (Which(request="a"), ["a"]),
        (Which(request="z"), []),
        (Which(key="key_bob"), ["c"]),
        (Which(user="u-17"), ["b"]),
        (Which(document="doc_1"), ["d"]),
        (Which(document="Mrs Weber.pdf"), ["d"]),
        (Which(document="Weber"), []),
        (Which(text="mrs  WEBER"), ["a", "c"]),
        (Which(text='say "no"\n'), ["b"]),
        (Which(text="in the safe"), ["e"]),
        (Which(text="Mrs Weber", key="key_bob"), ["c"]),
        (Which(text="nobody"), []),
    ],
)
async def test_text_is_found_by_each_way_to_say_it(store: SqliteStore, which: Which, found: list[str]) -> None:
    await write(store, "a", "What of Mrs\nWeber?")
    await write(store, "b", 'They say "no"\n', user="u-17")
    await write(store, "c", caller=BOB, answer="It is Mrs Weber's.")
    await write(store, "d", place=PLACE)
    await write(store, "e", arguments='{"note": "It lies in the\\u0020safe."}')
    assert list(find(store.reader, which).texts) == found


async def test_only_a_document_alone_is_taken_out_of_records(store: SqliteStore) -> None:
    await write(store, "d", place=PLACE)
    assert find(store.reader, Which(document="doc_1")) == Found(("d",), ("d",))
    assert find(store.reader, Which(document="doc_1", key="key_ada")) == Found(("d",), ())


async def test_what_is_erased_is_nowhere_on_the_disk(store: SqliteStore, database: sqlite3.Connection) -> None:
    await write(store, "a", "an unmistakable prompt", answer="an unmistakable answer")
    await write(store, "b", "another prompt")
    told: list[bool] = []
    which = Which(text="unmistakable")
    work(Erasure(find(store.reader, which), which, told.append), database)
    assert told == [True]
    assert left(database) == ["b"]
    on_disk = b"".join(file.read_bytes() for file in store.path.parent.iterdir())
    assert b"unmistakable" not in on_disk
    assert b"another prompt" in on_disk
    assert database.execute("SELECT count(*) FROM exchanges").fetchone()[0] == 2


async def test_a_reader_keeps_the_log_from_being_emptied_and_nobody_waits_for_it(
    store: SqliteStore, database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("freehold.ledger.erasure._EMPTYINGS", 2)
    await write(store, "a")
    told: list[bool] = []
    with closing(store.reader()) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM captures").fetchone()
        work(Erasure(Found(("a",)), Which(request="a"), told.append), database)
    assert told == [False]
    assert left(database) == []
    assert database.execute("PRAGMA busy_timeout").fetchone()[0] == 2000


async def test_much_is_erased_a_little_at_a_time(store: SqliteStore, database: sqlite3.Connection) -> None:
    names = tuple(f"fh_{number:03}" for number in range(230))
    book = Book(store.connect, Terms(capture_seconds=float("inf")))
    for name in names:
        book.settle(ended(begun(caller=ADA, id=name), attempt()))
    await book.close()
    which = Which(key="key_ada")
    found = find(store.reader, which)
    assert found.texts == names
    assert work(Erasure(found, which, lambda _: None), database) == 6
    assert left(database) == []


async def test_a_document_loses_its_name_in_every_record_and_keeps_its_id(
    store: SqliteStore, database: sqlite3.Connection
) -> None:
    other = msgspec.structs.replace(PLACE, document="doc_2", name="handbook.md", title="Handbook", heading=())
    await write(store, "a", place=PLACE)
    await write(store, "b", place=other)
    which = Which(document="Mrs Weber.pdf")
    work(Erasure(find(store.reader, which), which, lambda _: None), database)
    rows = dict(database.execute("SELECT id, grounding || sources FROM exchanges"))
    assert "Weber" not in rows["a"]
    assert "doc_1" in rows["a"]
    assert "handbook.md" in rows["b"]
    assert left(database) == ["b"]


def test_other_documents_of_the_record_keep_theirs() -> None:
    places = [
        {"collection": "c", "document": name, "name": f"{name}.md", "title": name, "heading": ["h"]} for name in "xy"
    ]
    grounding = {
        "passages": [{"place": place} for place in places],
        "citations": [{"place": places[0]}, {"place": None}],
    }
    sources = [{"origin": "passage c/x.md", "label": "internal"}, {"origin": "passage c/y.md", "label": "internal"}]
    said, told = unnamed(msgspec.json.encode(grounding).decode(), msgspec.json.encode(sources).decode(), "x")
    read = msgspec.json.decode(said)
    assert [each["place"]["name"] for each in read["passages"]] == ["", "y.md"]
    assert read["citations"][0]["place"] == places[0] | {"name": "", "title": "", "heading": []}
    assert told is not None
    assert [each["origin"] for each in msgspec.json.decode(told)] == ["passage (erased)", "passage c/y.md"]


def test_the_audit_log_is_told_ids_and_never_words() -> None:
    names = tuple(f"fh_{number:032}" for number in range(1200))
    told = list(leaves(Found(names, ("r",)), Which(text="Mrs Weber", user="u-17"), "key_ada"))
    bodies = [msgspec.json.decode(leaf.body) for leaf in told]
    assert {leaf.kind for leaf in told} == {"erasure"}
    assert [name for body in bodies for name in body["requests"]] == list(names)
    assert [body["records"] for body in bodies] == [1, 0, 0]
    assert {tuple(body["chosen"]) for body in bodies} == {("user", "text")}
    assert b"Weber" not in b"".join(leaf.body for leaf in told)
    assert len(list(leaves(Found(), Which(request="a"), "k"))) == 1


def keep_stand_ins(database: sqlite3.Connection, number: int) -> None:
    rows = [(bytes([each]) * 32, b"sealed", 2**62) for each in range(number)]
    database.executemany("INSERT INTO pseudonyms (conversation, sealed, expires_ns) VALUES (?, ?, ?)", rows)


@pytest.mark.parametrize("which", [Which(key="key_bob"), Which(text="nowhere"), Which(request="a")])
async def test_kept_stand_ins_go_with_whatever_is_erased(
    store: SqliteStore, database: sqlite3.Connection, which: Which
) -> None:
    await write(store, "a")
    keep_stand_ins(database, 3)
    found = find(store.reader, which)
    assert found.conversations == 3
    work(Erasure(found, which, lambda _: None), database)
    assert database.execute("SELECT count(*) FROM pseudonyms").fetchone()[0] == 0
