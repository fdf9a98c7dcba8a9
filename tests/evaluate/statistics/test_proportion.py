"""Intervals of a share: held to scipy's, and by how often they cover."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from freehold.evaluate.statistics.proportion import exact, exact_lower, exact_upper, wilson


@given(st.data(), st.integers(1, 5000), st.floats(0.5, 0.999))
def test_both_are_scipys(data, size, confidence):
    successes = data.draw(st.integers(0, size))
    theirs = stats.binomtest(successes, size)
    for ours, method in (
        (exact(successes, size, confidence), "exact"),
        (wilson(successes, size, confidence), "wilson"),
    ):
        wanted = theirs.proportion_ci(confidence, method=method)
        assert (ours.low, ours.high) == pytest.approx((wanted.low, wanted.high), abs=1e-9)
        assert ours.value == successes / size


def test_no_error_in_many_is_the_rule_of_three():
    assert exact_upper(0, 300) == pytest.approx(3 / 300, rel=0.01)
    assert exact_lower(300, 300) == pytest.approx(1 - 3 / 300, rel=0.01)


def covered(bound, size: int, chance: float) -> float:
    """With which probability the interval of a sample of this size holds the chance."""
    counts = np.arange(size + 1)
    held = [not bound(int(count), size).excludes(chance) for count in counts]
    return float(np.sum(stats.binom.pmf(counts, size, chance)[held]))


@pytest.mark.parametrize("size", [5, 20, 100, 400])
@pytest.mark.parametrize("chance", [0.02, 0.2, 0.5, 0.9, 0.99])
def test_the_exact_interval_covers_at_least_what_it_says(size, chance):
    assert covered(exact, size, chance) >= 0.95


@pytest.mark.parametrize("size", [12, 50, 400])
def test_wilsons_covers_what_it_says_over_true_shares(size):
    over = [covered(wilson, size, chance) for chance in np.linspace(0.005, 0.995, 199)]
    assert 0.945 <= np.mean(over) <= 0.965


def test_the_one_sided_bound_holds_as_often_as_it_says():
    counts = np.arange(201)
    held = [exact_upper(int(count), 200, 0.9) >= 0.03 for count in counts]
    assert 0.90 <= np.sum(stats.binom.pmf(counts, 200, 0.03)[held]) <= 0.96


def test_of_nothing_nothing_is_known():
    for found in (exact(0, 0), wilson(0, 0)):
        assert (found.low, found.high) == (0, 1)
        assert math.isnan(found.value)


def test_what_cannot_be_is_refused():
    for bound in (exact, wilson, exact_upper, exact_lower):
        with pytest.raises(ValueError, match="cannot be"):
            bound(3, 2)
    with pytest.raises(ValueError, match="confidence"):
        exact(1, 2, 95)
