"""Chunks of a document in PostgreSQL with their neighbours, and only that much of its text."""

from __future__ import annotations

import msgspec

from freehold.knowledge.library.postgres_pool import Connection
from freehold.knowledge.model import Chunk, Surroundings

_CHUNKS = """
SELECT d.number, d.media_type, k.first_byte, octet_length(k.text), k.ordinal, k."from", k."to", k.digest, k.context,
       k.page, k.heading
FROM freehold.chunk k JOIN freehold.document d ON d.number = k.document
WHERE d.id = %(id)s AND d.version = %(version)s AND k."from" <= %(end)s AND k."from" >= coalesce(
  (SELECT max(b."from") FROM freehold.chunk b WHERE b.document = d.number AND b."from" < %(start)s), 0
) ORDER BY k."from", k.ordinal
"""

_TEXT = "SELECT substring(text FROM %s FOR %s) FROM freehold.content WHERE document = %s"


def around(connection: Connection, document: str, version: int, start: int, end: int) -> Surroundings | None:
    """As `Library.around`; `document` can be a document's id."""
    values = {"id": document, "version": version, "start": start, "end": end}
    rows = connection.execute(_CHUNKS, values).fetchall()
    if not rows:
        return None
    number, media_type, first = rows[0][:3]
    after = max(first_byte + length for _, _, first_byte, length, *_ in rows)
    text = connection.execute(_TEXT, (first + 1, after - first, number)).fetchone()
    if text is None:
        return None
    chunks = tuple(
        Chunk(ordinal, begins, ends, digest, context.decode(), page, msgspec.json.decode(heading, type=tuple[str, ...]))
        for _, _, _, _, ordinal, begins, ends, digest, context, page, heading in rows
    )
    return Surroundings(media_type, chunks[0].start, bytes(text[0]).decode(), chunks)
