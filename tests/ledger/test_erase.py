"""Erasing as it is asked for: counted first, done, told to the audit log, and refused where too little is said."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest

import freehold.ledger.errand as errand_module
from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Unavailable
from freehold.core.event import Answer, Choice
from freehold.ledger import erase as module
from freehold.ledger.audit.leaf import Leaf
from freehold.ledger.book import Book, Terms
from freehold.ledger.erase import Erased, erase
from freehold.ledger.erasure import Which
from freehold.stores.sqlite import SqliteStore
from support.exchanges import attempt, begun, ended, request

ADA = Caller(key_id="key_ada", name="ada", capture=True)


class Told(Book):
    """A book that remembers what the audit log was told."""

    def __init__(self, store: SqliteStore) -> None:
        super().__init__(store.connect, Terms(capture_seconds=60.0))
        self.told: list[Leaf] = []

    def note(self, *leaves: Leaf) -> None:
        self.told += leaves


@pytest.fixture
def told(store: SqliteStore) -> Told:
    return Told(store)


def settle(book: Book, name: str, text: str) -> None:
    exchange = ended(begun(request(text), ADA, id=name), attempt())
    exchange.answer = Answer(choices=[Choice(text="an answer")])
    book.settle(exchange)


async def test_a_dry_run_counts_and_changes_nothing(store: SqliteStore, told: Told, rows: sqlite3.Connection) -> None:
    settle(told, "a", "Mrs Weber")
    settle(told, "b", "nobody")
    found = await erase(told, store.reader, Which(text="weber"), by="key_root", dry_run=True)
    assert found == Erased(dry_run=True, requests=1, records=0, ids=("a",))
    assert told.told == []
    await told.close()
    assert rows.execute("SELECT count(*) FROM captures").fetchone()[0] == 2


async def test_what_has_just_ended_is_erased_too_and_the_log_is_told(
    store: SqliteStore, told: Told, rows: sqlite3.Connection
) -> None:
    settle(told, "a", "Mrs Weber")
    found = await erase(told, store.reader, Which(text="weber"), by="key_root")
    assert found == Erased(dry_run=False, requests=1, records=0, emptied=True, ids=("a",))
    assert [leaf.kind for leaf in told.told] == ["erasure"]
    assert b"key_root" in told.told[0].body
    assert rows.execute("SELECT count(*) FROM captures").fetchone()[0] == 0
    await told.close()


@pytest.mark.parametrize("which", [Which(), Which(text="a"), Which(text="  ab ")])
async def test_too_little_is_refused(store: SqliteStore, told: Told, which: Which) -> None:
    with pytest.raises(BadRequest):
        await erase(told, store.reader, which, by="key_root")


async def test_a_disk_that_takes_nothing_is_told(
    store: SqliteStore, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.05)
    monkeypatch.setattr(told, "do", lambda _chore: None)
    with pytest.raises(Unavailable, match="is tried again until Freehold ends"):
        await erase(told, store.reader, Which(request="a"), by="key_root")
    assert told.told == []
    await told.close()


async def test_a_locked_database_is_told_soon_and_the_erasure_is_done_once_it_is_free(
    store: SqliteStore, told: Told, rows: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errand_module.in_time, "__defaults__", (0.3,))
    settle(told, "a", "Mrs Weber")
    assert await told.flush()
    with closing(store.connect()) as other:
        other.execute("INSERT INTO pseudonyms VALUES ('c', x'00', 9)")
        other.execute("BEGIN IMMEDIATE")
        async with asyncio.timeout(5):
            with pytest.raises(Unavailable, match="free the disk, or end what holds it"):
                await erase(told, store.reader, Which(text="weber"), by="key_root")
        assert told.told == []
        other.execute("ROLLBACK")
    async with asyncio.timeout(10):
        while not told.told:  # noqa: ASYNC110  # another thread's work, which has no event to set
            await asyncio.sleep(0.01)
    assert rows.execute("SELECT count(*) FROM captures").fetchone()[0] == 0
    assert rows.execute("SELECT count(*) FROM pseudonyms").fetchone()[0] == 0
    await told.close()
