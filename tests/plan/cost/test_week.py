from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.plan.cost.week import HOURS, in_quietest, levels, working_days

OFFICE = tuple(1.0 if 9 <= hour % 24 < 17 and hour < 120 else 0.0 for hour in range(HOURS))
weeks = st.lists(st.integers(0, 50), min_size=HOURS, max_size=HOURS).filter(any).map(tuple)


def test_a_flat_week_is_one_level_that_never_rises() -> None:
    (level,) = levels((1 / HOURS,) * HOURS, 16)
    assert (level.hours, level.top, level.mean, level.rises) == (168, pytest.approx(1), pytest.approx(1), 0)


def test_hours_without_requests_belong_to_no_level_and_each_morning_rises() -> None:
    (level,) = levels(OFFICE, 16)
    assert (level.hours, level.rises) == (40, 5)
    assert level.top == pytest.approx(168 / 40)


def test_hours_on_a_border_belong_below_it() -> None:
    half = tuple(2.0 if hour % 2 else 1.0 for hour in range(HOURS))
    low, high = levels(half, 2)
    assert (low.hours, high.hours) == (84, 84)
    assert (low.top, high.top) == (pytest.approx(2 / 3), pytest.approx(4 / 3))
    assert (low.rises, high.rises) == (0, 84)


def test_sundays_last_hour_comes_before_mondays_first() -> None:
    monday = (2.0, *(1.0,) * (HOURS - 1))
    low, high = levels(monday, 4)
    assert (low.rises, high.rises, high.hours) == (0, 1, 1)


@given(weeks, st.integers(1, 20))
def test_levels_hold_every_hour_once_and_the_weeks_mean(hours: tuple[int, ...], most: int) -> None:
    found = levels(hours, most)
    assert len(found) <= most
    assert sum(level.hours for level in found) == sum(1 for hour in hours if hour)
    assert sum(level.hours * level.mean for level in found) == pytest.approx(HOURS)
    tops = [level.top for level in found]
    assert tops == sorted(tops)
    assert tops[-1] == pytest.approx(max(hours) * HOURS / sum(hours))


@given(weeks)
def test_the_steps_up_between_levels_are_the_machines_that_an_hour_by_hour_walk_starts(hours: tuple[int, ...]) -> None:
    found = levels(hours, 50)
    tops = [level.top for level in found]
    machines = [sum(1 for top in (0.0, *tops[:-1]) if load > top + 1e-9) for load in _loads(hours)]
    walked = sum(max(0, machines[hour] - machines[hour - 1]) for hour in range(HOURS))
    assert sum(level.rises for level in found) == walked


def test_days_are_worked_on_which_anybody_asks() -> None:
    assert working_days(OFFICE) == 5
    assert working_days((1 / HOURS,) * HOURS) == 7
    assert working_days((*(0.0,) * (HOURS - 1), 1.0)) == 1


def test_the_quietest_hours_are_those_in_which_machines_would_be_off() -> None:
    assert in_quietest(OFFICE, 24) == 0
    assert in_quietest(OFFICE, 8) == 0
    assert in_quietest(OFFICE, 7) == pytest.approx(5 / 40)
    assert in_quietest(OFFICE, 4) == pytest.approx(20 / 40)


def _loads(hours: tuple[int, ...]) -> list[float]:
    return [hour * HOURS / sum(hours) for hour in hours]
