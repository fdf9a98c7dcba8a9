from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from freehold.plan.draws import TENTH, Case, at_score, inputs, interval, sample
from freehold.plan.quantity import Quantity, Shape
from support.scenarios import scenario


def quantity(path: str, low: float, value: float, high: float, shape: Shape = "amount") -> Quantity:
    return Quantity(path=path, value=value, low=low, high=high, unit="", shape=shape, source="test")


PRICE = quantity("options.a.input", 2.0, 2.5, 4.0)
SHARE = quantity("workload.cached_share", 0.2, 0.3, 0.6, "share")
GROWTH = quantity("workload.growth_a_month", -0.02, 0.01, 0.05, "signed")


def test_an_input_that_a_case_does_not_name_is_at_its_value() -> None:
    assert Case(3)[PRICE].tolist() == [[2.5], [2.5], [2.5]]
    assert Case(2).with_input(PRICE.path, 7.0)[PRICE].tolist() == [[7.0], [7.0]]
    assert Case(2).with_input(PRICE.path, 7.0)[SHARE].tolist() == [[0.3], [0.3]]


def test_a_number_without_a_fraction_is_a_float_all_the_same() -> None:
    whole = quantity("workload.batch_share", 0, 0, 0, "share")
    moved = Case(3).with_part(whole, slice(1, 3), np.array([0.25, 0.5]))
    assert moved[whole][:, 0].tolist() == [0, 0.25, 0.5]


def test_worlds_are_taken_by_slice_and_by_number() -> None:
    case = Case(4).with_input(PRICE.path, np.arange(4.0)[:, None])
    assert case.take(slice(1, 3))[PRICE][:, 0].tolist() == [1, 2]
    assert case.take(np.array([3, 0, 3]))[PRICE][:, 0].tolist() == [3, 0, 3]
    assert case.take(slice(2, 9)).draws == 2


def test_every_input_of_a_scenario_is_found_once() -> None:
    paths = [each.path for each in inputs(scenario())]
    assert len(paths) == len(set(paths))
    assert {"workload.requests_a_day", "options.frontier.input", "options.gpu.server.speed"} <= set(paths)
    assert "options.frontier.people.hours_a_month" in paths


@pytest.mark.parametrize("each", [PRICE, SHARE, GROWTH])
def test_a_tenth_lies_below_the_range_half_below_the_value_and_a_tenth_above(each: Quantity) -> None:
    drawn = sample([each], 10_000, 1)[each]
    assert drawn.shape == (10_000, 1)
    assert np.mean(drawn < each.low) == pytest.approx(0.1, abs=2e-4)
    assert np.mean(drawn < each.value) == pytest.approx(0.5, abs=2e-4)
    assert np.mean(drawn > each.high) == pytest.approx(0.1, abs=2e-4)


def test_an_input_that_is_known_is_not_drawn_at_all() -> None:
    known = quantity("a", 5, 5, 5)
    assert set(sample([known], 100, 1)[known].ravel()) == {5.0}
    assert sample([known], 100, 1)._given == {}


def test_a_further_input_changes_no_other_and_the_seed_changes_all() -> None:
    alone = sample([PRICE], 500, 7)[PRICE]
    assert np.array_equal(alone, sample([SHARE, PRICE, GROWTH], 500, 7)[PRICE])
    other = sample([PRICE], 500, 8)[PRICE]
    assert not np.array_equal(alone, other)
    assert np.array_equal(np.sort(alone, axis=0), np.sort(other, axis=0))


def test_one_judgement_is_right_or_wrong_everywhere_at_once() -> None:
    here, there = (quantity(f"options.{name}.people.price_an_hour", 45, 75, 120) for name in "ab")
    other = quantity("options.c.people.price_an_hour", 45, 75, 130)
    case = sample([here, there, other], 1_000, 1)
    assert np.array_equal(case[here], case[there])
    assert abs(np.corrcoef(case[here].ravel(), case[other].ravel())[0, 1]) < 0.1


def test_inputs_that_move_together_do_so_each_over_its_own_range() -> None:
    here, there = (
        replace(each, moves_with="prices") for each in (PRICE, replace(PRICE, path="b", high=9.0 * PRICE.high))
    )
    case = sample([here, there], 1_000, 1)
    assert np.array_equal(np.argsort(case[here].ravel()), np.argsort(case[there].ravel()))
    assert case[there].max() > 2 * case[here].max()


def test_the_speeds_of_two_servers_are_two_judgements() -> None:
    here, there = (quantity(f"options.{name}.speed", 0.8, 1.0, 1.25) for name in "ab")
    case = sample([here, there], 1_000, 1)
    assert abs(np.corrcoef(case[here].ravel(), case[there].ravel())[0, 1]) < 0.1


def test_inputs_are_independent() -> None:
    case = sample([PRICE, SHARE], 10_000, 3)
    assert abs(np.corrcoef(case[PRICE].ravel(), case[SHARE].ravel())[0, 1]) < 0.03


def test_a_mean_over_draws_is_steadier_than_that_of_plain_random_numbers() -> None:
    means = [float(sample([PRICE, SHARE], 200, seed)[PRICE].mean()) for seed in range(20)]
    assert np.std(means) < 1e-12


@pytest.mark.parametrize(
    ("each", "at_low", "at_high"),
    [
        (quantity("a", 0, 0, 0.2, "share"), 0.0, 0.2),
        (quantity("a", 0.8, 1, 1, "share"), 0.8, 1.0),
        (quantity("a", 0, 3, 4), 0.0, 4.0),
        (quantity("a", 0, 0, 4), 0.0, 4.0),
    ],
)
def test_a_side_without_logarithm_or_logit_is_straight(each: Quantity, at_low: float, at_high: float) -> None:
    ends = at_score(each, np.array([-TENTH, TENTH]))
    assert ends == pytest.approx([at_low, at_high])


def test_no_draw_passes_what_an_input_cannot_pass() -> None:
    pue = Quantity(path="a", value=1.4, low=1.1, high=1.7, least=1.0, most=3.0, unit="", source="test")
    drawn = sample([pue], 10_000, 1)[pue]
    assert drawn.min() == 1.0
    assert drawn.max() <= 3.0
    assert np.mean(drawn < 1.1) == pytest.approx(0.1, abs=2e-4)


@given(
    st.sampled_from(["amount", "share", "signed"]),
    st.lists(st.floats(0, 1), min_size=3, max_size=3).map(sorted),
    st.floats(-4, 4),
    st.floats(0, 2),
)
def test_an_input_rises_with_its_score_and_stays_what_it_is(
    shape: Shape, ends: list[float], score: float, more: float
) -> None:
    each = quantity("a", *ends, shape=shape)
    first, second = at_score(each, np.array([score, score + more]))
    assert first <= second + 1e-12
    if shape != "signed":
        assert first >= 0
    if shape == "share":
        assert second <= 1


def test_an_interval_is_the_value_between_two_percentiles() -> None:
    found = interval(np.arange(101.0), 40.0)
    assert (found.value, found.low, found.high) == (40, 10, 90)
    assert interval(np.arange(101.0)).value == 50


def test_worlds_without_a_number_are_left_out_of_an_interval() -> None:
    found = interval(np.array([1.0, 2.0, 3.0, np.inf]), 2.0)
    assert (found.low, found.high) == pytest.approx((1.2, 2.8))
    assert interval(np.array([np.inf])).value == np.inf
