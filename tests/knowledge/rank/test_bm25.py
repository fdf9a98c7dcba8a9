"""BM25 over arrays, beside the formula written out."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from freehold.knowledge.rank.bags import BAG
from freehold.knowledge.rank.bm25 import K1, B, Segment, best, score

Text = dict[int, int]
TEXTS = st.lists(st.dictionaries(st.integers(0, 9), st.integers(1, 20), max_size=6), min_size=1, max_size=12)


def as_bag(text: Text) -> bytes:
    return np.array(sorted(text.items()), BAG).tobytes()


def by_formula(texts: list[Text], question: dict[int, float], allowed: list[bool]) -> list[float]:
    seen = [text for text, may in zip(texts, allowed, strict=True) if may]
    mean = max(sum(sum(text.values()) for text in seen) / len(seen), 1) if seen else 1
    scores = []
    for text, may in zip(texts, allowed, strict=True):
        total = 0.0
        for word, weight in question.items():
            if may and word in text:
                holders = sum(word in other for other in seen)
                rarity = math.log(1 + (len(seen) - holders + 0.5) / (holders + 0.5))
                often = text[word]
                total += weight * rarity * often * (K1 + 1) / (often + K1 * (1 - B + B * sum(text.values()) / mean))
        scores.append(total)
    return scores


@given(TEXTS, st.dictionaries(st.integers(0, 9), st.sampled_from([0.5, 1.0, 2.0])), st.data())
def test_scores_are_those_of_the_formula(texts: list[Text], question: dict[int, float], data: st.DataObject) -> None:
    allowed = data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts)))
    cut = data.draw(st.integers(0, len(texts)))
    parts = [Segment.of(0, [as_bag(t) for t in texts[:cut]]), Segment.of(cut, [as_bag(t) for t in texts[cut:]])]
    lengths = np.array([sum(text.values()) for text in texts], np.int32)
    expected = by_formula(texts, question, allowed)
    for segments in (parts, [parts[0].join(parts[1])]):
        found = score(segments, question, np.array(allowed), lengths)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_what_is_hidden_changes_no_score() -> None:
    texts = [{1: 2, 2: 1}, {1: 1}, {3: 4}]
    hidden = [{1: 9}, {1: 9, 2: 9}, {2: 5}]

    def scores(shown: list[Text], unseen: list[Text]) -> list[float]:
        every = shown + unseen
        lengths = np.array([sum(text.values()) for text in every], np.int32)
        mask = np.array([True] * len(shown) + [False] * len(unseen))
        segment = Segment.of(0, [as_bag(text) for text in every])
        return score([segment], {1: 1.0, 2: 1.0}, mask, lengths)[: len(shown)].tolist()

    assert scores(texts, hidden) == scores(texts, [])


def test_an_empty_index_scores_nothing() -> None:
    empty = np.empty(0, np.int32)
    assert score([], {1: 1.0}, empty.astype(bool), empty).tolist() == []
    assert score([Segment.of(0, [])], {1: 1.0}, empty.astype(bool), empty).tolist() == []


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0])), st.integers(0, 12))
def test_the_best_are_the_first_of_all_in_order(scores: list[float], count: int) -> None:
    whole = sorted((row for row, each in enumerate(scores) if each > 0), key=lambda row: (-scores[row], row))
    assert best(np.array(scores, np.float32), count).tolist() == whole[:count]
