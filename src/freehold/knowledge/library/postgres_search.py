"""A query in PostgreSQL: what its reader may see, two rankings of that, and their fusion.

Rights and labels come first. They are interned as audiences, and the audiences a query may see are a condition of both
rankings' statements, so that nothing else is ever ranked, counted or sent.
"""

from __future__ import annotations

from collections.abc import Sequence

from freehold.knowledge.library import postgres_vectors, postgres_words
from freehold.knowledge.library.postgres_frequencies import Frequencies, Scope
from freehold.knowledge.library.postgres_pool import Connection
from freehold.knowledge.library.postgres_rows import as_weights, hits, is_id
from freehold.knowledge.model import Hit, Query, Reader, Weights
from freehold.knowledge.ports import Vectors
from freehold.knowledge.rank.bags import question
from freehold.knowledge.rank.duplicates import Ranked
from freehold.knowledge.rank.fusion import DEFAULTS, fuse

READABLE = "(%(everything)s OR a.groups = '{}' OR a.groups && %(groups)s::text[])"
"""Whether a reader may read what has the audience ``a``; the values are `reader_values`."""

_AUDIENCES = f"""
SELECT a.id, a.chunks, a.changes, {READABLE} AND (%(labels)s::text[] IS NULL OR a.label = ANY(%(labels)s))
FROM freehold.audience a JOIN freehold.collection c ON c.number = a.collection
WHERE c.name = ANY(%(collections)s) ORDER BY a.id
"""  # noqa: S608

_DOCUMENTS = "SELECT number, chunks FROM freehold.document WHERE id = ANY(%s) AND audience = ANY(%s)"

_WEIGHTED = "SELECT FROM freehold.collection WHERE name = ANY(%s) AND weights IS NOT NULL LIMIT 1"

_WEIGHTS = """
SELECT k.id, c.weights FROM freehold.chunk k JOIN freehold.document d ON d.number = k.document
JOIN freehold.collection c ON c.number = d.collection WHERE k.id = ANY(%s) AND c.weights IS NOT NULL
"""


def search(
    connection: Connection,
    frequencies: Frequencies,
    query: Query,
    vector: Vectors | None,
    *,
    weights: Weights | None,
    depth: int,
) -> list[Hit]:
    """The best chunks for a query, best first."""
    scope = _scope(connection, query)
    lexical = postgres_words.rank(connection, frequencies, question(query.text), scope, depth)
    dense = [] if vector is None else postgres_vectors.rank(connection, vector, scope, depth)
    own = {} if weights else _own_weights(connection, scope, [*lexical, *dense])
    fused = fuse(lexical, dense, lambda key: weights or own.get(key, DEFAULTS), population=min(depth, scope.chunks))
    return hits(connection, fused[: query.limit])


def reader_values(reader: Reader) -> dict[str, object]:
    """The values of `READABLE`. A group that PostgreSQL cannot hold is nobody's."""
    return {"everything": reader.everything, "groups": sorted(group for group in reader.groups if "\x00" not in group)}


def _scope(connection: Connection, query: Query) -> Scope:
    collections = tuple(sorted({name for name in query.collections if "\x00" not in name}))
    rows = connection.execute(
        _AUDIENCES,
        reader_values(query.reader)
        | {
            "collections": list(collections),
            "labels": None if query.labels is None else [str(label) for label in query.labels],
        },
    ).fetchall()
    changes = {int(audience): int(changed) for audience, _, changed, _ in rows}
    held = {int(audience): int(chunks) for audience, chunks, _, taking_part in rows if taking_part}
    audiences, chunks, documents = tuple(held), sum(held.values()), None
    if query.documents is not None:
        wanted = [document for document in query.documents if is_id(document)]
        found = connection.execute(_DOCUMENTS, (wanted, list(audiences))).fetchall()
        documents, chunks = tuple(int(number) for number, _ in found), sum(int(count) for _, count in found)
    return Scope(collections, audiences, documents, chunks, changes)


def _own_weights(connection: Connection, scope: Scope, ranked: Sequence[Ranked]) -> dict[int, Weights]:
    """The weights of the collection of each passage, where it has its own."""
    # Most have none, and to find the collection of every passage takes longer than fusing them.
    if connection.execute(_WEIGHTED, (list(scope.collections),)).fetchone() is None:
        return {}
    rows = connection.execute(_WEIGHTS, ([entry.key for entry in ranked],)).fetchall()
    found = {int(key): as_weights(kept) for key, kept in rows}
    return {key: weights for key, weights in found.items() if weights is not None}
