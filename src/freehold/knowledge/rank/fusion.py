"""Two rankings made one.

By reciprocal ranks, ``w / (k + rank)``: G. Cormack, C. Clarke and S. Büttcher, "Reciprocal Rank Fusion outperforms
Condorcet and individual Rank Learning Methods" (SIGIR 2009). Scores of BM25 and cosines share no scale; ranks do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from freehold.knowledge.model import Weights
from freehold.knowledge.rank.duplicates import Ranked, distinct

DEFAULTS = Weights()


class Fused(msgspec.Struct, frozen=True):
    """One passage of the fused ranking. Ranks are from 1; `None` where that ranking did not find it."""

    key: int
    score: float
    lexical_rank: int | None = None
    dense_rank: int | None = None


def fuse(lexical: Iterable[Ranked], dense: Iterable[Ranked], weights: Callable[[int], Weights]) -> list[Fused]:
    """Both rankings, each best first, as one. Equal passages count once, under the key that was ranked best.

    `weights`: of the passage of a key. Of equal scores, the better ranked by words comes first, then the better ranked
    by meaning, then the lower key.
    """
    by_words = {entry.likeness: (rank, entry.key) for rank, entry in enumerate(distinct(lexical), 1)}
    by_meaning = {entry.likeness: (rank, entry.key) for rank, entry in enumerate(distinct(dense), 1)}
    fused = [
        _fuse_one(by_words.get(likeness), by_meaning.get(likeness), weights)
        for likeness in dict.fromkeys([*by_words, *by_meaning])
    ]
    return sorted(fused, key=_order)


_Found = tuple[int, int]
"""Rank, from 1, and key."""


def _fuse_one(by_words: _Found | None, by_meaning: _Found | None, weights: Callable[[int], Weights]) -> Fused:
    _, key = min(found for found in (by_words, by_meaning) if found is not None)
    chosen = weights(key)
    lexical_rank = by_words[0] if by_words else None
    dense_rank = by_meaning[0] if by_meaning else None
    score = 0.0
    if lexical_rank is not None:
        score += (1 - chosen.dense) / (chosen.k + lexical_rank)
    if dense_rank is not None:
        score += chosen.dense / (chosen.k + dense_rank)
    return Fused(key, score, lexical_rank, dense_rank)


def _order(fused: Fused) -> tuple[float, float, float, int]:
    never = float("inf")
    return (
        -fused.score,
        never if fused.lexical_rank is None else fused.lexical_rank,
        never if fused.dense_rank is None else fused.dense_rank,
        fused.key,
    )
