"""A query over a view: two rankings, each of what the query may see, and their fusion."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from threading import Lock

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from freehold.knowledge.library.sqlite_vectors import VectorShelf
from freehold.knowledge.library.sqlite_view import EMPTY, View, renew
from freehold.knowledge.model import Query, Weights
from freehold.knowledge.ports import Vectors
from freehold.knowledge.rank.bags import question
from freehold.knowledge.rank.bm25 import Mask, best, score
from freehold.knowledge.rank.duplicates import Ranked
from freehold.knowledge.rank.fusion import Fused, fuse

_SPARSE = 0.1
"""Below this share of rows allowed, their vectors are gathered; above it, all are compared and the others left out."""

_UNSEEN = -2.0
"""Below every cosine."""


class Searcher:
    """Ranks chunks, over the newest view."""

    def __init__(self, vectors: VectorShelf) -> None:
        self._vectors = vectors
        self._view = EMPTY
        self._renewing = Lock()

    def view(self, connection: sqlite3.Connection) -> View:
        """The view of what this connection's transaction sees. It must be asked for first in the transaction."""
        with self._renewing:
            self._view = renew(self._view, connection)
            return self._view

    def rank(
        self,
        view: View,
        query: Query,
        vector: Vectors | None,
        documents: Sequence[int] | None,
        *,
        weights: Mapping[str, Weights],
        depth: int,
    ) -> list[Fused]:
        """The best chunks, best first; `Fused.key` is the chunk's id.

        `documents`: numbers of those to search within. `weights`: of each collection. Memory and time grow with the
        rows of the view: a few bytes, and some nanoseconds, for each.
        """
        allowed = view.allowed(query, documents)
        words = score(view.segments, question(query.text), allowed, view.lengths)
        lexical = [_ranked(view, row, words) for row in best(words, depth)]
        dense: list[Ranked] = []
        if vector is not None and view.space is not None and vector.shape[1] == view.space.dimensions:
            cosines = self._cosines(view, np.asarray(vector[0], np.float32), allowed)
            dense = [_ranked(view, row, cosines) for row in best(cosines, depth, above=_UNSEEN)]
        population = min(depth, int(np.count_nonzero(allowed)))
        fused = fuse(lexical, dense, lambda row: weights[view.collection_of(row)], population=population)[: query.limit]
        return [structs.replace(each, key=int(view.chunks[each.key])) for each in fused]

    def _cosines(self, view: View, vector: NDArray[np.float32], allowed: Mask) -> NDArray[np.float32]:
        """The cosine of every row (shape ``(rows,)``); `_UNSEEN` for those without a vector or not allowed."""
        assert view.space is not None
        matrix = self._vectors.matrix(view.space.number, view.space.dimensions).rows(len(view.rows_of_places))
        rows = view.rows_of_places[: len(matrix)]
        taking_part = (rows >= 0) & allowed[rows]
        cosines = np.full(len(allowed), _UNSEEN, np.float32)
        # Not a product of matrices: its threads spin while they wait for each other, which is slow on a busy machine.
        if np.count_nonzero(taking_part) < _SPARSE * len(matrix):
            places = np.flatnonzero(taking_part)
            cosines[rows[places]] = np.vecdot(matrix[places], vector)
        else:
            cosines[rows[taking_part]] = np.vecdot(matrix, vector)[taking_part]
        return cosines


def _ranked(view: View, row: int, scores: NDArray[np.float32]) -> Ranked:
    return Ranked(int(row), int(view.likenesses[row]), float(scores[row]))
