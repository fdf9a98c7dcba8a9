"""Weights chosen on judged questions."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest

from freehold.core.label import PUBLIC
from freehold.core.passage import Place
from freehold.knowledge.model import Hit, Query, Weights
from freehold.knowledge.ports import Library, Vectors
from freehold.knowledge.rank.fusion import DEFAULTS
from freehold.knowledge.rank.tune import Judged, ndcg, tune

QUESTIONS = [Judged(f"question {number}", {"doc_right": 1.0}) for number in range(8)]


class Told:
    """A library that is told at which rank it finds the right document, by question and weights."""

    def __init__(self, rank: Callable[[str, Weights], int]) -> None:
        self.rank = rank
        self.asked: list[Query] = []

    def search(self, query: Query, vector: Vectors | None, *, weights: Weights) -> list[Hit]:
        self.asked.append(query)
        names = [f"doc_{number}" for number in range(12)]
        names.insert(self.rank(query.text, weights) - 1, "doc_right")
        return [Hit(name, Place("c", name, 1, name, "", 0, 1, name), PUBLIC, 1.0) for name in names]


def told(rank: Callable[[str, Weights], int]) -> Library:
    return cast("Library", Told(rank))


def test_the_best_for_these_questions_is_chosen() -> None:
    library = told(lambda _, weights: 1 if weights == Weights(dense=0.8) else 3 if weights.dense > 0.5 else 5)
    assert tune(library, "c", QUESTIONS) == Weights(dense=0.8)


def test_ranks_are_among_the_candidates() -> None:
    library = told(lambda _, weights: 1 if weights.method == "ranks" and weights.k == 60 else 4)
    assert tune(library, "c", QUESTIONS).k == 60


def test_a_lead_that_may_be_chance_changes_nothing() -> None:
    def rank(question: str, weights: Weights) -> int:
        if weights == DEFAULTS:
            return 2
        return 1 if question in {"question 0", "question 1"} else 3 if question < "question 4" else 2

    assert tune(told(rank), "c", QUESTIONS, [Weights(dense=0.9)]) == DEFAULTS


def test_without_questions_the_defaults_stay() -> None:
    assert tune(told(lambda *_: 1), "c", []) == DEFAULTS
    assert tune(told(lambda *_: 1), "c", QUESTIONS) == DEFAULTS


def test_all_of_the_collection_is_searched() -> None:
    library = Told(lambda *_: 1)
    tune(cast("Library", library), "contracts", QUESTIONS[:1], [Weights(dense=0.3)])
    assert {query.collections for query in library.asked} == {("contracts",)}
    assert all(query.reader.everything for query in library.asked)


@pytest.mark.parametrize(
    ("gains", "ideal", "expected"),
    [
        ([1, 0], [1], 1.0),
        ([0, 1], [1], 0.6309),
        ([3, 2, 3, 0, 1, 2], [3, 3, 2, 2, 1], 0.9608),
        ([0, 0], [1], 0.0),
        ([], [], 0.0),
        ([0] * 10 + [1], [1], 0.0),
    ],
)
def test_ndcg(gains: list[float], ideal: list[float], expected: float) -> None:
    assert ndcg(gains, ideal) == pytest.approx(expected, abs=2e-3)
