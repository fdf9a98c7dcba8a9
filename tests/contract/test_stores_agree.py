"""Whatever keeps the rows, a question finds the same passages in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from freehold.knowledge.ports import Library, Vectors
from support.libraries import DIMENSIONS, SPACE, STORES, asks, new_document

WORDS = ("leave", "annual", "days", "train", "ticket", "office", "salary", "month", "paid", "consent", "flight", "desk")
PASSAGES = 30
LENGTH = 16
"""Words of a passage."""
QUESTIONS = ("leave", "train ticket", "salary paid each month", "consent of the office for a flight", "annual days")

Libraries = dict[str, Library]


@pytest.fixture
def libraries(tmp_path: Path) -> Iterator[Libraries]:
    """The same small collection in every store."""
    with ExitStack() as stack:
        yield {name: _filled(stack.enter_context(home(tmp_path)).open()) for name, home in STORES.items()}


def _filled(library: Library) -> Library:
    """Passages of words of which some are common and some rare, and vectors at random; two thirds of a group.

    All are of one length: against which mean of lengths a passage is held, each store decides for itself.
    """
    random = np.random.default_rng(7)
    common = 1 / np.arange(1, len(WORDS) + 1)
    for number in range(PASSAGES):
        text = " ".join(random.choice(WORDS, size=LENGTH, p=common / common.sum()))
        library.put(new_document(f"{number:02}", f"{text} {number}", groups=["hr"] if number % 3 else []))
    waiting = library.unembedded(SPACE, PASSAGES)
    library.embed(SPACE, [chunk for chunk, _, _ in waiting], _vectors(random, PASSAGES))
    library.use_space(SPACE)
    return library


def _vectors(random: np.random.Generator, count: int) -> Vectors:
    vectors = random.standard_normal((count, DIMENSIONS), np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@pytest.mark.parametrize("groups", [(), ("hr",)], ids=["some readable", "all readable"])
def test_every_store_ranks_a_small_collection_alike(libraries: Libraries, groups: Sequence[str]) -> None:
    asked = list(zip(QUESTIONS, _vectors(np.random.default_rng(8), len(QUESTIONS)), strict=True))
    for text, vector in asked:
        found = {
            name: library.search(asks(text, groups=groups), vector[np.newaxis]) for name, library in libraries.items()
        }
        first, *others = found.values()
        assert len(first) == 10
        for other in others:
            assert [hit.place.name for hit in other] == [hit.place.name for hit in first], text
            assert [hit.score for hit in other] == pytest.approx([hit.score for hit in first], rel=1e-4)
