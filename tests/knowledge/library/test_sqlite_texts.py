"""Texts of chunks are read where they stand."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from freehold.core.label import PUBLIC
from freehold.knowledge.library.sqlite import SqliteLibrary
from freehold.knowledge.library.sqlite_file import FILE_NAME
from freehold.knowledge.library.sqlite_texts import passage, passages, to_embed
from support.libraries import SPACE, asks, new_document


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SqliteLibrary]:
    with closing(SqliteLibrary(tmp_path)) as library:
        library.put(new_document("a", "grüße", "heron \u0000 crane", context="A"))
        library.put(new_document("b", "", context="a title and no text"))
        yield library


@pytest.fixture
def connection(library: SqliteLibrary, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    assert library.document
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def test_a_passage_is_the_bytes_at_its_place(connection: sqlite3.Connection) -> None:
    assert passage(connection, 1, 0, 7) == "grüße"
    assert passages(connection, 1, [(9, 5), (2, 2), (5, 0)]) == ["heron", "ü", ""]
    assert passage(connection, 2, 0, 0) == ""


def test_chunks_come_with_their_context_in_the_order_asked_for(connection: sqlite3.Connection) -> None:
    assert to_embed(connection, [(1, 2), (2, 3), (1, 1)]) == [
        (2, "A\nheron \u0000 crane", PUBLIC),
        (3, "a title and no text", PUBLIC),
        (1, "A\ngrüße", PUBLIC),
    ]


def test_a_long_text_is_not_read_whole_for_each_of_its_chunks(library: SqliteLibrary) -> None:
    """No statement reads the column, which SQLite could only do whole."""
    long = new_document("long", *(f"egret {number}" for number in range(300)), "x" * (1 << 20))
    library.put(long)
    statements: list[str] = []
    with library._file.reading() as connection:
        connection.set_trace_callback(statements.append)
    try:
        assert len(library.unembedded(SPACE, 200)) == 200
        assert library.search(asks("egret 7"), None)
    finally:
        connection.set_trace_callback(None)
    assert statements
    assert not [each for each in statements if "content" in each]
