import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.plan.workload.week import DAYS, active, peaks, spread_over


def test_office_hours_are_fifty_of_a_week():
    week = active("08:00-18:00", "mon-fri")
    assert week.sum() == 50
    assert week[8] == 1
    assert week[18] == 0
    assert not week[5 * 24 :].any()


def test_a_shift_over_midnight_ends_on_the_next_day():
    week = active("22:00-06:00", "sun")
    assert np.flatnonzero(week).tolist() == [0, 1, 2, 3, 4, 5, 166, 167]


def test_days_may_be_a_list_or_go_over_the_weekend():
    assert active("00:00-24:00", "mon,wed").sum() == 48
    assert active("00:00-24:00", "sat-mon").sum() == 72


@pytest.mark.parametrize(
    ("hours", "days"), [("8-25", "mon"), ("morning", "mon"), ("08:30-18:00", "mon"), ("8-18", "mo")]
)
def test_what_are_no_hours_or_days_is_refused(hours, days):
    with pytest.raises(ValueError, match="are no"):
        active(hours, days)


@given(st.integers(0, 23), st.integers(1, 24), st.sets(st.sampled_from(DAYS), min_size=1), st.floats(0.0, 1.0))
def test_the_busiest_hour_is_as_busy_as_asked(first, last, days, part):
    worked = active(f"{first}-{last}", ",".join(days))
    least, most = peaks(worked)
    wanted = least + part * (most - least)
    shares = spread_over(worked, wanted)
    assert shares.sum() == pytest.approx(1)
    assert shares.max() * 168 == pytest.approx(wanted, rel=1e-3)
    assert not shares[worked == 0].any()


@pytest.mark.parametrize("peak", [1.0, 60.0])
def test_what_the_hours_do_not_allow_is_refused_with_the_numbers(peak):
    with pytest.raises(ValueError, match=r"50 of 168 hours.*3.36 times"):
        spread_over(active("08:00-18:00", "mon-fri"), peak)
