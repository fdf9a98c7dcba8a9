from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.plan.crossing import halved, lasting, possible, stated, straight

VALUES = np.array([1.0, 2.0, 3.0, 4.0])


@pytest.mark.parametrize(
    ("dearer", "place"),
    [
        ([True, True, False, False], (1, 2)),
        ([True, False, True, False], (2, 3)),  # cheaper for a while is not cheaper for good
        ([False, False, False, False], (-1, -1)),
        ([True, True, True, True], (-1, -1)),
        ([False, False, True, True], (-1, -1)),
    ],
)
def test_the_last_change_to_cheaper_is_the_crossing(dearer: list[bool], place: tuple[int, int]) -> None:
    before, after = lasting(np.array([dearer]))
    assert (before[0], after[0]) == place


@given(st.floats(1.001, 9.999), st.floats(1.001, 9.999))
def test_halving_finds_the_border_of_each_world(first: float, second: float) -> None:
    borders = np.array([first, second])
    found = halved(np.ones(2), np.full(2, 10.0), lambda values: values < borders, 40)
    assert found == pytest.approx(borders, rel=1e-9)


def test_halving_a_step_finds_its_edge_from_above() -> None:
    found = halved(np.array([1.0]), np.array([8.0]), lambda values: np.floor(values) < 5, 40)
    assert found[0] >= 5
    assert found[0] == pytest.approx(5)


def test_a_straight_line_crosses_where_it_is_zero() -> None:
    difference = np.array([[3.0, 1.0, -3.0, -4.0], [1.0, 1.0, 1.0, 1.0]])
    at = straight(VALUES, difference, np.array([1, -1]))
    assert at[0] == pytest.approx(2.25)
    assert np.isnan(at[1])


def test_a_crossing_is_stated_about_that_of_the_values() -> None:
    draws = np.linspace(0, 10, 101)
    found = stated(np.array([4.0, *draws, np.nan]))
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((4, 1, 9))


def test_a_crossing_of_values_beyond_its_draws_widens_them() -> None:
    found = stated(np.array([0.5, *np.linspace(1, 2, 50)]))
    assert found is not None
    assert found.low == 0.5


def test_most_of_the_draws_make_a_crossing_that_the_values_have_not() -> None:
    some, most = np.array([np.nan, 1.0, np.nan, np.nan]), np.array([np.nan, 1.0, 2.0, np.nan])
    assert stated(some) is None
    found = stated(most)
    assert found is not None
    assert found.value == 1.5


def test_only_what_can_be_is_possible() -> None:
    found = possible(np.array([-1.0, 0.0, 0.5, 2.0, np.inf, np.nan]), most=1.0)
    assert np.isnan(found[[0, 3, 4, 5]]).all()
    assert found[[1, 2]].tolist() == [0, 0.5]
