"""Which chunk has its vector where: the database's side of the files of vectors.

A place in a file is either a chunk's, or spare. A spare place that is not clean may hold bytes of a vector that was
removed, or was being written when its process ended; it is overwritten before it is used, and when a library opens.
Every step commits its intent first, so that an end at any moment leaves places spare and never a chunk with a wrong
vector.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from freehold.core.label import Label
from freehold.knowledge.library.matrix import Matrix, remove
from freehold.knowledge.library.sqlite_file import LibraryFile
from freehold.knowledge.library.sqlite_texts import to_embed
from freehold.knowledge.library.turns import Store, Turns, Waiting
from freehold.knowledge.ports import Vectors

_BARE = "NOT EXISTS (SELECT 1 FROM vector v WHERE v.chunk = k.id AND v.space = :space)"

_ALL = f"SELECT k.document FROM chunk k INDEXED BY chunk_document WHERE {_BARE}"  # noqa: S608
"""The index has all that is asked; the rows themselves would be many times as many bytes."""

_RECENT = f"SELECT k.document FROM chunk k NOT INDEXED WHERE k.id > :after AND {_BARE}"  # noqa: S608
"""By the row's number, which is no index to SQLite."""

_WAITING = """
SELECT d.collection, d.number, d.chunks FROM document d JOIN audience a ON a.id = d.audience
WHERE d.number IN ({found}) AND a.label NOT IN (SELECT value FROM json_each(:without))
"""

_MISSING = f"""
SELECT k.document, k.id FROM json_each(:documents) asked CROSS JOIN document d ON d.number = asked.value
JOIN audience a ON a.id = d.audience JOIN chunk k ON k.document = d.number
WHERE {_BARE} AND a.label NOT IN (SELECT value FROM json_each(:without)) ORDER BY asked.key, k.start, k.ordinal
"""  # noqa: S608


class VectorShelf:
    """The files of vectors of one library, one a space."""

    def __init__(self, file: LibraryFile, folder: Path) -> None:
        self._file = file
        self._folder = folder
        self._matrices: dict[int, Matrix] = {}
        self._turns = Turns()

    def matrix(self, space: int, dimensions: int) -> Matrix:
        """The file of the space of this number."""
        return self._matrices.setdefault(space, Matrix(self._folder / f"vectors-{space}.f32", dimensions))

    def missing(self, space: str, limit: int, without: frozenset[Label] = frozenset()) -> list[tuple[int, str, Label]]:
        """Chunks without a vector in a space, in turns: id, context and text, label; not of those labels."""
        with self._file.reading() as connection:
            chosen = self._turns.next(_store(connection, space, without), space, without, limit)
            return to_embed(connection, chosen)

    def add(self, space: str, chunks: Sequence[int], vectors: Vectors) -> None:
        """Keep vectors: mark places as about to be written, then write the rows and say whose they are."""
        latest = dict(zip(chunks, vectors, strict=True))
        if not latest:
            return
        while True:
            with self._file.writing() as connection:
                number, dimensions = _know_space(connection, space, vectors.shape[1])
                places = _reserve(connection, number, len(latest))
            if dimensions != vectors.shape[1]:
                raise ValueError(f"vectors of {space} have {dimensions} dimensions, not {vectors.shape[1]}")
            with self._file.writing() as connection:
                if _reserved(connection, number, places):
                    wanted = _present(connection, latest)
                    self.matrix(number, dimensions).write(
                        places[: len(wanted)], np.asarray([latest[chunk] for chunk in wanted], np.float32)
                    )
                    _assign(connection, number, wanted, places)
                    break
            # Another process has cleared or taken these places in between, as it does when it opens the library.
        self.clear_spares()

    def release(self, connection: sqlite3.Connection, document: int) -> None:
        """Take the vectors of a document's chunks out of every space; their places are cleared by `clear_spares`."""
        of_document = "(SELECT id FROM chunk WHERE document = ?)"
        connection.execute(
            f"INSERT INTO spare SELECT space, place, 0 FROM vector WHERE chunk IN {of_document}",  # noqa: S608
            (document,),
        )
        connection.execute(f"DELETE FROM vector WHERE chunk IN {of_document}", (document,))  # noqa: S608

    def use(self, space: str) -> None:
        """Make a space the one that searches use, and remove the vectors of every other."""
        with self._file.writing() as connection:
            connection.execute("UPDATE space SET active = (id = ?)", (space,))
            for table, column in (("vector", "space"), ("spare", "space"), ("space", "number")):
                connection.execute(
                    f"DELETE FROM {table} WHERE {column} IN (SELECT number FROM space WHERE NOT active)"  # noqa: S608
                )
        self._turns.clear()
        self._remove_strays()

    def clear_spares(self) -> None:
        """Overwrite the places whose vectors were removed."""
        with self._file.reading() as connection:
            if connection.execute("SELECT 1 FROM spare WHERE NOT clean LIMIT 1").fetchone() is None:
                return
        with self._file.writing() as connection:
            for space in connection.execute("SELECT number, dimensions FROM space").fetchall():
                rows = connection.execute("SELECT place FROM spare WHERE space = ? AND NOT clean", (space["number"],))
                self.matrix(space["number"], space["dimensions"]).clear([row["place"] for row in rows])
            connection.execute("UPDATE spare SET clean = 1 WHERE NOT clean")

    def mend(self) -> None:
        """What an earlier end may have left: places to clear, files of removed spaces, vectors whose file is gone.

        A chunk that loses its vector here waits for one again.
        """
        self.clear_spares()
        self._remove_strays()
        with self._file.reading() as connection:
            spaces = connection.execute("SELECT number, dimensions FROM space").fetchall()
        for space in spaces:
            length = self.matrix(space["number"], space["dimensions"]).length()
            with self._file.reading() as connection:
                lost = connection.execute(
                    "SELECT 1 FROM vector WHERE space = ? AND place >= ? LIMIT 1", (space["number"], length)
                ).fetchone()
            if lost:
                with self._file.writing() as connection:
                    connection.execute("DELETE FROM vector WHERE space = ? AND place >= ?", (space["number"], length))
                    connection.execute("DELETE FROM spare WHERE space = ? AND place >= ?", (space["number"], length))

    def _remove_strays(self) -> None:
        with self._file.reading() as connection:
            known = {row["number"] for row in connection.execute("SELECT number FROM space")}
        for path in self._folder.glob("vectors-*.f32"):
            number = path.stem.removeprefix("vectors-")
            if number.isdecimal() and int(number) not in known:
                self._matrices.pop(int(number), None)
                remove(path)


def _store(connection: sqlite3.Connection, space: str, without: Iterable[Label]) -> Store:
    """What waits for a vector of a space, within the connection's transaction."""
    row = connection.execute("SELECT number FROM space WHERE id = ?", (space,)).fetchone()
    values = {"space": row and row["number"], "without": json.dumps([str(label) for label in without])}

    def last() -> int:
        return int(connection.execute("SELECT coalesce(max(id), 0) FROM chunk").fetchone()[0])

    def waiting(after: int) -> list[Waiting]:
        found = _RECENT if after else _ALL
        return [Waiting(*row) for row in connection.execute(_WAITING.format(found=found), {**values, "after": after})]

    def missing(documents: Sequence[int]) -> list[tuple[int, int]]:
        rows = connection.execute(_MISSING, {**values, "documents": json.dumps(documents)})
        return [(row["document"], row["id"]) for row in rows]

    return Store(last, waiting, missing)


def _know_space(connection: sqlite3.Connection, space: str, dimensions: int) -> tuple[int, int]:
    """The number and the dimensions of a space, which is made if need be."""
    connection.execute(
        "INSERT INTO space (id, dimensions, active) VALUES (?, ?, 0) ON CONFLICT DO NOTHING", (space, dimensions)
    )
    row = connection.execute("SELECT number, dimensions FROM space WHERE id = ?", (space,)).fetchone()
    return row["number"], row["dimensions"]


def _reserve(connection: sqlite3.Connection, space: int, count: int) -> list[int]:
    """Spare places, clean ones first and then new ones at the end, marked as not clean any more; ascending."""
    rows = connection.execute(
        "SELECT place FROM spare WHERE space = ? AND clean ORDER BY place LIMIT ?", (space, count)
    )
    places = [row["place"] for row in rows]
    ends = connection.execute(
        "SELECT max((SELECT coalesce(max(place), -1) FROM vector WHERE space = :space), "
        "(SELECT coalesce(max(place), -1) FROM spare WHERE space = :space)) + 1",
        {"space": space},
    )
    end = int(ends.fetchone()[0])
    places += range(end, end + count - len(places))
    connection.executemany("INSERT OR REPLACE INTO spare VALUES (?, ?, 0)", [(space, place) for place in places])
    return places


def _reserved(connection: sqlite3.Connection, space: int, places: Sequence[int]) -> bool:
    """Whether these places are still marked."""
    marked = connection.execute(
        "SELECT count(*) FROM spare WHERE space = ? AND NOT clean AND place IN (SELECT value FROM json_each(?))",
        (space, json.dumps(places)),
    )
    return bool(marked.fetchone()[0] == len(places))


def _present(connection: sqlite3.Connection, chunks: Iterable[int]) -> list[int]:
    """Those of these chunks that are still there."""
    rows = connection.execute(
        "SELECT id FROM chunk WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps([int(chunk) for chunk in chunks]),),
    )
    return [row["id"] for row in rows]


def _assign(connection: sqlite3.Connection, space: int, chunks: Sequence[int], places: Sequence[int]) -> None:
    """Give each chunk its place. The place of an earlier vector of it becomes spare."""
    for chunk, place in zip(chunks, places, strict=False):
        connection.execute(
            "INSERT INTO spare SELECT space, place, 0 FROM vector WHERE space = ? AND chunk = ?", (space, chunk)
        )
        connection.execute("DELETE FROM vector WHERE space = ? AND chunk = ?", (space, chunk))
        connection.execute("DELETE FROM spare WHERE space = ? AND place = ?", (space, place))
        connection.execute("INSERT INTO vector (space, chunk, place) VALUES (?, ?, ?)", (space, chunk, place))
