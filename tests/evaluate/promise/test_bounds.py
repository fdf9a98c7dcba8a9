"""How many harms may stay, held to scipy's distributions."""

from __future__ import annotations

import pytest
from scipy import stats

from freehold.evaluate.promise.bounds import beyond, most_harms, needed, risk


@pytest.mark.parametrize(("size", "harm"), [(114, 0.02), (265, 0.02), (500, 0.02), (500, 0.05), (2000, 0.01)])
def test_the_long_run_is_the_exact_binomial_test(size: int, harm: float) -> None:
    allowed = most_harms(size, harm, 0.9, horizon=0)
    assert stats.binom.cdf(allowed, size, harm) <= 0.1 < stats.binom.cdf(allowed + 1, size, harm)


@pytest.mark.parametrize(("harms", "size"), [(0, 115), (5, 500), (30, 1200)])
def test_the_count_to_come_is_beta_binomial(harms: int, size: int) -> None:
    expected = stats.betabinom.sf(20, 1000, harms + 1, size - harms)
    assert beyond(harms, size, 0.02, 1000) == pytest.approx(expected, rel=1e-6)


def test_a_horizon_allows_no_more_than_the_long_run() -> None:
    for size in range(100, 900, 37):
        assert most_harms(size, 0.02, 0.9) <= most_harms(size, 0.02, 0.9, horizon=0)
    assert most_harms(462, 0.02, 0.9, horizon=0) == 5
    assert most_harms(462, 0.02, 0.9) == 4


def test_it_is_said_how_many_questions_it_takes() -> None:
    assert needed(0.02, 0.9, 0, horizon=0) == 114
    for harms in range(4):
        size = needed(0.02, 0.9, harms)
        assert most_harms(size, 0.02, 0.9) == harms
        assert most_harms(size - 1, 0.02, 0.9) == harms - 1


def test_too_few_questions_allow_nothing() -> None:
    assert most_harms(12, 0.02, 0.9) == -1
    assert most_harms(0, 0.02, 0.9) == -1
    assert beyond(3, 3, 0.02, 100) == 1.0


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="a harm to promise"):
        most_harms(100, 0.0, 0.9)
    with pytest.raises(ValueError, match="confidence"):
        most_harms(100, 0.02, 1.0)
    with pytest.raises(ValueError, match="takes more than"):
        needed(1e-9, 0.9)


def test_the_risk_is_the_likelier_of_the_two_ways_to_break_a_promise() -> None:
    long_run, count = stats.binom.cdf(5, 500, 0.02), stats.betabinom.sf(20, 1000, 6, 495)
    assert risk(5, 500, 0.02, 1000) == pytest.approx(max(long_run, count))
    assert risk(5, 500, 0.02, 0) == pytest.approx(long_run)
    assert risk(-1, 500, 0.02, 1000) == 0.0
