"""The classifier adds up what stands in its file, and what is shipped is whole."""

from __future__ import annotations

import array
import base64
import binascii

import pytest

from freehold.guards.injection.classifier import DIMENSIONS, Classifier, Regression, probability, shipped


def encoded(*values: float) -> str:
    return base64.b64encode(array.array("f", values).tobytes()).decode()


SMALL = Classifier(
    {}, Regression(-1.0, {"w:your answer": 2.0}), Regression(0.0, {"w:your answer": 1.0}), encoded(3.0, 0.0)
)


def test_words_add_up() -> None:
    assert SMALL.by_words({"w:your answer", "w:unknown"}) == 1.0
    assert SMALL.by_words(set()) == -1.0


def test_meaning_is_averaged_with_words() -> None:
    assert SMALL.by_meaning({"w:your answer"}, [1.0, 0.0]) == ((1.0 + 3.0) + 1.0) / 2


def test_a_vector_of_another_length_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        SMALL.by_meaning(set(), [1.0])


def test_probability_is_that_of_the_logit() -> None:
    assert probability(0) == 0.5
    assert probability(1000) > 0.999
    assert probability(-1000) < 0.001


def test_what_is_shipped_is_whole_and_says_what_it_was_made_from() -> None:
    made = shipped()
    assert len(base64.b64decode(made.vector)) == 4 * DIMENSIONS
    assert len(made.words.weights) > 100
    assert {"texts", "vectors", "by", "cross-validated"} <= made.made_from.keys()
    assert shipped() is made


def test_a_broken_file_is_not_taken_for_one() -> None:
    with pytest.raises(binascii.Error):
        Classifier({}, SMALL.words, SMALL.meaning, "***").by_meaning(set(), [])
