"""Which chunk has its vector where, whenever a process ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from freehold.core.label import PUBLIC
from freehold.knowledge.library.matrix import Matrix
from freehold.knowledge.library.sqlite import SqliteLibrary
from freehold.knowledge.library.sqlite_file import FILE_NAME
from support.libraries import SPACE, asks, embed_all, new_document, toward

MARKED = np.full((1, 8), 0.35355, np.float32)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SqliteLibrary]:
    with closing(SqliteLibrary(tmp_path)) as library:
        library.put(new_document("a", "heron"))
        library.put(new_document("b", "crane"))
        yield library


def waiting(library: SqliteLibrary, space: str = SPACE) -> list[int]:
    return [chunk for chunk, _, _ in library.unembedded(space, 100)]


def places(folder: Path, table: str) -> list[int]:
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        return [row[0] for row in connection.execute(f"SELECT place FROM {table} ORDER BY place")]


def matrix_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("vectors-*.f32"))


class End(BaseException):
    """The process ends here."""


def test_an_end_after_the_rows_are_written_leaves_no_vector(
    library: SqliteLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Matrix.write

    def write_and_end(self: Matrix, *where: object) -> None:
        real(self, *where)  # type: ignore[arg-type]
        raise End

    monkeypatch.setattr(Matrix, "write", write_and_end)
    with pytest.raises(End):
        library.embed(SPACE, waiting(library)[:1], MARKED)
    monkeypatch.undo()
    assert MARKED.tobytes() in matrix_bytes(tmp_path)
    assert len(waiting(library)) == 2
    assert places(tmp_path, "vector") == []
    with closing(SqliteLibrary(tmp_path)) as again:
        assert MARKED.tobytes() not in matrix_bytes(tmp_path)
        embed_all(again, {"heron": [0], "crane": [1]})
        again.use_space(SPACE)
        assert [hit.place.name for hit in again.search(asks(""), toward(1, 0))] == ["b", "a"]


def test_an_end_before_removed_rows_are_cleared_is_made_up_for(
    library: SqliteLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.embed(SPACE, waiting(library)[:1], MARKED)
    library.use_space(SPACE)
    document = library.named("handbook", "a")
    assert document is not None

    def end(*_: object) -> None:
        raise End

    monkeypatch.setattr(Matrix, "clear", end)
    with pytest.raises(End):
        library.remove([document.id])
    monkeypatch.undo()
    assert MARKED.tobytes() in matrix_bytes(tmp_path)
    assert library.search(asks(""), MARKED) == []
    with closing(SqliteLibrary(tmp_path)):
        assert MARKED.tobytes() not in matrix_bytes(tmp_path)


def test_a_place_that_is_free_is_used_again(library: SqliteLibrary, tmp_path: Path) -> None:
    embed_all(library, {"heron": [0], "crane": [1]})
    before = places(tmp_path, "vector")
    for _ in range(3):
        document = library.named("handbook", "a")
        assert document is not None
        library.remove([document.id])
        library.put(new_document("a", "heron"))
        embed_all(library, {"heron": [0]})
    assert places(tmp_path, "vector") == before
    assert places(tmp_path, "spare") == []


def test_the_vector_that_a_later_one_replaces_is_overwritten(library: SqliteLibrary, tmp_path: Path) -> None:
    (chunk, _) = waiting(library)
    library.embed(SPACE, [chunk], MARKED)
    library.embed(SPACE, [chunk], toward(2))
    assert MARKED.tobytes() not in matrix_bytes(tmp_path)
    assert toward(2).tobytes() in matrix_bytes(tmp_path)


def test_vectors_whose_file_is_gone_are_waited_for_again(library: SqliteLibrary, tmp_path: Path) -> None:
    embed_all(library, {"heron": [0], "crane": [1]})
    library.use_space(SPACE)
    library.close()
    for path in tmp_path.glob("vectors-*"):
        path.unlink()
    with closing(SqliteLibrary(tmp_path)) as again:
        assert [hit.place.name for hit in again.search(asks("heron"), toward(0))] == ["a"]
        assert len(waiting(again)) == 2
        embed_all(again, {"heron": [0], "crane": [1]})
        assert [hit.place.name for hit in again.search(asks(""), toward(1, 0))] == ["b", "a"]


def test_a_file_that_a_removed_space_has_left_is_removed(library: SqliteLibrary, tmp_path: Path) -> None:
    stray = tmp_path / "vectors-99.f32"
    stray.write_bytes(MARKED.tobytes())
    other = tmp_path / "vectors-of-mine.txt"
    other.write_text("kept")
    library.close()
    with closing(SqliteLibrary(tmp_path)):
        assert not stray.exists()
        assert other.exists()


def test_vectors_of_another_length_than_their_space_are_refused(library: SqliteLibrary) -> None:
    first, second = waiting(library)
    library.embed(SPACE, [first], toward(0))
    with pytest.raises(ValueError, match="8 dimensions, not 4"):
        library.embed(SPACE, [second], toward(0, dimensions=4))
    assert waiting(library) == [second]


def test_nothing_to_keep_makes_no_space(library: SqliteLibrary, tmp_path: Path) -> None:
    library.embed(SPACE, [], np.empty((0, 8), np.float32))
    assert list(tmp_path.glob("vectors-*")) == []


def test_a_place_taken_by_another_process_is_not_written_over(
    library: SqliteLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process opens the library, and clears marked places, just as this one is about to write."""
    from freehold.knowledge.library import sqlite_vectors

    real, opened = sqlite_vectors._reserved, []

    def late(connection: sqlite3.Connection, space: int, marked: list[int]) -> bool:
        if not opened:
            opened.append(True)
            connection.execute("UPDATE spare SET clean = 1")
        return real(connection, space, marked)

    monkeypatch.setattr(sqlite_vectors, "_reserved", late)
    embed_all(library, {"heron": [0], "crane": [1]})
    library.use_space(SPACE)
    assert [hit.place.name for hit in library.search(asks(""), toward(0, 1))] == ["a", "b"]
    assert library.labels(["handbook"], asks("").reader) == {PUBLIC}


def test_a_vector_that_moves_to_an_earlier_place_is_found_there(library: SqliteLibrary) -> None:
    library.put(new_document("c", "stork"))
    embed_all(library, {"heron": [0], "crane": [1], "stork": [2]})
    library.use_space(SPACE)
    chunks = {hit.place.name: hit for hit in library.search(asks(""), toward(0, 1))}
    library.remove([chunks["a"].place.document])
    moved = library._searcher._view.chunks[1]
    library.embed(SPACE, [int(moved)], toward(5))
    assert [hit.place.name for hit in library.search(asks(""), toward(5, 2))] == ["b", "c"]
