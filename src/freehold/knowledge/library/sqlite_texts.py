"""The texts of chunks in SQLite, read where they stand in their documents.

``substr`` would load the whole of a document for each of its chunks: a long text would be read in the square of its
length.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from freehold.core.label import Label

_CHUNKS = """
SELECT k.id, k.document, k.context, k.first_byte, k.bytes, a.label FROM chunk k
JOIN document d ON d.number = k.document JOIN audience a ON a.id = d.audience
WHERE k.id IN (SELECT value FROM json_each(?))
"""


def passage(connection: sqlite3.Connection, document: int, first_byte: int, length: int) -> str:
    """The text of one chunk, by its document's number and its place there in bytes of UTF-8."""
    return passages(connection, document, [(first_byte, length)])[0]


def passages(connection: sqlite3.Connection, document: int, places: Iterable[tuple[int, int]]) -> list[str]:
    """As `passage`, for several places of one document, which is looked for once."""
    with connection.blobopen("content", "text", document, readonly=True) as content:
        return [_bytes(content, first, length).decode() for first, length in places]


def to_embed(connection: sqlite3.Connection, chosen: Sequence[tuple[int, int]]) -> list[tuple[int, str, Label]]:
    """Chunks, given as ``(document, chunk)``: id, context and text, label; in the order in which they are given."""
    rows = {row["id"]: row for row in connection.execute(_CHUNKS, (json.dumps([chunk for _, chunk in chosen]),))}
    texts: dict[int, str] = {}
    for document in dict.fromkeys(document for document, _ in chosen):
        own = [row for row in rows.values() if row["document"] == document]
        read = passages(connection, document, [(row["first_byte"], row["bytes"]) for row in own])
        texts.update(zip((row["id"] for row in own), read, strict=True))
    return [
        (chunk, "\n".join(part for part in (rows[chunk]["context"], texts[chunk]) if part), _label(rows[chunk]))
        for _, chunk in chosen
    ]


def _bytes(content: sqlite3.Blob, first: int, length: int) -> bytes:
    read = content[first : first + length]
    assert isinstance(read, bytes)
    return read


def _label(row: sqlite3.Row) -> Label:
    return Label.parse(row["label"])
