"""Ranking by words in PostgreSQL: BM25 as an inner product of sparse vectors.

Of BM25 a part belongs to the passage (how often a word stands there, held against the passage's length) and a part to
the question (how rare the word is). The first is kept, word by word, as a `sparsevec` of pgvector; the second is the
question's own `sparsevec`; their inner product is the score. Candidates come from a `tsvector` under a GIN index. Both
hold hashes of words, as every bag does, so that no dictionary outlives a text.

How rare a word is counts among the passages that take part in a query. A passage's length counts against the mean of
its whole collection, which is fixed when a passage is kept (the collection's `pivot`); once that mean has moved by more
than `DRIFT`, all of the collection are weighed anew.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from freehold.knowledge.library.postgres_frequencies import Frequencies, Scope, token
from freehold.knowledge.library.postgres_pool import Connection
from freehold.knowledge.rank.bags import Bag, length
from freehold.knowledge.rank.bm25 import K1, B
from freehold.knowledge.rank.duplicates import Ranked

DIMENSIONS = 1_000_000_000
"""The most that a `sparsevec` may have."""

DRIFT = 1.1
"""A factor of the mean length. Within it BM25's scores move by a hundredth or two."""

ENOUGH = 5_000
"""Candidates. Words are looked for from the rarest on until so many passages hold one; the commoner ones only add to
their scores. Of 60 questions on 100,000 passages all had the same best ten as with every word looked for."""

_FEW = 400
_MANY = 10_000
"""A word that would make the candidates more than many is left out where there are at least a few without it."""

_RANK = """
SELECT c.id, c.likeness, r.score FROM (
  SELECT chunk, -(bag <#> %(question)s::sparsevec) AS score FROM freehold.words
  WHERE tokens @@ %(any)s::tsquery AND audience = ANY(%(audiences)s)
    AND (%(documents)s::int[] IS NULL OR document = ANY(%(documents)s))
  ORDER BY bag <#> %(question)s::sparsevec, chunk LIMIT %(depth)s
) r JOIN freehold.chunk c ON c.id = r.chunk ORDER BY r.score DESC, c.id
"""

_Row = tuple[int, int, float]
"""Chunk, likeness, score."""


def rank(
    connection: Connection, frequencies: Frequencies, question: Mapping[int, float], scope: Scope, depth: int
) -> list[Ranked]:
    """The best passages for a question (its words' hashes and weights) within a scope, best first, at most `depth`."""
    if not question or not scope.chunks:
        return []
    # The planner does not know that comparing a whole table's tokens means fetching them from where they lie apart.
    connection.execute("SELECT set_config('enable_seqscan', 'off', true)")
    rows = _best(connection, frequencies, question, scope, depth)
    connection.execute("SELECT set_config('enable_seqscan', 'on', true)")
    return [Ranked(int(key), int(likeness), float(score)) for key, likeness, score in rows]


def _best(
    connection: Connection, frequencies: Frequencies, question: Mapping[int, float], scope: Scope, depth: int
) -> list[_Row]:
    held = frequencies.of(connection, scope, list(question))
    found = {word: count for word, count in held.items() if count}
    if not found:
        return []
    weights = {word: question[word] * (K1 + 1) * rarity(scope.chunks, count) for word, count in found.items()}
    sought = _rarest(found)
    rows = _rank(connection, weights, sought, scope, depth)
    if len(rows) < depth and len(sought) < len(found):
        rows = _rank(connection, weights, list(found), scope, depth)
    return rows


def rarity(population: int, holding: int) -> float:
    """BM25's weight of a word that `holding` of `population` passages hold; never below zero."""
    return math.log1p((max(population, holding) - holding + 0.5) / (holding + 0.5))


def tokens(bag: Bag) -> str:
    """A bag's words for a `tsvector`: their hashes in hexadecimal, parted by spaces."""
    return " ".join(map(token, bag["word"].tolist()))


def weighed(bag: Bag, pivot: float) -> str:
    """The passage's part of BM25 for each word of a bag, as a `sparsevec`; `pivot` is the mean length."""
    saturation = K1 * (1 - B + B * length(bag) / max(pivot, 1.0))
    counts = zip(bag["word"].tolist(), bag["count"].tolist(), strict=True)
    return _sparse({word: count / (count + saturation) for word, count in counts})


def drifted(pivot: float | None, mean: float) -> bool:
    """Whether a collection's mean length has moved too far from the one its passages are weighed by."""
    return pivot is None or not 1 / DRIFT <= max(mean, 1.0) / max(pivot, 1.0) <= DRIFT


def _rarest(found: Mapping[int, int]) -> list[int]:
    """The words to take candidates from: from the rarest on, until there are enough."""
    sought: list[int] = []
    candidates = 0
    for word, count in sorted(found.items(), key=lambda each: each[1]):
        if candidates >= ENOUGH or (candidates >= _FEW and candidates + count > _MANY):
            break
        sought.append(word)
        candidates += count
    return sought


def _rank(
    connection: Connection, weights: Mapping[int, float], sought: Sequence[int], scope: Scope, depth: int
) -> list[_Row]:
    return connection.execute(
        _RANK,
        {
            "question": _sparse(weights),
            "any": " | ".join(map(token, sought)),
            "audiences": list(scope.audiences),
            "documents": None if scope.documents is None else list(scope.documents),
            "depth": depth,
        },
    ).fetchall()


def _sparse(weights: Mapping[int, float]) -> str:
    """A `sparsevec` in its text form, indices from 1. Two words that share an index there count together."""
    entries: dict[int, float] = {}
    for word, weight in weights.items():
        index = word % DIMENSIONS + 1
        entries[index] = entries.get(index, 0.0) + weight
    return "{" + ",".join(f"{index}:{weight:.7g}" for index, weight in entries.items()) + f"}}/{DIMENSIONS}"
