"""Corrections for many comparisons."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from freehold.evaluate.statistics.multiple import benjamini_hochberg, e_bh, holm, shared_confidence


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_benjamini_and_hochbergs_is_scipys(p_values):
    assert benjamini_hochberg(p_values) == pytest.approx(list(stats.false_discovery_control(p_values)))


def test_holms_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1, 1]


def test_holm_rejects_any_true_hypothesis_in_5_percent():
    draws = np.random.default_rng(51).random((2000, 10))
    assert np.mean([min(holm(list(row))) <= 0.05 for row in draws]) <= 0.065


def test_e_values_that_are_high_enough_together_are_discoveries():
    assert e_bh([50, 30, 1, 0.2], 0.1) == [True, True, False, False]
    assert e_bh([15, 1, 1, 1], 0.1) == [False] * 4
    assert e_bh([], 0.1) == []


def test_confidence_is_shared_out():
    assert shared_confidence(0.95, 5) == pytest.approx(0.99)
    assert shared_confidence(0.95, 0) == pytest.approx(0.95)
