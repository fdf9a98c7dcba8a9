"""Chunks of a document in SQLite with their neighbours, without reading the whole of a long text."""

from __future__ import annotations

import json
import sqlite3

from freehold.knowledge.model import Chunk, Surroundings

_AROUND = """
SELECT k.*, d.media_type FROM chunk k JOIN document d ON d.number = k.document
WHERE d.id = :id AND d.version = :version AND k.start <= :end AND k.start >= coalesce(
  (SELECT max(b.start) FROM chunk b WHERE b.document = d.number AND b.start < :start), 0
) ORDER BY k.start, k.ordinal
"""


def around(connection: sqlite3.Connection, document: str, version: int, start: int, end: int) -> Surroundings | None:
    """As `Library.around`, within the connection's transaction."""
    values = {"id": document, "version": version, "start": start, "end": end}
    rows = connection.execute(_AROUND, values).fetchall()
    if not rows:
        return None
    first, after = rows[0]["first_byte"], max(row["first_byte"] + row["bytes"] for row in rows)
    with connection.blobopen("content", "text", rows[0]["document"], readonly=True) as content:
        text = content[first:after]
    assert isinstance(text, bytes)
    return Surroundings(rows[0]["media_type"], rows[0]["start"], text.decode(), tuple(map(_chunk, rows)))


def _chunk(row: sqlite3.Row) -> Chunk:
    return Chunk(
        ordinal=row["ordinal"],
        start=row["start"],
        end=row["end"],
        digest=row["digest"],
        context=row["context"],
        page=row["page"],
        heading=tuple(json.loads(row["heading"])),
    )
