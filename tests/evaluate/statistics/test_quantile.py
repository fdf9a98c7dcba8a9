"""Quantiles: how often their intervals cover, and where there is no bound."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from freehold.evaluate.statistics.quantile import quantile_interval


@pytest.mark.parametrize(
    ("quantile", "size"), [(0.5, 12), (0.5, 101), (0.9, 60), (0.95, 100), (0.95, 400), (0.99, 400)]
)
def test_it_covers_what_it_says(quantile, size):
    rng = np.random.default_rng(31)
    true = math.exp(stats.norm.ppf(quantile))
    held = np.mean([not quantile_interval(rng.lognormal(size=size), quantile).excludes(true) for _ in range(1500)])
    assert 0.93 <= held <= 0.97


def test_a_quantile_that_no_value_lies_beyond_has_no_upper_bound():
    found = quantile_interval(np.arange(12.0), 0.95)
    assert found.high == math.inf
    assert 8 < found.low < found.value <= 11
    assert quantile_interval(np.arange(12.0), 0.05).low == -math.inf


def test_all_alike_have_no_width():
    found = quantile_interval(np.full(200, 3.0), 0.5)
    assert (found.low, found.value, found.high) == (3, 3, 3)


def test_it_needs_values_and_a_quantile():
    for values, quantile in ((np.array([]), 0.5), (np.ones(3), 1.0)):
        with pytest.raises(ValueError, match="quantile"):
            quantile_interval(values, quantile)
