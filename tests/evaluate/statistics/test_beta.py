"""The incomplete beta function and its inverse, held to scipy's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from freehold.evaluate.statistics.beta import beta_cdf, beta_quantile

parameters = st.floats(0.3, 50_000)


@given(st.floats(1e-6, 1 - 1e-6), parameters, parameters)
def test_the_distribution_is_scipys(x, a, b):
    assert beta_cdf(x, a, b) == pytest.approx(stats.beta.cdf(x, a, b), rel=1e-8, abs=1e-14)


@given(st.floats(0.0005, 0.9995), parameters, parameters)
def test_the_quantile_is_scipys(probability, a, b):
    assert beta_quantile(probability, a, b) == pytest.approx(stats.beta.ppf(probability, a, b), rel=1e-7, abs=1e-14)


def test_a_quantile_far_out_in_a_tail_is_found():
    assert beta_quantile(1e-9, 1, 4000) == pytest.approx(stats.beta.ppf(1e-9, 1, 4000), rel=1e-8)
    assert beta_quantile(1 - 1e-9, 3, 100_000) == pytest.approx(stats.beta.ppf(1 - 1e-9, 3, 100_000), rel=1e-6)


def test_the_ends_are_certain():
    assert (beta_cdf(0, 2, 3), beta_cdf(1, 2, 3)) == (0, 1)
    assert (beta_quantile(0, 2, 3), beta_quantile(1, 2, 3)) == (0, 1)


def test_what_is_no_distribution_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        beta_cdf(0.5, 0, 1)
    with pytest.raises(ValueError, match="from 0 to 1"):
        beta_quantile(1.5, 1, 1)
