"""The library that scales: PostgreSQL, with pgvector and `tsvector`.

Several processes, on several machines, may use one database at once; each query sees what was committed before it.
A removal takes rows out of every table and index, and soon after has PostgreSQL reclaim their room. Their bytes leave
the disk when that room is used again: ``docs/how-to/postgresql.md`` says what that means, and how to force it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial

import msgspec
import psycopg

from freehold.core.errors import SetupError
from freehold.core.label import Label
from freehold.core.target import Secret
from freehold.knowledge.library import postgres_rows as rows
from freehold.knowledge.library import postgres_upkeep as upkeep
from freehold.knowledge.library.postgres_address import Address, read_address
from freehold.knowledge.library.postgres_around import around
from freehold.knowledge.library.postgres_faults import explain
from freehold.knowledge.library.postgres_frequencies import Frequencies
from freehold.knowledge.library.postgres_keeper import Keeper
from freehold.knowledge.library.postgres_pool import Connection, Pool, connect
from freehold.knowledge.library.postgres_schema import prepare
from freehold.knowledge.library.postgres_search import READABLE, reader_values, search
from freehold.knowledge.library.postgres_vectors import Shelf
from freehold.knowledge.library.postgres_words import drifted
from freehold.knowledge.model import Collection, Document, Hit, NewDocument, Query, Reader, Surroundings, Weights
from freehold.knowledge.ports import Vectors
from freehold.knowledge.rank.bags import ANALYSIS

_PAGE = f"""
WHERE (%(collection)s::text IS NULL OR c.name = %(collection)s) AND {READABLE}
  AND (c.name, d.name) > (%(collection_before)s, %(name_before)s)
ORDER BY c.name, d.name LIMIT %(limit)s
"""

_LABELS = f"""
SELECT DISTINCT a.label FROM freehold.audience a JOIN freehold.collection c ON c.number = a.collection
WHERE c.name = ANY(%(collections)s) AND {READABLE}
  AND EXISTS (SELECT FROM freehold.document d WHERE d.audience = a.id)
"""  # noqa: S608

_SAVE = """
INSERT INTO freehold.collection (name, label, groups, weights) VALUES (%s, %s, %s, %s)
ON CONFLICT (name) DO UPDATE SET label = excluded.label, groups = excluded.groups, weights = excluded.weights
"""


class PostgresLibrary:
    """A `Library` in the schema ``freehold`` of a database, ``postgresql://...``.

    Opening makes or migrates that schema, and raises `SetupError` with the mend where the database cannot be used. No
    error shows the password.
    """

    def __init__(self, url: Secret) -> None:
        address = read_address(url)
        _prepare(address)
        self._pool = Pool(address)
        self._keeper = Keeper(self._pool)
        self._shelf = Shelf(self._pool, self._keeper)
        self._frequencies = Frequencies()
        upkeep.split_anew(self._pool)
        self._keeper.ask("upkeep that was broken off", self._resume)

    def put(self, new: NewDocument) -> Document:
        ready = rows.pieces(new)
        kept, collection, moved = self._pool.write(lambda connection: _put(connection, new, ready))
        if moved:
            self._weigh_anew(collection)
        return kept

    def remove(self, documents: Sequence[str]) -> int:
        ids = [document for document in documents if rows.is_id(document)]

        def work(connection: Connection) -> int:
            held = rows.hold(connection, "id = ANY(%s)", (ids,))
            rows.remove(connection, held)
            return len(held)

        return self._reclaimed(self._pool.write(work))

    def relabel(self, document: str, *, label: Label | None = None, groups: frozenset[str] | None = None) -> Document:
        return self._pool.write(lambda connection: _relabel(connection, document, label, groups))

    def document(self, document: str) -> Document:
        return self._pool.read(lambda connection: rows.one(connection, document))

    def named(self, collection: str, name: str) -> Document | None:
        if "\x00" in name:
            return None
        found = self._pool.read(
            lambda connection: rows.select(connection, "WHERE c.name = %s AND d.name = %s", (collection, name))
        )
        return found[0] if found else None

    def documents(self, collection: str | None, reader: Reader, *, after: str = "", limit: int = 100) -> list[Document]:
        return self._pool.read(lambda connection: _page(connection, collection, reader, after, limit))

    def digests(self, collection: str) -> dict[str, tuple[str, str]]:
        def work(connection: Connection) -> dict[str, tuple[str, str]]:
            found = connection.execute(
                "SELECT d.name, d.id, d.digest FROM freehold.document d "
                "JOIN freehold.collection c ON c.number = d.collection WHERE c.name = %s",
                (collection,),
            )
            return {name: (document, digest) for name, document, digest in found}

        return self._pool.read(work)

    def text(self, document: str) -> str:
        def work(connection: Connection) -> str:
            query = "SELECT text FROM freehold.content JOIN freehold.document ON number = document WHERE id = %s"
            row = connection.execute(query, (document,)).fetchone() if rows.is_id(document) else None
            if row is None:
                raise rows.not_found(document)
            return bytes(row[0]).decode()

        return self._pool.read(work)

    def around(self, document: str, version: int, start: int, end: int) -> Surroundings | None:
        if not rows.is_id(document):
            return None
        return self._pool.read(lambda connection: around(connection, document, version, start, end))

    def collections(self) -> list[Collection]:
        return self._pool.read(rows.collections)

    def settings(self) -> list[Collection]:
        return self._pool.read(rows.settings)

    def save_collection(self, collection: Collection) -> None:
        weights = collection.weights
        values = (
            collection.name,
            None if collection.label is None else str(collection.label),
            sorted(collection.groups),
            None if weights is None else msgspec.json.encode(weights).decode(),
        )
        self._pool.write(lambda connection: connection.execute(_SAVE, values))

    def remove_collection(self, name: str) -> int:
        def work(connection: Connection) -> int:
            row = connection.execute(
                "SELECT number FROM freehold.collection WHERE name = %s FOR UPDATE", (name,)
            ).fetchone()
            if row is None:
                return 0
            held = rows.hold(connection, "collection = %s", row)
            rows.remove(connection, held)
            connection.execute("DELETE FROM freehold.collection WHERE number = %s", row)
            return len(held)

        return self._reclaimed(self._pool.write(work))

    def labels(self, collections: Sequence[str], reader: Reader) -> frozenset[Label]:
        values = reader_values(reader) | {"collections": list(collections)}
        found = self._pool.read(lambda connection: connection.execute(_LABELS, values).fetchall())
        return frozenset(Label.parse(label) for (label,) in found)

    def search(
        self, query: Query, vector: Vectors | None, *, weights: Weights | None = None, depth: int = 200
    ) -> list[Hit]:
        return self._pool.read(
            lambda connection: search(connection, self._frequencies, query, vector, weights=weights, depth=depth)
        )

    def space(self) -> str | None:
        query = "SELECT id FROM freehold.space WHERE active"
        row = self._pool.read(lambda connection: connection.execute(query).fetchone())
        return str(row[0]) if row else None

    def unembedded(
        self, space: str, limit: int, *, without: frozenset[Label] = frozenset()
    ) -> list[tuple[int, str, Label]]:
        return self._shelf.missing(space, limit, without)

    def embed(self, space: str, chunks: Sequence[int], vectors: Vectors) -> None:
        self._shelf.add(space, chunks, vectors)

    def use_space(self, space: str) -> None:
        self._shelf.use(space)

    def settle(self, seconds: float) -> bool:
        """Wait for the upkeep that earlier calls have asked for, at most so long; returns whether all is done."""
        return self._keeper.settle(seconds)

    def close(self) -> None:
        """Close every connection. Upkeep is broken off, and taken up again when the library is next opened."""
        self._pool.close()
        self._keeper.close()

    def _reclaimed(self, removed: int) -> int:
        if removed:
            self._keeper.ask("reclaiming the room of what was removed", upkeep.reclaim)
        return removed

    def _weigh_anew(self, collection: int) -> None:
        work = partial(upkeep.weigh_anew, pool=self._pool, collection=collection)
        self._keeper.ask(f"weighing collection {collection} anew", work)

    def _resume(self, connection: Connection) -> bool:
        self._shelf.resume(connection)
        for collection in upkeep.numbers(connection):
            pivot, mean = upkeep.mean_length(connection, collection)
            if mean is not None and drifted(pivot, mean):
                self._weigh_anew(collection)
        return True


def _prepare(address: Address) -> None:
    """Make or migrate the schema; what keeps the driver from it is told as what keeps Freehold from starting."""
    try:
        with closing(connect(address)) as connection:
            prepare(connection, address.place, ANALYSIS)
    except psycopg.Error as error:
        # Not chained: the driver's own text may repeat the address as it was given.
        raise SetupError(f"{address.place} cannot be used: {explain(error)}") from None


def _put(connection: Connection, new: NewDocument, ready: Sequence[rows.Piece]) -> tuple[Document, int, bool]:
    """Keep a content; also returns its collection, and whether that has to be weighed anew."""
    now = time.time_ns()
    collection, pivot = rows.intern_collection(connection, new.collection)
    audience = rows.intern_audience(connection, collection, new.label, new.groups)
    held = rows.make(connection, collection, audience, new.name, now)
    if held.version:
        # Only now that the row is held do its rights stay as they are read.
        audience = rows.intern_audience(connection, collection, *new.rights(rows.rights(connection, held)))
    words = rows.total(ready)
    # None of these waits for the answer of the one before.
    with connection.pipeline():
        rows.fill(connection, held, audience, new, ready, now)
        if pivot is None and ready:
            pivot = words / len(ready)
            connection.execute("UPDATE freehold.collection SET pivot = %s WHERE number = %s", (pivot, collection))
        rows.add_chunks(connection, held.number, audience, ready, pivot or 1.0)
        rows.count_changes(connection, [(held.audience, -held.chunks, -held.words), (audience, len(ready), words)])
    (kept,) = rows.select(connection, "WHERE d.number = %s", (held.number,))
    _, mean = upkeep.mean_length(connection, collection)
    return kept, collection, mean is not None and drifted(pivot, mean)


def _relabel(connection: Connection, document: str, label: Label | None, groups: frozenset[str] | None) -> Document:
    held = rows.hold(connection, "id = %s", (document,)) if rows.is_id(document) else []
    if not held:
        raise rows.not_found(document)
    before, (this,) = rows.one(connection, document), held
    audience = rows.intern_audience(
        connection,
        this.collection,
        before.label if label is None else label,
        before.groups if groups is None else groups,
    )
    connection.execute(
        "UPDATE freehold.document SET audience = %s, changed_ns = %s WHERE number = %s",
        (audience, time.time_ns(), this.number),
    )
    rows.relabel_entries(connection, this.number, audience)
    rows.count_changes(connection, [(this.audience, -this.chunks, -this.words), (audience, this.chunks, this.words)])
    return rows.one(connection, document)


def _page(connection: Connection, collection: str | None, reader: Reader, after: str, limit: int) -> list[Document]:
    last = rows.select(connection, "WHERE d.id = %s", (after,)) if rows.is_id(after) else []
    before = (last[0].collection, last[0].name) if last else ("", "")
    values = reader_values(reader) | {
        "collection": collection,
        "collection_before": before[0],
        "name_before": before[1],
        "limit": limit,
    }
    return rows.select(connection, _PAGE, values)
