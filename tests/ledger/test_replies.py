"""The memory of answers: known at once and after a restart, never lowered, forgotten in time, closed if unreadable."""

from __future__ import annotations

import asyncio
import hmac
import sqlite3
import time
from contextlib import closing

import pytest

from freehold.core.errors import Unavailable
from freehold.core.label import Label
from freehold.ledger import replies as module
from freehold.ledger.book import Book
from freehold.ledger.replies import Replies
from freehold.ledger.statements import FORGET
from freehold.ledger.writer import Chore
from freehold.stores.sqlite import SqliteStore

CONFIDENTIAL = Label.parse("confidential")
HEALTH = Label.parse("internal;health")
ONE, OTHER = b"1" * 16, b"2" * 16
KEY = b"k" * 32


def memory(store: SqliteStore, book: Book) -> Replies:
    return Replies(store.reader, book.do, KEY)


async def labels(replies: Replies, digests: list[bytes]) -> list[Label]:
    """Those of what is known of these, each once."""
    return sorted(set((await replies.labels(digests)).values()), key=str)


async def until(rows: sqlite3.Connection, count: int) -> None:
    async with asyncio.timeout(10):
        # The rows are another thread's, which has no event to set.
        while rows.execute("SELECT count(*) FROM replies").fetchone()[0] != count:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


@pytest.fixture
async def loaded(store: SqliteStore, book: Book) -> Replies:
    replies = memory(store, book)
    await replies.load()
    return replies


async def test_an_answer_is_known_at_once_and_others_are_not(loaded: Replies) -> None:
    loaded.remember([ONE], CONFIDENTIAL)
    assert await labels(loaded, [ONE, OTHER]) == [CONFIDENTIAL]
    assert await labels(loaded, [OTHER]) == []


async def test_each_label_is_told_once(loaded: Replies) -> None:
    loaded.remember([ONE, OTHER], CONFIDENTIAL)
    assert await labels(loaded, [ONE, OTHER]) == [CONFIDENTIAL]


async def test_it_is_known_after_a_restart(
    store: SqliteStore, book: Book, loaded: Replies, rows: sqlite3.Connection
) -> None:
    loaded.remember([ONE], CONFIDENTIAL)
    await until(rows, 1)
    later = memory(store, book)
    assert await labels(later, [ONE]) == [CONFIDENTIAL]
    await later.load()
    assert await labels(later, [ONE, OTHER]) == [CONFIDENTIAL]
    assert await labels(memory(store, book), [OTHER]) == []


async def test_a_label_only_ever_rises(
    store: SqliteStore, book: Book, loaded: Replies, rows: sqlite3.Connection
) -> None:
    loaded.remember([ONE], CONFIDENTIAL)
    await until(rows, 1)
    later = memory(store, book)
    await later.load()
    later.remember([ONE], HEALTH)
    assert await _join(later, ONE) == Label.parse("confidential;health")
    later.remember([OTHER], HEALTH)
    await until(rows, 2)
    found = {bytes(digest): label for digest, label in rows.execute("SELECT digest, label FROM replies")}
    assert found == {ONE: "confidential;health", OTHER: "internal;health"}
    assert await labels(later, [ONE]) == [Label.parse("confidential;health")]


async def _join(replies: Replies, digest: bytes) -> Label:
    first, *rest = await labels(replies, [digest])
    for label in rest:
        first = first.join(label)
    return first


async def test_what_was_read_before_it_was_written_does_not_lower_what_is_known(store: SqliteStore) -> None:
    chores: list[Chore] = []

    class Slow(sqlite3.Connection):
        """Has something written between what it has read and what is made of that."""

        def close(self) -> None:
            super().close()
            if chores:
                with closing(store.connect()) as connection:
                    assert chores.pop()(connection) is False

    replies = Replies(lambda: sqlite3.connect(store.path, factory=Slow), chores.append, KEY)
    replies.remember([ONE], HEALTH)
    with closing(store.connect()) as connection:
        assert chores.pop()(connection) is False
    replies._known.clear()
    replies.remember([ONE], CONFIDENTIAL)
    assert await _join(replies, ONE) == Label.parse("confidential;health")
    assert await labels(replies, [ONE]) == [Label.parse("confidential;health")]


async def test_more_than_a_transaction_holds_is_written_in_several(loaded: Replies, rows: sqlite3.Connection) -> None:
    loaded.remember([number.to_bytes(16, "big") for number in range(1000)], CONFIDENTIAL)
    await until(rows, 1000)
    assert loaded._unwritten == {}


async def test_what_ended_before_the_close_is_on_the_disk(store: SqliteStore, rows: sqlite3.Connection) -> None:
    book = Book(store.connect)
    memory(store, book).remember([ONE], CONFIDENTIAL)
    await book.close()
    assert rows.execute("SELECT count(*) FROM replies").fetchone()[0] == 1


async def test_an_answer_is_forgotten_in_time(
    store: SqliteStore, loaded: Replies, rows: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded.days = 1
    loaded.remember([ONE], CONFIDENTIAL)
    await until(rows, 1)
    now = time.time_ns()
    monkeypatch.setattr("time.time_ns", lambda: now + 25 * 3600 * 10**9)
    assert await labels(loaded, [ONE]) == []
    with closing(store.connect()) as connection:
        for statement in FORGET:
            connection.execute(statement, (time.time_ns(),))
    assert rows.execute("SELECT count(*) FROM replies").fetchone()[0] == 0


async def test_with_no_days_nothing_is_remembered(loaded: Replies) -> None:
    loaded.days = 0
    loaded.remember([ONE], CONFIDENTIAL)
    loaded.days = 90
    assert await labels(loaded, [ONE]) == []


async def test_a_database_that_cannot_be_read_closes_the_way(
    store: SqliteStore, book: Book, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> sqlite3.Connection:
        raise sqlite3.OperationalError("unable to open database file")

    replies = Replies(broken, book.do, KEY)
    await replies.load()
    assert "unable to open" in caplog.text
    with pytest.raises(Unavailable, match="cannot be told"):
        await labels(replies, [ONE])


async def test_more_than_memory_holds_closes_the_way(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_UNWRITTEN", 10)
    replies = Replies(store.reader, lambda _chore: None, KEY)
    replies.remember([number.to_bytes(16, "big") for number in range(11)], CONFIDENTIAL)
    with pytest.raises(Unavailable, match="more answers wait"):
        await labels(replies, [ONE])


async def test_a_label_of_another_release_counts_as_the_highest(store: SqliteStore, book: Book) -> None:
    with closing(store.connect()) as connection:
        connection.execute("INSERT INTO replies VALUES (?, 'secret!', ?)", (ONE, 2**62))
    assert await labels(memory(store, book), [ONE]) == [Label.parse("restricted")]


async def test_what_is_known_of_late_is_bounded(
    store: SqliteStore, book: Book, rows: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_KNOWN", 10)
    replies = memory(store, book)
    replies.remember([number.to_bytes(16, "big") for number in range(20)], CONFIDENTIAL)
    await until(rows, 20)
    assert await labels(replies, [(0).to_bytes(16, "big")]) == [CONFIDENTIAL]
    assert len(replies._known) <= 10


def test_it_hashes_as_the_standard_says_and_each_installation_differently(store: SqliteStore) -> None:
    def never(_chore: Chore) -> None:
        raise AssertionError("nothing is written here")

    for key in (KEY, b"a" * 64, b"b"):
        assert Replies(store.reader, never, key).digest(b"text") == hmac.digest(key, b"text", "sha256")[:16]
    with pytest.raises(ValueError, match="longer than a block"):
        Replies(store.reader, never, b"k" * 65)


async def test_it_is_empty_until_something_is_remembered(
    store: SqliteStore, book: Book, rows: sqlite3.Connection
) -> None:
    replies = memory(store, book)
    assert not replies.empty  # Nobody has looked yet.
    await replies.load()
    assert replies.empty
    replies.remember([ONE], CONFIDENTIAL)
    assert not replies.empty
    await until(rows, 1)
    later = memory(store, book)
    await later.load()
    assert not later.empty
    later.days = 0
    assert later.empty


async def test_what_another_process_remembers_is_heard_at_once_and_joins_what_is_on_disk(
    store: SqliteStore, book: Book, loaded: Replies, rows: sqlite3.Connection
) -> None:
    loaded.remember([ONE], CONFIDENTIAL)
    await until(rows, 1)
    hears = memory(store, book)
    await hears.load()
    hears.hear([ONE, OTHER], HEALTH)
    assert await _join(hears, ONE) == Label.parse("confidential;health")
    assert await labels(hears, [OTHER]) == [HEALTH]
    await asyncio.sleep(0.05)
    assert rows.execute("SELECT count(*) FROM replies").fetchone()[0] == 1  # what is heard is another's to write


async def test_what_is_heard_is_bounded_and_then_read_from_the_disk(
    store: SqliteStore, book: Book, loaded: Replies, rows: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_KNOWN", 1)
    hears = memory(store, book)
    await hears.load()
    hears.hear([ONE], CONFIDENTIAL)
    loaded.remember([ONE], CONFIDENTIAL)
    await until(rows, 1)
    hears.hear([OTHER], CONFIDENTIAL)
    assert list(hears._unwritten) == [OTHER]
    assert await labels(hears, [ONE]) == [CONFIDENTIAL]
