"""The library of one machine: an SQLite file, and a file of vectors for each embedding space.

Words are ranked over an inverted index in memory, which is made from the bags that the database keeps with each chunk;
meaning is ranked exactly, over the mapped vectors. Both see only the rows that a query may see. Several processes may
use one library: each query first brings its view up to what the database holds.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from freehold.core.label import Label
from freehold.knowledge.library.sqlite_around import around
from freehold.knowledge.library.sqlite_audiences import audiences_in_use, intern_audience
from freehold.knowledge.library.sqlite_file import LibraryFile
from freehold.knowledge.library.sqlite_rows import (
    INSERT_CHUNK,
    PAGE_OF_DOCUMENTS,
    SELECT_DOCUMENT,
    as_collection,
    as_document,
    as_rights,
    as_weights,
    chunk_rows,
    delete,
    hits,
    insert,
    not_found,
    note_change,
    numbers_of,
    replace,
    the_document,
)
from freehold.knowledge.library.sqlite_search import Searcher
from freehold.knowledge.library.sqlite_texts import passages
from freehold.knowledge.library.sqlite_vectors import VectorShelf
from freehold.knowledge.model import Collection, Document, Hit, NewDocument, Query, Reader, Surroundings, Weights
from freehold.knowledge.ports import Vectors
from freehold.knowledge.rank.bags import ANALYSIS, bag, likeness
from freehold.knowledge.rank.fusion import DEFAULTS


class SqliteLibrary:
    """A `Library` in a folder of its own. Raises `SetupError` where the folder cannot hold one."""

    def __init__(self, folder: Path) -> None:
        self._file = LibraryFile(folder, analysis=ANALYSIS)
        self._vectors = VectorShelf(self._file, folder)
        self._searcher = Searcher(self._vectors)
        self._analyse_anew()
        self._vectors.mend()

    def put(self, new: NewDocument) -> Document:
        rows = chunk_rows(new)
        now = time.time_ns()
        with self._file.writing() as connection:
            before = connection.execute(
                "SELECT d.number, a.label, a.groups FROM document d JOIN audience a ON a.id = d.audience "
                "WHERE d.collection = ? AND d.name = ?",
                (new.collection, new.name),
            ).fetchone()
            rights = new.rights(as_rights(before) if before else None)
            audience = intern_audience(connection, new.collection, *rights)
            if before is None:
                number = insert(connection, new, audience, now)
            else:
                number = int(before["number"])
                self._vectors.release(connection, number)
                replace(connection, number, new, audience, now)
            connection.execute("INSERT INTO content VALUES (?, ?)", (number, new.extracted.text.encode()))
            connection.executemany(INSERT_CHUNK, [(number, *row) for row in rows])
            note_change(connection, number)
            row = connection.execute(SELECT_DOCUMENT + "WHERE d.number = ?", (number,)).fetchone()
        if before is not None:
            self._forget()
        return as_document(row)

    def remove(self, documents: Sequence[str]) -> int:
        with self._file.writing() as connection:
            numbers = numbers_of(connection, documents)
            self._remove(connection, numbers)
        if numbers:
            self._forget()
        return len(numbers)

    def relabel(self, document: str, *, label: Label | None = None, groups: frozenset[str] | None = None) -> Document:
        with self._file.writing() as connection:
            before = the_document(connection, document)
            audience = intern_audience(
                connection,
                before.collection,
                before.label if label is None else label,
                before.groups if groups is None else groups,
            )
            connection.execute(
                "UPDATE document SET audience = ?, changed_ns = ? WHERE id = ?", (audience, time.time_ns(), document)
            )
            for number in numbers_of(connection, [document]):
                note_change(connection, number)
            return the_document(connection, document)

    def document(self, document: str) -> Document:
        with self._file.reading() as connection:
            return the_document(connection, document)

    def named(self, collection: str, name: str) -> Document | None:
        with self._file.reading() as connection:
            row = connection.execute(
                SELECT_DOCUMENT + "WHERE d.collection = ? AND d.name = ?", (collection, name)
            ).fetchone()
            return as_document(row) if row else None

    def documents(self, collection: str | None, reader: Reader, *, after: str = "", limit: int = 100) -> list[Document]:
        with self._file.reading() as connection:
            audiences = [
                number
                for number, audience in audiences_in_use(connection).items()
                if audience.is_for(Query("", (collection or audience.collection,), reader))
            ]
            last = connection.execute("SELECT collection, name FROM document WHERE id = ?", (after,)).fetchone()
            rows = connection.execute(
                SELECT_DOCUMENT + PAGE_OF_DOCUMENTS,
                (json.dumps(audiences), last["collection"] if last else "", last["name"] if last else "", limit),
            )
            return [as_document(row) for row in rows]

    def digests(self, collection: str) -> dict[str, tuple[str, str]]:
        with self._file.reading() as connection:
            rows = connection.execute("SELECT name, id, digest FROM document WHERE collection = ?", (collection,))
            return {row["name"]: (row["id"], row["digest"]) for row in rows}

    def text(self, document: str) -> str:
        with self._file.reading() as connection:
            row = connection.execute(
                "SELECT text FROM content JOIN document ON number = document WHERE id = ?", (document,)
            ).fetchone()
        if row is None:
            raise not_found(document)
        return bytes(row["text"]).decode()

    def around(self, document: str, version: int, start: int, end: int) -> Surroundings | None:
        with self._file.reading() as connection:
            return around(connection, document, version, start, end)

    def collections(self) -> list[Collection]:
        with self._file.reading() as connection:
            rows = connection.execute(
                "SELECT c.*, (SELECT count(*) FROM document d WHERE d.collection = c.name) AS documents, "
                "(SELECT coalesce(sum(d.chunks), 0) FROM document d WHERE d.collection = c.name) AS chunks, "
                "(SELECT count(*) FROM document d JOIN chunk k ON k.document = d.number "
                "JOIN vector v ON v.chunk = k.id JOIN space s ON s.number = v.space "
                "WHERE d.collection = c.name AND s.active) AS embedded FROM collection c ORDER BY c.name"
            )
            return [as_collection(row) for row in rows]

    def settings(self) -> list[Collection]:
        with self._file.reading() as connection:
            rows = connection.execute(
                "SELECT *, 0 AS documents, 0 AS chunks, 0 AS embedded FROM collection ORDER BY name"
            )
            return [as_collection(row) for row in rows]

    def save_collection(self, collection: Collection) -> None:
        weights = None if collection.weights is None else msgspec.json.encode(collection.weights).decode()
        label = None if collection.label is None else str(collection.label)
        with self._file.writing() as connection:
            connection.execute(
                "INSERT INTO collection VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
                "label = excluded.label, groups = excluded.groups, weights = excluded.weights",
                (collection.name, label, json.dumps(sorted(collection.groups)), weights),
            )

    def remove_collection(self, name: str) -> int:
        with self._file.writing() as connection:
            found = connection.execute("SELECT number FROM document WHERE collection = ?", (name,)).fetchall()
            self._remove(connection, [row["number"] for row in found])
            connection.execute("DELETE FROM collection WHERE name = ?", (name,))
        self._forget()
        return len(found)

    def labels(self, collections: Sequence[str], reader: Reader) -> frozenset[Label]:
        wanted = Query("", tuple(collections), reader)
        with self._file.reading() as connection:
            used = audiences_in_use(connection).values()
        return frozenset(audience.label for audience in used if audience.is_for(wanted))

    def search(
        self, query: Query, vector: Vectors | None, *, weights: Weights | None = None, depth: int = 200
    ) -> list[Hit]:
        with self._file.reading() as connection:
            view = self._searcher.view(connection)
            documents = None if query.documents is None else numbers_of(connection, query.documents)
            chosen = dict.fromkeys(query.collections, weights) if weights else _weights(connection, query.collections)
            found = self._searcher.rank(view, query, vector, documents, weights=chosen, depth=depth)
            return hits(connection, found)

    def space(self) -> str | None:
        with self._file.reading() as connection:
            row = connection.execute("SELECT id FROM space WHERE active").fetchone()
            return str(row["id"]) if row else None

    def unembedded(
        self, space: str, limit: int, *, without: frozenset[Label] = frozenset()
    ) -> list[tuple[int, str, Label]]:
        return self._vectors.missing(space, limit, without)

    def embed(self, space: str, chunks: Sequence[int], vectors: Vectors) -> None:
        self._vectors.add(space, chunks, vectors)

    def use_space(self, space: str) -> None:
        self._vectors.use(space)
        self._file.overwrite()

    def close(self) -> None:
        self._file.close()

    def _remove(self, connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._vectors.release(connection, number)
            delete(connection, number)
            note_change(connection, number)

    def _forget(self) -> None:
        """Overwrite what a removal has left: rows of vectors, and the log that still shows the old pages."""
        self._vectors.clear_spares()
        self._file.overwrite()

    def _analyse_anew(self) -> None:
        """Make every bag again where an earlier Freehold split texts otherwise."""
        with self._file.reading() as connection:
            if connection.execute("SELECT analysis FROM state").fetchone()[0] == ANALYSIS:
                return
        with self._file.writing() as connection:
            for (number,) in connection.execute("SELECT number FROM document").fetchall():
                rows = connection.execute("SELECT * FROM chunk WHERE document = ?", (number,)).fetchall()
                texts = passages(connection, number, [(row["first_byte"], row["bytes"]) for row in rows])
                for row, text in zip(rows, texts, strict=True):
                    made = (likeness(text), bag(row["context"], text).tobytes(), row["id"])
                    connection.execute("UPDATE chunk SET likeness = ?, bag = ? WHERE id = ?", made)
            connection.execute("UPDATE state SET analysis = ?", (ANALYSIS,))


def _weights(connection: sqlite3.Connection, collections: Sequence[str]) -> dict[str, Weights]:
    """How each of these collections fuses its rankings."""
    rows = connection.execute("SELECT name, weights FROM collection")
    own = {row["name"]: as_weights(row["weights"]) for row in rows}
    return {name: own.get(name) or DEFAULTS for name in collections}
