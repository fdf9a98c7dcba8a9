"""The arrays that a query ranks, kept in step with the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from freehold.knowledge.library import sqlite_rows, sqlite_view
from freehold.knowledge.library.sqlite import SqliteLibrary
from freehold.knowledge.library.sqlite_audiences import NOBODY
from freehold.knowledge.library.sqlite_file import LibraryFile
from freehold.knowledge.library.sqlite_view import EMPTY, View, renew
from freehold.knowledge.rank.bags import ANALYSIS, word_hash
from support.libraries import SPACE, asks, embed_all, new_document


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SqliteLibrary]:
    with closing(SqliteLibrary(tmp_path)) as library:
        yield library


@pytest.fixture
def file(library: SqliteLibrary, tmp_path: Path) -> Iterator[LibraryFile]:
    with closing(LibraryFile(tmp_path, analysis=ANALYSIS)) as file:
        yield file


def seen(file: LibraryFile, view: View = EMPTY) -> View:
    with file.reading() as connection:
        return renew(view, connection)


def rows_of(view: View, word: str) -> list[int]:
    found = [segment.find(word_hash(word))[0] for segment in view.segments]
    rows = np.concatenate(found) if found else np.empty(0, np.int32)
    return [int(row) for row in rows if view.audience_of[row] != NOBODY]


def test_nothing_changed_is_the_same_view(library: SqliteLibrary, file: LibraryFile) -> None:
    library.put(new_document("a", "heron"))
    view = seen(file)
    assert seen(file, view) is view


def test_a_view_kept_in_step_is_as_good_as_a_new_one(library: SqliteLibrary, file: LibraryFile) -> None:
    view = seen(file)
    kept = [library.put(new_document(f"d{n}", f"heron {n}", f"crane {n}")) for n in range(5)]
    view = seen(file, view)
    library.remove([kept[1].id])
    library.put(new_document("d2", "stork", groups=["hr"]))
    library.relabel(kept[3].id, groups=frozenset({"hr"}))
    embed_all(library, {"heron": [0]})
    library.use_space(SPACE)
    view = seen(file, view)
    anew = seen(file)
    for question in (asks(""), asks("", groups=["hr"]), asks("", "archive")):
        of_view = view.chunks[view.allowed(question, None)]
        assert of_view.tolist() == anew.chunks[anew.allowed(question, None)].tolist()
    for word in ("heron", "crane", "stork"):
        assert [view.chunks[row] for row in rows_of(view, word)] == [anew.chunks[row] for row in rows_of(anew, word)]
    owners = {int(view.chunks[row]) for row in view.rows_of_places if row >= 0}
    assert owners == {int(anew.chunks[row]) for row in anew.rows_of_places if row >= 0}


def test_many_small_changes_leave_few_parts(library: SqliteLibrary, file: LibraryFile) -> None:
    view = seen(file)
    for number in range(40):
        library.put(new_document(f"d{number}", f"heron {number}"))
        view = seen(file, view)
    assert len(view.segments) <= 6
    assert len(rows_of(view, "heron")) == 40


def test_who_missed_more_than_the_journal_holds_starts_anew(
    library: SqliteLibrary, file: LibraryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_rows, "_JOURNAL", 3)
    kept = [library.put(new_document(f"d{n}", "heron")) for n in range(4)]
    view = seen(file)
    for document in kept[:3]:
        library.remove([document.id])
    for n in range(6):
        library.put(new_document(f"e{n}", "crane"))
    view = seen(file, view)
    assert len(rows_of(view, "heron")) == 1
    assert len(rows_of(view, "crane")) == 6


def test_dead_rows_are_left_behind(library: SqliteLibrary, file: LibraryFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_view, "_DEAD", 5)
    view = seen(file)
    for _ in range(20):
        library.put(new_document("a", "heron", "crane"))
        view = seen(file, view)
    assert len(view.chunks) <= 2 + 2 * 5
    assert len(rows_of(view, "heron")) == 1


def test_documents_are_a_condition_too(library: SqliteLibrary, file: LibraryFile) -> None:
    library.put(new_document("a", "heron"))
    library.put(new_document("b", "heron"))
    view = seen(file)
    assert view.allowed(asks(""), [int(view.documents[1])]).tolist() == [False, True]
    assert view.allowed(asks(""), []).tolist() == [False, False]
