"""Weights for a collection, chosen on questions whose answers are known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import product

import msgspec
import numpy as np
from numpy.typing import NDArray

from freehold.knowledge.model import Hit, Query, Reader, Weights
from freehold.knowledge.ports import Library, Vectors
from freehold.knowledge.rank.fusion import DEFAULTS

_CUT = 10

CANDIDATES = (
    *(Weights(dense=step / 10) for step in range(11)),
    *(Weights(dense=step / 10, k=k, method="ranks") for k, step in product((10, 20, 60), (3, 4, 5, 6, 7))),
)


class Judged(msgspec.Struct, frozen=True):
    """A question, and what answers it. `gains`: by a document's id or a passage's digest; what is missing gains 0."""

    question: str
    gains: Mapping[str, float]
    vector: Vectors | None = None
    """The question's own, shape ``(1, dimensions)``, where the collection is searched by meaning."""


def tune(
    library: Library, collection: str, judged: Sequence[Judged], candidates: Sequence[Weights] = CANDIDATES
) -> Weights:
    """The weights by which these questions find their answers best, by mean nDCG@10.

    The defaults stay unless another is better by more than one standard error of the difference: on few questions,
    most differences are chance. With no question at all, the defaults.
    """
    if not judged:
        return DEFAULTS
    usual = _gains(library, collection, judged, DEFAULTS)
    chosen, lead = DEFAULTS, 0.0
    for weights in candidates:
        ahead = _gains(library, collection, judged, weights) - usual
        error = float(ahead.std()) / math.sqrt(len(judged))
        if (mean := float(ahead.mean())) > max(lead, error):
            chosen, lead = weights, mean
    return chosen


def ndcg(gains: Sequence[float], ideal: Sequence[float], cut: int = _CUT) -> float:
    """Normalised discounted cumulative gain of a ranking's gains, best rank first, 0..1.

    K. Järvelin and J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (TOIS 20(4), 2002). `ideal`: every
    gain there is to be had, in any order.
    """
    best = _discounted(sorted(ideal, reverse=True)[:cut])
    return _discounted(gains[:cut]) / best if best else 0.0


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def _gains(library: Library, collection: str, judged: Sequence[Judged], weights: Weights) -> NDArray[np.float64]:
    """Each question's nDCG under these weights."""
    return np.array([_gain(library, collection, each, weights) for each in judged])


def _gain(library: Library, collection: str, judged: Judged, weights: Weights) -> float:
    query = Query(judged.question, (collection,), Reader(everything=True), limit=5 * _CUT)
    hits = library.search(query, judged.vector, weights=weights)
    return ndcg(_once(hits, judged.gains), list(judged.gains.values()))


def _once(hits: Sequence[Hit], gains: Mapping[str, float]) -> list[float]:
    """The gain of each hit; a document that was found before gains nothing and takes no rank."""
    found: dict[str, float] = {}
    for hit in hits:
        key = hit.place.digest if hit.place.digest in gains else hit.place.document
        found.setdefault(key, gains.get(key, 0.0))
    return list(found.values())
