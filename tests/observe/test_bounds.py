from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.observe.bounds import DOLLARS, SECONDS, TOKENS, Histogram


@pytest.mark.parametrize("bounds", [SECONDS, TOKENS, DOLLARS])
def test_bounds_rise(bounds: tuple[float, ...]) -> None:
    assert list(bounds) == sorted(set(bounds))


def test_a_bound_is_within_its_bucket() -> None:
    histogram = Histogram((1.0, 2.0))
    for value in (1.0, 1.5, 2.0, 2.1):
        histogram.add(value)
    assert (histogram.counts, histogram.total) == ([1, 2, 1], pytest.approx(6.6))


@given(st.lists(st.floats(0, 1e6), max_size=50))
def test_nothing_is_lost(values: list[float]) -> None:
    histogram = Histogram(SECONDS)
    for value in values:
        histogram.add(value)
    assert sum(histogram.counts) == len(values)
    assert histogram.total == pytest.approx(sum(values))
