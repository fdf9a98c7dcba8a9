"""Documents, chunks and audiences as rows of the library's tables, and rows as what they stand for."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Sequence

import msgspec

from freehold.core.errors import NotFound
from freehold.core.label import Label
from freehold.core.passage import Place
from freehold.knowledge.library.sqlite_texts import passage
from freehold.knowledge.model import Chunk, Collection, Document, Hit, NewDocument, Rights, Weights
from freehold.knowledge.rank.bags import bag, likeness
from freehold.knowledge.rank.fusion import Fused

_JOURNAL = 20_000
"""Changes that are remembered. A process that missed more makes its view anew."""

SELECT_DOCUMENT = """
SELECT d.*, a.label, a.groups, (
  SELECT count(*) FROM chunk c JOIN vector v ON v.chunk = c.id JOIN space s ON s.number = v.space
  WHERE c.document = d.number AND s.active
) AS embedded
FROM document d JOIN audience a ON a.id = d.audience
"""

PAGE_OF_DOCUMENTS = """
WHERE d.audience IN (SELECT value FROM json_each(?)) AND (d.collection, d.name) > (?, ?)
ORDER BY d.collection, d.name LIMIT ?
"""

INSERT_CHUNK = """
INSERT INTO chunk (document, ordinal, start, "end", first_byte, bytes, digest, context, page, heading, likeness, bag)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

ChunkRow = tuple[object, ...]
"""The values of `INSERT_CHUNK`, without the document's number."""


def chunk_rows(new: NewDocument) -> list[ChunkRow]:
    """The chunks of a document, each with its bag and where its bytes stand in the text's UTF-8."""
    text, at, at_byte = new.extracted.text, 0, 0
    rows: dict[int, ChunkRow] = {}
    for chunk in sorted(new.chunks, key=lambda each: each.start):
        at_byte += len(text[at : chunk.start].encode())
        at = chunk.start
        rows[chunk.ordinal] = _chunk_row(chunk, text[chunk.start : chunk.end], at_byte)
    return [rows[chunk.ordinal] for chunk in new.chunks]


def _chunk_row(chunk: Chunk, text: str, first_byte: int) -> ChunkRow:
    return (
        chunk.ordinal,
        chunk.start,
        chunk.end,
        first_byte,
        len(text.encode()),
        chunk.digest,
        chunk.context,
        chunk.page,
        json.dumps(chunk.heading),
        likeness(text),
        bag(chunk.context, text).tobytes(),
    )


def insert(connection: sqlite3.Connection, new: NewDocument, audience: int, now: int) -> int:
    """Make a document; returns its number."""
    connection.execute("INSERT INTO collection (name) VALUES (?) ON CONFLICT DO NOTHING", (new.collection,))
    cursor = connection.execute(
        "INSERT INTO document (id, collection, name, audience, title, media_type, version, digest, size, characters, "
        "chunks, pages, notes, added_ns, changed_ns) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?)",
        ("doc_" + secrets.token_hex(12), new.collection, new.name, audience, *_contents(new), now, now),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def replace(connection: sqlite3.Connection, number: int, new: NewDocument, audience: int, now: int) -> None:
    """Make a document the next version of itself, so far without text and chunks."""
    connection.execute("DELETE FROM chunk WHERE document = ?", (number,))
    connection.execute("DELETE FROM content WHERE document = ?", (number,))
    connection.execute(
        "UPDATE document SET audience = ?, title = ?, media_type = ?, version = version + 1, digest = ?, size = ?, "
        "characters = ?, chunks = ?, pages = ?, notes = ?, changed_ns = ? WHERE number = ?",
        (audience, *_contents(new), now, number),
    )


def _contents(new: NewDocument) -> tuple[object, ...]:
    extracted = new.extracted
    return (
        extracted.title,
        extracted.media_type,
        new.digest,
        new.size,
        len(extracted.text),
        len(new.chunks),
        extracted.pages,
        json.dumps(extracted.notes),
    )


def delete(connection: sqlite3.Connection, number: int) -> None:
    """Remove a document with its text and chunks. Its vectors are gone before."""
    connection.execute("DELETE FROM chunk WHERE document = ?", (number,))
    connection.execute("DELETE FROM content WHERE document = ?", (number,))
    connection.execute("DELETE FROM document WHERE number = ?", (number,))


def note_change(connection: sqlite3.Connection, number: int) -> None:
    """Tell every view that this document is another now."""
    cursor = connection.execute("INSERT INTO journal (document) VALUES (?)", (number,))
    connection.execute("DELETE FROM journal WHERE seq <= ?", ((cursor.lastrowid or 0) - _JOURNAL,))


def numbers_of(connection: sqlite3.Connection, ids: Iterable[str]) -> list[int]:
    """The numbers of these documents; ids that are not there are passed over."""
    rows = connection.execute(
        "SELECT number FROM document WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(set(ids))),)
    )
    return [row["number"] for row in rows]


def the_document(connection: sqlite3.Connection, document: str) -> Document:
    """The document of an id; raises `NotFound`."""
    row = connection.execute(SELECT_DOCUMENT + "WHERE d.id = ?", (document,)).fetchone()
    if row is None:
        raise not_found(document)
    return as_document(row)


def not_found(document: str) -> NotFound:
    return NotFound(f"there is no document {document!r}", param="document")


def as_rights(row: sqlite3.Row) -> Rights:
    return Label.parse(row["label"]), frozenset(json.loads(row["groups"]))


def as_document(row: sqlite3.Row) -> Document:
    label, groups = as_rights(row)
    return Document(
        id=row["id"],
        collection=row["collection"],
        name=row["name"],
        title=row["title"],
        media_type=row["media_type"],
        label=label,
        groups=groups,
        version=row["version"],
        digest=row["digest"],
        size=row["size"],
        characters=row["characters"],
        chunks=row["chunks"],
        embedded=row["embedded"],
        pages=row["pages"],
        notes=tuple(json.loads(row["notes"])),
        added_ns=row["added_ns"],
        changed_ns=row["changed_ns"],
    )


def as_collection(row: sqlite3.Row) -> Collection:
    return Collection(
        name=row["name"],
        label=None if row["label"] is None else Label.parse(row["label"]),
        groups=frozenset(json.loads(row["groups"])),
        weights=as_weights(row["weights"]),
        documents=row["documents"],
        chunks=row["chunks"],
        embedded=row["embedded"],
    )


def as_weights(kept: str | None) -> Weights | None:
    return None if kept is None else msgspec.json.decode(kept, type=Weights)


def hits(connection: sqlite3.Connection, found: Sequence[Fused]) -> list[Hit]:
    """What was ranked, with its text and place; `Fused.key` is the chunk's id."""
    return [_hit(connection, each) for each in found]


def _hit(connection: sqlite3.Connection, found: Fused) -> Hit:
    row = connection.execute(
        "SELECT k.*, d.id AS document_id, d.collection, d.version, d.name, d.title, a.label FROM chunk k "
        "JOIN document d ON d.number = k.document JOIN audience a ON a.id = d.audience WHERE k.id = ?",
        (found.key,),
    ).fetchone()
    return Hit(
        text=passage(connection, row["document"], row["first_byte"], row["bytes"]),
        place=Place(
            collection=row["collection"],
            document=row["document_id"],
            version=row["version"],
            name=row["name"],
            title=row["title"],
            start=row["start"],
            end=row["end"],
            digest=row["digest"],
            page=row["page"],
            heading=tuple(json.loads(row["heading"])),
        ),
        label=Label.parse(row["label"]),
        score=found.score,
        lexical_rank=found.lexical_rank,
        dense_rank=found.dense_rank,
    )
