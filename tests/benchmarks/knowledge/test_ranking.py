"""The measure of ranking, on a corpus small enough to know the answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks.knowledge.ranking import METHODS, Corpus, Passage, Question, cached, measure
from freehold.knowledge.ports import Vectors

BIRDS = ("heron", "crane", "stork")


def embed(texts: Sequence[str]) -> Vectors:
    return np.array([[bird in text for bird in BIRDS] for text in texts], np.float32) + np.float32(0.01)


def corpus(name: str, cut: int) -> Corpus:
    passages = tuple(Passage(bird, f"On {bird}s", f"The {bird} stands.") for bird in BIRDS)
    questions = (Question("heron", {"heron": 1.0}), Question("crane", {"crane": 1.0, "nowhere": 1.0}))
    return Corpus("birds", name, 0.5, cut, passages, questions)


def test_every_method_is_measured() -> None:
    rows = measure(corpus("Pass@1", 1), embed)
    assert [(method, goal) for _, method, _, goal in rows] == [(method, 0.5) for method in METHODS]
    assert {value for _, _, value, _ in rows} == {0.75}


def test_without_vectors_words_alone_are() -> None:
    ((measured, method, value, _),) = measure(corpus("nDCG@10", 10), None)
    assert (measured, method) == ("birds nDCG@10", "BM25")
    assert value == pytest.approx((1 + 1 / (1 + 1 / np.log2(3))) / 2)


def test_vectors_are_kept_from_one_run_to_the_next(tmp_path: Path) -> None:
    def fail(texts: Sequence[str]) -> Vectors:
        raise AssertionError(texts)

    once = cached(embed, tmp_path / "cache")(["heron", "crane"])
    again = cached(fail, tmp_path / "cache")(["heron", "crane"])
    assert again.tolist() == once.tolist()
    with pytest.raises(AssertionError):
        cached(fail, tmp_path / "cache")(["stork"])
