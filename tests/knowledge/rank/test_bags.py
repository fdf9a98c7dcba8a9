"""A chunk's bag of words, and what makes two passages alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.knowledge.rank.bags import BAG, CONTEXT_WEIGHT, bag, length, likeness, pack, question, word_hash


def counts(context: str, text: str) -> dict[int, int]:
    made = bag(context, text)
    return dict(zip(made["word"].tolist(), made["count"].tolist(), strict=True))


def test_words_are_counted_and_those_of_the_context_weigh_more() -> None:
    assert counts("Cells", "a cell, a wall") == {
        word_hash("a"): 2,
        word_hash("cell"): 1 + CONTEXT_WEIGHT,
        word_hash("wall"): 1,
    }


def test_entries_are_in_order_and_each_word_is_there_once() -> None:
    made = bag("", "one two three four five six one")
    assert np.frombuffer(made.tobytes(), BAG).tolist() == made.tolist()
    assert (len(made), length(made)) == (6, 7)
    assert (np.diff(made["word"].astype(np.int64)) > 0).all()
    assert pack([(7, 1), (3, 2), (7, 2)]).tolist() == [(3, 2), (7, 3)]


def test_a_count_stays_within_its_byte() -> None:
    assert counts("", "spam " * 1000) == {word_hash("spam"): 255}


def test_an_empty_text_has_an_empty_bag() -> None:
    assert len(bag("", "")) == length(bag("", "")) == 0


def test_a_hash_is_the_same_in_every_process() -> None:
    assert word_hash("cell") == 1465478393
    assert word_hash("cell") != word_hash("cells")


def test_a_question_counts_what_it_says_twice() -> None:
    assert question("the wall of the wall cells") == {word_hash("wall"): 2.0, word_hash("cell"): 1.0}


@pytest.mark.parametrize("other", ["the  WALRUS sleeps", "The walrus, sleeps!", "\nThe Walrus sleeps\n"])
def test_passages_that_say_the_same_are_alike(other: str) -> None:
    assert likeness(other) == likeness("The walrus sleeps.")


@pytest.mark.parametrize("other", ["The walrus sleeps 3 times.", "Sleeps the walrus.", "walrus", ""])
def test_passages_that_say_something_else_are_not(other: str) -> None:
    assert likeness(other) != likeness("The walrus sleeps.")


def test_passages_without_words_are_told_apart_by_their_signs() -> None:
    assert likeness("?!") != likeness("...")


@given(st.text(), st.text())
def test_any_text_can_be_analysed(context: str, text: str) -> None:
    assert 0 <= likeness(text) < 2**63
    assert length(bag(context, text)) >= len(bag(context, text))
