"""A store to keep the ledger in. What runs over it runs over each kind of store there is."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from freehold.ledger.book import Book
from freehold.ledger.query import LedgerReader
from freehold.stores.sqlite import SqliteStore, open_store


@pytest.fixture(params=[open_store])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SqliteStore:
    return request.param(tmp_path / "store")


@pytest.fixture
def reader(store: SqliteStore) -> LedgerReader:
    return LedgerReader(store.reader)


@pytest.fixture
def rows(store: SqliteStore) -> Iterator[sqlite3.Connection]:
    """A look at what is on the disk."""
    with closing(store.reader()) as connection:
        yield connection


@pytest.fixture
async def book(store: SqliteStore) -> AsyncIterator[Book]:
    book = Book(store.connect)
    yield book
    await book.close()
