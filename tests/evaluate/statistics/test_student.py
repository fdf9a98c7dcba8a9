"""Student's t, held to scipy's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from freehold.evaluate.statistics.student import student_cdf, student_quantile

freedoms = st.floats(1, 5000)


@given(st.floats(-30, 30), freedoms)
def test_the_distribution_is_scipys(value, freedom):
    assert student_cdf(value, freedom) == pytest.approx(stats.t.cdf(value, freedom), rel=1e-7, abs=1e-12)


@given(st.floats(0.001, 0.999), freedoms)
def test_the_quantile_is_scipys(probability, freedom):
    assert student_quantile(probability, freedom) == pytest.approx(
        stats.t.ppf(probability, freedom), rel=1e-6, abs=1e-7
    )


def test_the_middle_is_nothing_and_certainty_is_refused():
    assert student_quantile(0.5, 3) == 0
    with pytest.raises(ValueError, match="between 0 and 1"):
        student_quantile(1.0, 3)
