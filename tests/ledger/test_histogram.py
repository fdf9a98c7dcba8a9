"""Durations in bins: percentiles of the nearest rank within one part in a hundred, whatever the scale."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from freehold.ledger.histogram import bin_of, quantile, value_of


@given(st.floats(0.001, 1e9))
@example(1.0)
@example(0.001)
def test_a_bin_stands_for_what_it_holds_within_a_hundredth(ms: float) -> None:
    assert value_of(bin_of(ms)) == pytest.approx(ms, rel=0.0100)


@given(st.lists(st.floats(0.01, 1e7), min_size=1, max_size=200), st.sampled_from([1, 50, 95, 99, 100]))
def test_percentiles_are_of_the_nearest_rank(durations: list[float], hundredths: int) -> None:
    ordered = sorted(durations)
    exact = ordered[-(-len(ordered) * hundredths // 100) - 1]
    assert quantile(Counter(map(bin_of, durations)), hundredths) == pytest.approx(exact, rel=0.0105, abs=0.0006)


@pytest.mark.parametrize("ms", [0.0, -5.0, 1e-9, 1e300, float("inf")])
def test_what_no_clock_measures_has_a_bin_too(ms: float) -> None:
    assert quantile({bin_of(ms): 1}, 50) is not None


def test_of_nothing_there_is_no_percentile() -> None:
    assert quantile({}, 50) is None
