"""The normal distribution, held to scipy's."""

from __future__ import annotations

import pytest
from scipy import stats

from freehold.evaluate.statistics.normal import normal_cdf, normal_quantile, two_sided


@pytest.mark.parametrize("probability", [1e-12, 0.01, 0.3, 0.5, 0.975, 1 - 1e-9])
def test_quantile_and_distribution_are_scipys(probability):
    assert normal_quantile(probability) == pytest.approx(stats.norm.ppf(probability), rel=1e-9, abs=1e-12)
    assert normal_cdf(normal_quantile(probability)) == pytest.approx(probability, rel=1e-6)


def test_both_sides_of_95_percent():
    assert two_sided(0.95) == pytest.approx(1.959964, abs=1e-6)


def test_what_is_no_probability_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        normal_quantile(1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        two_sided(95)
