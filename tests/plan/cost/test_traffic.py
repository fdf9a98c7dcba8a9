from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.plan.cost.traffic import ANSWER_WORK, Traffic
from freehold.plan.cost.week import HOURS
from freehold.plan.draws import Case
from freehold.plan.scenario import Workload
from support.scenarios import quantity, workload


def traffic(flow: Workload, case: Case | None = None, months: int = 3) -> Traffic:
    return Traffic.of(flow, case or Case(), months)


def peaked(hours: tuple[float, ...], peak: float) -> Workload:
    shares = tuple(hour / sum(hours) for hour in hours)
    return msgspec.structs.replace(workload(), hours=shares, peak_over_mean=quantity("workload.peak_over_mean", peak))


def test_the_volume_is_the_days_requests_grown_month_by_month() -> None:
    found = traffic(workload(10_000, growth=0.1))
    assert found.requests == pytest.approx(np.array([[304_000, 334_400, 367_840]]))
    assert found.months == 3


def test_a_month_that_shrinks_by_more_than_all_is_empty() -> None:
    assert traffic(workload(10_000, growth=-1.5)).requests.tolist() == [[304_000, 0, 0]]


def test_the_first_months_busiest_hour_at_its_value_is_a_load_of_one() -> None:
    assert traffic(workload(growth=0.1)).peak == pytest.approx(np.array([[1, 1.1, 1.21]]))


def test_the_load_follows_the_volume_and_the_peak_that_are_drawn() -> None:
    case = Case(2).with_input("workload.requests_a_day", np.array([[20_000], [5_000]]))
    case = case.with_input("workload.peak_over_mean", np.array([[2], [3]]))
    assert traffic(workload(), case, 1).peak == pytest.approx(np.array([[2], [0.75]]))


@given(st.integers(1, 10**6), st.integers(100, 500))
def test_the_busiest_hour_is_not_a_hair_more(requests: int, peak: int) -> None:
    found = traffic(
        msgspec.structs.replace(
            workload(100), requests_a_day=quantity("r", requests), peak_over_mean=quantity("p", peak / 100)
        ),
        months=1,
    )
    assert found.peak == 1
    assert found.hour(168 * max(found.workload.hours)) <= 1


def test_a_peak_below_the_mean_is_the_mean() -> None:
    assert traffic(workload(), Case().with_input("workload.peak_over_mean", 0.5), 1).peak == pytest.approx(0.5)


def test_longer_requests_are_more_work_and_an_answer_token_weighs_more() -> None:
    case = Case(3).with_input("workload.prompt_tokens", np.array([[4000], [2000], [2000]]))
    case = case.with_input("workload.answer_tokens", np.array([[500], [1000], [500]]))
    case = case.with_input("workload.cached_share", np.array([[0], [0], [0.5]]))
    usual = 2000 + ANSWER_WORK * 500
    expected = [
        (4000 + ANSWER_WORK * 500) / usual,
        (2000 + ANSWER_WORK * 1000) / usual,
        (1000 + ANSWER_WORK * 500) / usual,
    ]
    assert traffic(workload(), case, 1).peak[:, 0] == pytest.approx(expected)


def test_a_part_of_the_traffic_is_as_much_less_in_all() -> None:
    whole = traffic(workload(growth=0.1))
    part = whole.part(np.array([[0.25]])).part(np.array([[0.5]]))
    assert part.requests == pytest.approx(whole.requests / 8)
    assert part.peak == pytest.approx(whole.peak / 8)
    assert part.volume == pytest.approx(0.125)


@given(
    st.lists(st.integers(0, 9), min_size=HOURS, max_size=HOURS).filter(
        lambda hours: 0 < sum(hours) < HOURS * max(hours)
    )
)
def test_the_weeks_own_peak_leaves_its_hours_as_they_are(hours: list[int]) -> None:
    top = max(hours) * HOURS / sum(hours)
    found = traffic(peaked(tuple(hours), top), months=1)
    for hour in sorted(set(hours) - {0}):
        over_mean = hour * HOURS / sum(hours)
        assert found.hour(over_mean) == pytest.approx(over_mean / top)


def test_a_higher_peak_stretches_the_busy_hours_and_takes_it_from_the_quiet_ones() -> None:
    hours = (3.0, 1.5, 0.5, 0.5) * 42
    mean = np.mean(hours)
    shape = [hour / mean for hour in hours]
    found = traffic(peaked(hours, max(shape)), Case().with_input("workload.peak_over_mean", 2.5), 1)
    loads = [float(found.hour(each)[0, 0]) for each in shape]
    assert max(loads) == pytest.approx(float(found.peak[0, 0]))
    assert np.mean(loads) == pytest.approx(1 / max(shape)), "the week has as many requests as before"
    assert loads[2] < 0.5 / mean / max(shape)


def test_closed_hours_stay_closed_and_no_quiet_hour_passes_the_mean() -> None:
    hours = (4.0, 1.0, 1.0, 0.0) * 42
    found = traffic(peaked(hours, 4 / 1.5), Case().with_input("workload.peak_over_mean", 1.0), 1)
    mean_hour = 1.5 / 4
    assert found.hour(1 / 1.5) == pytest.approx(mean_hour)
    assert found.hour(4 / 1.5) == pytest.approx(mean_hour)


def test_a_flat_week_is_all_peak() -> None:
    found = traffic(peaked((1.0,) * HOURS, 2.0), months=1)
    assert found.hour(1.0) == pytest.approx(found.peak)


def test_the_factors_of_a_formula_say_what_is_not_plain() -> None:
    assert [each for each in traffic(workload()).factors if each] == ["10,000 requests/day", "30.4 days"]
    grown = traffic(workload(growth=0.1)).part(np.array([[0.25]]))
    assert grown.factors[1:3] == ("0.25 of them", "1.103333 by growth, on average")
