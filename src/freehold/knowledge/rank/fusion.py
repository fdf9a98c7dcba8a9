"""Two rankings made one, by their scores or by their ranks.

By scores: each score counts from the lowest of its ranking, in standard deviations of that ranking, so that BM25 and
cosines get one scale; a passage that one ranking does not hold gets nothing from it. This keeps by how much the first
is ahead of the second. It is a convex combination of scores, as in S. Bruch, S. Gai and A. Ingber, "An Analysis of
Fusion Functions for Hybrid Retrieval" (TOIS 42(1), 2023).

By ranks: ``w / (k + rank)``, after G. Cormack, C. Clarke and S. Büttcher, "Reciprocal Rank Fusion outperforms
Condorcet and individual Rank Learning Methods" (SIGIR 2009).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec
import numpy as np

from freehold.knowledge.model import Weights
from freehold.knowledge.rank.duplicates import Ranked, distinct

DEFAULTS = Weights()

DEPTH = 200
"""How many of each ranking take part where nothing else is said."""


class Fused(msgspec.Struct, frozen=True):
    """One passage of the fused ranking. Ranks are from 1; `None` where that ranking did not find it."""

    key: int
    score: float
    lexical_rank: int | None = None
    dense_rank: int | None = None


def fuse(
    lexical: Iterable[Ranked],
    dense: Iterable[Ranked],
    weights: Callable[[int], Weights],
    *,
    population: int = DEPTH,
) -> list[Fused]:
    """Both rankings, each best first, as one. Equal passages count once, under the key that was ranked best.

    `weights`: of the passage of a key. `population`: how many passages took part in the query, at most the rankings'
    depth; those that hold none of the words are no part of the ranking by words, and count as its zeros. Of equal
    scores, the better ranked by words comes first, then the better ranked by meaning, then the lower key.
    """
    by_words = _standings(distinct(lexical), population)
    by_meaning = _standings(distinct(dense), 0)
    fused = [
        _fuse_one(by_words.get(likeness), by_meaning.get(likeness), weights)
        for likeness in dict.fromkeys([*by_words, *by_meaning])
    ]
    return sorted(fused, key=_order)


class _Standing(msgspec.Struct, frozen=True):
    """How a passage stands in one ranking. `height`: standard deviations above the lowest."""

    rank: int
    key: int
    height: float


def _standings(ranking: Sequence[Ranked], padded: int) -> dict[int, _Standing]:
    """For each likeness of a ranking, where it stands; zeros are added to the scores up to `padded` of them."""
    scores = np.zeros(max(len(ranking), padded))
    scores[: len(ranking)] = [entry.score for entry in ranking]
    spread = float(scores.std()) if len(scores) else 0.0
    heights = (scores - scores.min()) / spread if spread > 0 else np.zeros_like(scores)
    return {
        entry.likeness: _Standing(rank, entry.key, float(height))
        for rank, (entry, height) in enumerate(zip(ranking, heights, strict=False), 1)
    }


def _fuse_one(words: _Standing | None, meaning: _Standing | None, weights: Callable[[int], Weights]) -> Fused:
    key = min((standing.rank, standing.key) for standing in (words, meaning) if standing is not None)[1]
    chosen = weights(key)
    return Fused(
        key,
        (1 - chosen.dense) * _worth(words, chosen) + chosen.dense * _worth(meaning, chosen),
        words.rank if words else None,
        meaning.rank if meaning else None,
    )


def _worth(standing: _Standing | None, weights: Weights) -> float:
    if standing is None:
        return 0.0
    return standing.height if weights.method == "scores" else 1 / (weights.k + standing.rank)


def _order(fused: Fused) -> tuple[float, float, float, int]:
    never = float("inf")
    return (
        -fused.score,
        never if fused.lexical_rank is None else fused.lexical_rank,
        never if fused.dense_rank is None else fused.dense_rank,
        fused.key,
    )
