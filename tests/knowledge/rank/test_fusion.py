"""Two rankings made one."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.knowledge.model import Weights
from freehold.knowledge.rank.duplicates import Ranked
from freehold.knowledge.rank.fusion import Fused, fuse

KEYS = st.lists(st.integers(0, 40), unique=True, max_size=15)
SCORES = st.lists(st.floats(0.01, 30, allow_nan=False), min_size=15, max_size=15)
WEIGHTS = st.builds(Weights, st.floats(0, 1), st.integers(1, 100), st.sampled_from(["scores", "ranks"]))


def ranking(keys: list[int], scores: list[float] | None = None) -> list[Ranked]:
    falling = sorted(scores or [1 / (at + 1) for at in range(len(keys))], reverse=True)
    return [Ranked(key, 1000 + key, score) for key, score in zip(keys, falling, strict=False)]


def fused(lexical: list[Ranked], dense: list[Ranked], weights: Weights, population: int = 20) -> list[Fused]:
    return fuse(lexical, dense, lambda _: weights, population=population)


def test_by_ranks_it_is_the_formula() -> None:
    found = fused(ranking([1, 2]), ranking([2, 3]), Weights(0.4, 60, "ranks"))
    assert {each.key: each.score for each in found} == {
        1: pytest.approx(0.6 / 61),
        2: pytest.approx(0.6 / 62 + 0.4 / 61),
        3: pytest.approx(0.4 / 62),
    }
    assert [(each.key, each.lexical_rank, each.dense_rank) for each in found] == [(2, 2, 1), (1, 1, None), (3, None, 2)]


def test_by_scores_each_counts_in_the_deviations_of_its_own_ranking() -> None:
    lexical = [Ranked(1, 1, 9.0), Ranked(2, 2, 3.0)]
    dense = [Ranked(3, 3, 0.8), Ranked(1, 1, 0.6), Ranked(4, 4, 0.4)]
    found = {each.key: each.score for each in fused(lexical, dense, Weights(0.25), population=4)}
    of_words = math.sqrt(((9 - 3) ** 2 + 0 + 9 + 9) / 4)  # The scores are 9, 3, and two zeros.
    of_meaning = math.sqrt((0.04 + 0 + 0.04) / 3)
    assert found == {
        1: pytest.approx(0.75 * 9 / of_words + 0.25 * 0.2 / of_meaning),
        2: pytest.approx(0.75 * 3 / of_words),
        3: pytest.approx(0.25 * 0.4 / of_meaning),
        4: 0.0,
    }


def test_scales_do_not_matter() -> None:
    lexical, dense = ranking([1, 2, 3]), ranking([3, 1, 4])
    larger = [Ranked(each.key, each.likeness, 1000 * each.score) for each in lexical]
    shifted = [Ranked(each.key, each.likeness, 0.01 * each.score - 7) for each in dense]
    once, again = fused(lexical, dense, Weights()), fused(larger, shifted, Weights())
    assert [each.key for each in once] == [each.key for each in again]
    assert [each.score for each in once] == [pytest.approx(each.score) for each in again]


def test_a_passage_far_ahead_by_words_is_not_overtaken_by_a_crowd() -> None:
    exact = [Ranked(1, 1, 20.0), *(Ranked(key, key, 2.0) for key in range(2, 12))]
    dense = ranking([*range(2, 12)])
    assert fused(exact, dense, Weights())[0].key == 1


def test_equal_passages_count_once_under_the_key_that_ranked_best() -> None:
    lexical = [Ranked(1, 5, 3.0), Ranked(2, 6, 2.0), Ranked(3, 5, 1.0)]
    dense = [Ranked(4, 6, 0.9), Ranked(3, 5, 0.8)]
    found = fused(lexical, dense, Weights())
    assert [(each.key, each.lexical_rank, each.dense_rank) for each in found] == [(1, 1, 2), (4, 2, 1)] or [
        (each.key, each.lexical_rank, each.dense_rank) for each in found
    ] == [(4, 2, 1), (1, 1, 2)]


def test_the_weights_are_those_of_each_passages_collection() -> None:
    by_key = {1: Weights(0.0, 60, "ranks"), 2: Weights(1.0, 60, "ranks")}
    found = fuse(ranking([1, 2]), ranking([1, 2]), by_key.__getitem__)
    assert {each.key: each.score for each in found} == {1: pytest.approx(1 / 61), 2: pytest.approx(1 / 62)}


@pytest.mark.parametrize("method", ["scores", "ranks"])
def test_nothing_found_is_nothing(method: str) -> None:
    assert fused([], [], Weights(method=method), population=0) == []  # type: ignore[arg-type]
    (only,) = fused([Ranked(1, 1, 2.0)], [], Weights(method=method), population=1)  # type: ignore[arg-type]
    assert (only.key, only.lexical_rank, only.dense_rank) == (1, 1, None)
    assert math.isfinite(only.score)


@given(KEYS, SCORES, KEYS, SCORES, WEIGHTS, st.integers(0, 30))
def test_all_are_there_once_in_falling_order_with_their_ranks(
    words: list[int], word_scores: list[float], meaning: list[int], near: list[float], weights: Weights, population: int
) -> None:
    found = fused(ranking(words, word_scores), ranking(meaning, near), weights, population)
    assert sorted(each.key for each in found) == sorted({*words, *meaning})
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    for each in found:
        assert each.lexical_rank == (words.index(each.key) + 1 if each.key in words else None)
        assert each.dense_rank == (meaning.index(each.key) + 1 if each.key in meaning else None)
        assert each.score >= 0


@given(KEYS, SCORES, WEIGHTS)
def test_two_rankings_that_agree_are_kept(keys: list[int], scores: list[float], weights: Weights) -> None:
    once = ranking(keys, scores)
    assert [each.key for each in fused(once, once, weights)] == keys


@given(KEYS, KEYS)
def test_a_weight_of_nothing_leaves_the_other_ranking(words: list[int], meaning: list[int]) -> None:
    found = fused(ranking(words), ranking(meaning), Weights(0.0))
    assert [each.key for each in found][: len(words)] == words or not words
