"""Texts as vectors."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.evaluate.statistics.ngrams import character_vectors


def test_texts_that_are_alike_lie_near():
    one, near, far = character_vectors(["the train leaves at noon", "the train left at noon", "zwölf Äpfel"])
    assert one @ near > 0.6 > one @ far


def test_each_has_length_one_and_an_empty_one_none():
    found = character_vectors(["some text", "", "x" * 100_000])
    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 0, 1])
    assert found.shape == (3, 512)
