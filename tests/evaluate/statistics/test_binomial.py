"""The binomial distribution, held to scipy's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from freehold.evaluate.statistics.binomial import binomial_cdf, binomial_cdfs, binomial_log_pmf

chances = st.floats(1e-6, 1 - 1e-6)


@given(st.integers(0, 3000), chances)
def test_the_whole_table_is_scipys(size, chance):
    counts = np.arange(size + 1)
    assert np.allclose(binomial_cdfs(size, chance), stats.binom.cdf(counts, size, chance), rtol=1e-8, atol=1e-14)
    assert np.allclose(binomial_log_pmf(size, chance), stats.binom.logpmf(counts, size, chance), rtol=1e-8, atol=1e-8)


@given(st.data(), st.integers(1, 3000), chances)
def test_one_entry_is_scipys(data, size, chance):
    count = data.draw(st.integers(0, size))
    assert binomial_cdf(count, size, chance) == pytest.approx(stats.binom.cdf(count, size, chance), rel=1e-8, abs=1e-13)


def test_certainties():
    assert binomial_cdf(-1, 5, 0.5) == 0
    assert binomial_cdf(5, 5, 0.5) == 1
    assert list(binomial_cdfs(2, 0.0)) == [1, 1, 1]
    assert list(binomial_cdfs(2, 1.0)) == [0, 0, 1]


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="0 or more"):
        binomial_cdf(0, -1, 0.5)
    with pytest.raises(ValueError, match="from 0 to 1"):
        binomial_cdfs(3, 1.5)
