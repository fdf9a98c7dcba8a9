"""Work on the ledger's thread is waited for, and not for ever."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from freehold.core.errors import Unavailable
from freehold.ledger.book import Book
from freehold.ledger.errand import errand
from freehold.ledger.writer import Chore


def telling(done: Callable[[int], None]) -> Chore:
    def work(connection: sqlite3.Connection) -> bool:
        done(connection.execute("SELECT 42").fetchone()[0])
        return False

    return work


def silent(_done: Callable[[int], None]) -> Chore:
    return lambda _connection: False


async def test_it_tells_what_came_of_it(book: Book) -> None:
    told: int = await errand(book, telling)
    assert told == 42


async def test_what_tells_nothing_is_not_waited_for_long(book: Book) -> None:
    with pytest.raises(Unavailable, match="has not taken it yet"):
        await errand(book, silent, 0.05)
