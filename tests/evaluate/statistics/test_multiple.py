"""Corrections for many comparisons."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from freehold.evaluate.statistics.multiple import benjamini_hochberg, holm


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
