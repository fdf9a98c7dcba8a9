"""Axes: places and ticks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.pages.scale import Scale, linear, logarithmic


def test_places_lie_between_the_ends() -> None:
    assert Scale(0, 10, 100, 200)(5) == 150
    assert Scale(1, 100, 0, 100, log=True)(10) == pytest.approx(50)
    assert Scale(0, 10, 100, 200)(99) == 200


def test_ticks_are_round() -> None:
    assert Scale(0, 3160, 0, 1).ticks(5) == [0, 1000, 2000, 3000]
    assert Scale(-96, 264, 0, 1).ticks(6) == [0, 100, 200]
    assert Scale(100, 100_000, 0, 1, log=True).ticks(4) == [100, 1000, 10_000, 100_000]
    assert Scale(10, 100, 0, 1, log=True).ticks(6) == [10, 20, 50, 100]


@given(st.lists(st.floats(-1e9, 1e9), max_size=9), st.integers(2, 9))
def test_an_axis_of_any_numbers_has_few_ticks_within_it(values: list[float], most: int) -> None:
    axis = linear(values, 0, 300)
    ticks = axis.ticks(most)
    assert len(ticks) <= most + 1
    assert all(axis.low - 1e-6 <= tick <= axis.high + 1e-6 for tick in ticks)
    assert all(0 <= axis(value) <= 300 for value in values)


@given(st.lists(st.floats(1e-6, 1e12), max_size=9), st.integers(2, 9))
def test_a_logarithmic_axis_too(values: list[float], most: int) -> None:
    axis = logarithmic(values, 300, 0)
    assert len(axis.ticks(most)) <= most
    assert all(0 <= axis(value) <= 300 for value in values)
