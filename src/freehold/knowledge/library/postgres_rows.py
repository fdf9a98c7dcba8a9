"""Documents, chunks and audiences as rows of the library's tables in PostgreSQL, and rows as what they stand for."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from psycopg import sql

from freehold.core.errors import BadRequest, NotFound
from freehold.core.label import Label
from freehold.core.passage import Place
from freehold.knowledge.library.postgres_pool import Connection
from freehold.knowledge.library.postgres_vectors import active_space, spaces
from freehold.knowledge.library.postgres_words import tokens, weighed
from freehold.knowledge.model import Chunk, Collection, Document, Hit, NewDocument, Rights, Weights
from freehold.knowledge.rank.bags import Bag, bag, length, likeness
from freehold.knowledge.rank.fusion import Fused

Row = tuple[Any, ...]

LONGEST_NAME = 2048
"""Bytes of UTF-8. A longer one fits into no index."""

_ID = re.compile(r"doc_[0-9a-f]{24}")

_SELECT = """
SELECT d.id, c.name, d.name, d.title, d.media_type, a.label, a.groups, d.version, d.digest, d.size, d.characters,
       d.chunks, {embedded}, d.pages, d.notes, d.added_ns, d.changed_ns
FROM freehold.document d JOIN freehold.collection c ON c.number = d.collection
JOIN freehold.audience a ON a.id = d.audience
"""

_EMBEDDED = "(SELECT count(*) FROM {table} v WHERE v.document = d.number)"

_SELECT_COLLECTIONS = """
SELECT c.name, c.label, c.groups, c.weights, coalesce(held.documents, 0), coalesce(held.chunks, 0),
       coalesce(held.embedded, 0)
FROM freehold.collection c LEFT JOIN (
  SELECT d.collection, count(*) AS documents, sum(d.chunks) AS chunks, {embedded} AS embedded
  FROM freehold.document d {vectors} GROUP BY d.collection
) held ON held.collection = c.number ORDER BY c.name
"""

_COUNTED = "LEFT JOIN (SELECT document, count(*) AS n FROM {table} GROUP BY document) v ON v.document = d.number"

_MAKE = """
INSERT INTO freehold.document (id, collection, audience, name, title, media_type, version, digest, size, characters,
                               chunks, words, notes, added_ns, changed_ns)
VALUES (%s, %s, %s, %s, '', '', 0, '', 0, 0, 0, 0, '[]', %s, %s) ON CONFLICT (collection, name) DO NOTHING
"""

_FILL = """
UPDATE freehold.document SET audience = %s, title = %s, media_type = %s, version = version + 1, digest = %s, size = %s,
  characters = %s, chunks = %s, words = %s, pages = %s, notes = %s, changed_ns = %s
WHERE number = %s
"""

_ADD_CHUNK = """
WITH kept AS (
  INSERT INTO freehold.chunk (document, ordinal, "from", "to", first_byte, digest, likeness, page, heading, context,
                              text)
  VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id, document
)
INSERT INTO freehold.words (chunk, document, audience, bag, tokens)
SELECT id, document, %s, %s::sparsevec, array_to_tsvector(string_to_array(%s, ' ')) FROM kept
"""

_HITS = """
SELECT c.text, n.name, d.id, d.version, d.name, d.title, c."from", c."to", c.digest, c.page, c.heading, a.label
FROM unnest(%s::bigint[]) WITH ORDINALITY AS found (id, at)
JOIN freehold.chunk c ON c.id = found.id JOIN freehold.document d ON d.number = c.document
JOIN freehold.collection n ON n.number = d.collection JOIN freehold.audience a ON a.id = d.audience ORDER BY found.at
"""


class Piece(msgspec.Struct, frozen=True):
    """A chunk made ready to be kept: all that can be worked out of it before a transaction begins."""

    chunk: Chunk
    text: str
    first_byte: int
    """Where the text stands in the document's UTF-8."""
    bag: Bag


def pieces(new: NewDocument) -> list[Piece]:
    """The chunks of a document, each with its bag; raises `BadRequest` for a name that cannot be kept."""
    if "\x00" in new.name or len(new.name.encode()) > LONGEST_NAME:
        raise BadRequest(f"a document's name has at most {LONGEST_NAME} bytes and no zero byte", param="name")
    text, at, at_byte = new.extracted.text, 0, 0
    ready: dict[int, Piece] = {}
    for chunk in sorted(new.chunks, key=lambda each: each.start):
        at_byte += len(text[at : chunk.start].encode())
        at = chunk.start
        words = text[chunk.start : chunk.end]
        ready[chunk.ordinal] = Piece(chunk, words, at_byte, bag(chunk.context, words))
    return [ready[chunk.ordinal] for chunk in new.chunks]


class Held(msgspec.Struct, frozen=True):
    """A document whose row this transaction holds, so that no other changes it meanwhile."""

    number: int
    collection: int
    audience: int
    version: int
    chunks: int
    words: int


def intern_collection(connection: Connection, name: str) -> tuple[int, float | None]:
    """The number of a collection, which is made if need be, and the mean length its passages are weighed by."""
    query = "SELECT number, pivot FROM freehold.collection WHERE name = %s"
    row = connection.execute(query, (name,)).fetchone()
    if row is None:
        connection.execute("INSERT INTO freehold.collection (name) VALUES (%s) ON CONFLICT DO NOTHING", (name,))
        row = connection.execute(query, (name,)).fetchone()
    assert row is not None
    return int(row[0]), row[1]


def intern_audience(connection: Connection, collection: int, label: Label, groups: Iterable[str]) -> int:
    """The number of this combination of collection, label and groups."""
    key = (collection, str(label), sorted(groups))
    query = "SELECT id FROM freehold.audience WHERE collection = %s AND label = %s AND groups = %s"
    row = connection.execute(query, key).fetchone()
    if row is None:
        connection.execute(
            "INSERT INTO freehold.audience (collection, label, groups) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", key
        )
        row = connection.execute(query, key).fetchone()
    assert row is not None
    return int(row[0])


def make(connection: Connection, collection: int, audience: int, name: str, now: int) -> Held:
    """Hold the document of a name; it is made, empty and of version 0, where there is none."""
    held = hold(connection, "collection = %s AND name = %s", (collection, name))
    if not held:
        document = "doc_" + secrets.token_hex(12)
        connection.execute(_MAKE, (document, collection, audience, name, now, now))
        held = hold(connection, "collection = %s AND name = %s", (collection, name))
    return held[0]


def hold(connection: Connection, condition: str, values: Sequence[object]) -> list[Held]:
    """Hold the documents that meet a condition, in the order of their numbers, so that no two wait for one another."""
    query = "SELECT number, collection, audience, version, chunks, words FROM freehold.document WHERE "
    rows = connection.execute(sql.SQL(query + condition + " ORDER BY number FOR UPDATE"), values).fetchall()
    return [Held(*row) for row in rows]


def rights(connection: Connection, held: Held) -> Rights:
    """Label and groups of a document that is held."""
    row = connection.execute("SELECT label, groups FROM freehold.audience WHERE id = %s", (held.audience,)).fetchone()
    assert row is not None
    return Label.parse(row[0]), frozenset(row[1])


def fill(connection: Connection, held: Held, audience: int, new: NewDocument, ready: Sequence[Piece], now: int) -> None:
    """Make a content the next version of a document."""
    if held.version:
        connection.execute("DELETE FROM freehold.chunk WHERE document = %s", (held.number,))
        connection.execute("DELETE FROM freehold.content WHERE document = %s", (held.number,))
    extracted = new.extracted
    connection.execute(
        _FILL,
        (
            audience,
            extracted.title.encode(),
            extracted.media_type,
            new.digest,
            new.size,
            len(extracted.text),
            len(ready),
            total(ready),
            extracted.pages,
            msgspec.json.encode(extracted.notes),
            now,
            held.number,
        ),
    )
    connection.execute("INSERT INTO freehold.content VALUES (%s, %s)", (held.number, extracted.text.encode()))


def add_chunks(connection: Connection, number: int, audience: int, ready: Iterable[Piece], pivot: float) -> None:
    """Keep a document's chunks, and make them known to the ranking by words."""
    with connection.cursor() as cursor:
        cursor.executemany(_ADD_CHUNK, [_chunk_row(number, audience, piece, pivot) for piece in ready])


def _chunk_row(number: int, audience: int, piece: Piece, pivot: float) -> Row:
    chunk = piece.chunk
    return (
        number,
        chunk.ordinal,
        chunk.start,
        chunk.end,
        piece.first_byte,
        chunk.digest,
        likeness(piece.text),
        chunk.page,
        msgspec.json.encode(chunk.heading),
        chunk.context.encode(),
        piece.text.encode(),
        audience,
        weighed(piece.bag, pivot),
        tokens(piece.bag),
    )


def total(ready: Iterable[Piece]) -> int:
    """How many words chunks hold, repetitions counted."""
    return sum(length(piece.bag) for piece in ready)


def count_changes(connection: Connection, changes: Iterable[tuple[int, int, int]]) -> None:
    """Note passages that came or went, as ``(audience, chunks, words)``. Last in a transaction: others wait for it."""
    for audience, chunks, words in sorted(changes):
        connection.execute(
            "UPDATE freehold.audience SET chunks = chunks + %s, words = words + %s, changes = changes + abs(%s) "
            "WHERE id = %s",
            (chunks, words, chunks, audience),
        )


def relabel_entries(connection: Connection, number: int, audience: int) -> None:
    """Give the entries of a document that is held, in every index, the audience that it has now."""
    tables = [sql.Identifier("freehold", "words"), *(space.table for space in spaces(connection))]
    for table in tables:
        connection.execute(sql.SQL("UPDATE {} SET audience = %s WHERE document = %s").format(table), (audience, number))


def remove(connection: Connection, held: Sequence[Held]) -> None:
    """Remove documents; their texts, chunks and vectors go with them."""
    connection.execute("SELECT set_config('statement_timeout', '0', true)")
    connection.execute("DELETE FROM freehold.document WHERE number = ANY(%s)", ([each.number for each in held],))
    count_changes(connection, [(each.audience, -each.chunks, -each.words) for each in held])


def select(connection: Connection, rest: str, values: Sequence[object] | dict[str, object]) -> list[Document]:
    """Documents; `rest` is what follows ``FROM`` (``d`` document, ``c`` collection, ``a`` audience)."""
    space = active_space(connection)
    embedded = sql.SQL(_EMBEDDED).format(table=space.table) if space else sql.SQL("0")
    query = sql.SQL(_SELECT).format(embedded=embedded) + sql.SQL(rest)
    return [_as_document(row) for row in connection.execute(query, values)]


def one(connection: Connection, document: str) -> Document:
    """The document of an id; raises `NotFound`."""
    found = select(connection, "WHERE d.id = %s", (document,)) if is_id(document) else []
    if not found:
        raise not_found(document)
    return found[0]


def is_id(document: str) -> bool:
    """Whether this can be a document's id at all."""
    return _ID.fullmatch(document) is not None


def not_found(document: str) -> NotFound:
    return NotFound(f"there is no document {document!r}", param="document")


def collections(connection: Connection) -> list[Collection]:
    """All collections, by name."""
    space = active_space(connection)
    embedded = sql.SQL("sum(v.n)" if space else "0")
    vectors = sql.SQL(_COUNTED).format(table=space.table) if space else sql.SQL("")
    rows = connection.execute(sql.SQL(_SELECT_COLLECTIONS).format(embedded=embedded, vectors=vectors))
    return [_as_collection(row) for row in rows]


def settings(connection: Connection) -> list[Collection]:
    """All collections, by name, with nothing of what they hold counted."""
    rows = connection.execute("SELECT name, label, groups, weights, 0, 0, 0 FROM freehold.collection ORDER BY name")
    return [_as_collection(row) for row in rows]


def _as_collection(row: Row) -> Collection:
    name, label, groups, weights, documents, chunks, embedded = row
    return Collection(
        name=name,
        label=None if label is None else Label.parse(label),
        groups=frozenset(groups),
        weights=as_weights(weights),
        documents=int(documents),
        chunks=int(chunks),
        embedded=int(embedded),
    )


def as_weights(kept: str | None) -> Weights | None:
    return None if kept is None else msgspec.json.decode(kept, type=Weights)


def hits(connection: Connection, found: Sequence[Fused]) -> list[Hit]:
    """What was ranked, with its text and place; `Fused.key` is the chunk's id."""
    rows = connection.execute(_HITS, ([each.key for each in found],)).fetchall()
    return [_as_hit(row, each) for row, each in zip(rows, found, strict=True)]


def _as_hit(row: Row, found: Fused) -> Hit:
    text, collection, document, version, name, title, start, end, digest, page, heading, label = row
    return Hit(
        text=text.decode(),
        place=Place(
            collection=collection,
            document=document,
            version=version,
            name=name,
            title=title.decode(),
            start=start,
            end=end,
            digest=digest,
            page=page,
            heading=msgspec.json.decode(heading, type=tuple[str, ...]),
        ),
        label=Label.parse(label),
        score=found.score,
        lexical_rank=found.lexical_rank,
        dense_rank=found.dense_rank,
    )


def _as_document(row: Row) -> Document:
    name, title, media_type, label, groups = row[2:7]
    version, digest, size, characters, chunks, embedded, pages, notes, added_ns, changed_ns = row[7:]
    return Document(
        id=row[0],
        collection=row[1],
        name=name,
        title=title.decode(),
        media_type=media_type,
        label=Label.parse(label),
        groups=frozenset(groups),
        version=version,
        digest=digest,
        size=size,
        characters=characters,
        chunks=chunks,
        embedded=embedded,
        pages=pages,
        notes=msgspec.json.decode(notes, type=tuple[str, ...]),
        added_ns=added_ns,
        changed_ns=changed_ns,
    )
