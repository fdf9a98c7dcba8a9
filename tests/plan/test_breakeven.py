from __future__ import annotations

from itertools import combinations

import msgspec
import numpy as np
import pytest

from freehold.plan.breakeven import break_evens, with_share
from freehold.plan.costing import Costing
from freehold.plan.curves import grid
from freehold.plan.draws import Case, inputs, sample
from freehold.plan.result import BreakEven
from freehold.plan.scenario import Api, Cloud, Scenario
from support.scenarios import FixedSizer, api, cloud, hybrid, owned, scenario, without_ranges, workload


def solved(made: Scenario, each: float = 1e9, draws: int = 60) -> dict[tuple[str, str, str], BreakEven]:
    costing = Costing(made, {option.name: FixedSizer(each) for option in made.options})
    names = [option.name for option in made.options]
    case = sample(inputs(made), draws, 1)
    pairs = [(one.name, two.name) for one, two in combinations(made.options, 2) if type(one) is not type(two)]
    found = break_evens(costing, pairs, grid(costing, names, case), case)
    return {(one.variable, one.first, one.second): one for one in found}


def one_a100(usd_month: float = 1015.0) -> Scenario:
    """One A100 for a fixed month against 2.50 and 10.00 dollars a million tokens, everything known."""
    hour = usd_month / (24 * 30.4)
    options = api("frontier", 2.5, 10.0), cloud("gpu", hour, gpus=1)
    return without_ranges(scenario(options=options, workload=workload()))


def test_one_a100_pays_from_3338_queries_a_day() -> None:
    found = solved(one_a100())["volume", "frontier", "gpu"]
    assert found.at is not None
    assert found.at.value == pytest.approx(1015 / 30.4 / 0.01, rel=1e-6)
    assert found.at.low == pytest.approx(found.at.value, rel=2e-3)
    assert found.share == 1.0
    assert found.now == 10_000
    assert "From 3,339 requests a day on, Rented A100s costs less than Frontier" in found.sentence


def test_machines_in_steps_pay_for_good_only_after_the_last_of_them_that_is_dearer() -> None:
    # Each replica, 1,015 dollars, carries 10,000 requests a day: at the frontier's 0.304 a month it pays in the step.
    found = solved(one_a100(), each=1.0)["volume", "frontier", "gpu"]
    assert found.at is not None
    assert found.at.value == pytest.approx(3338.8, rel=1e-4)
    # At 2,700 dollars it pays from 8,882 on; a second replica, from 10,000, is dearer again until 17,763, a third from
    # 20,000 until 26,645, and so on: the eighth from 70,000 until 71,053. The ninth is cheaper from its first request.
    found = solved(one_a100(2_700.0), each=1.0)["volume", "frontier", "gpu"]
    assert found.at is not None
    assert found.at.value == pytest.approx(8 * 2_700 / 30.4 / 0.01, rel=1e-4)


def test_without_a_crossing_the_sentence_says_which_is_cheaper() -> None:
    found = solved(one_a100(0.5))["volume", "frontier", "gpu"]
    assert found.at is None
    assert found.share == 0
    assert (
        found.sentence == "At every volume from 100 to 1,000,000 requests a day, Rented A100s costs less than Frontier."
    )


def test_options_of_one_kind_are_not_held_against_each_other() -> None:
    made = scenario(options=(api("frontier", 2.5, 10.0), api("hosted", 0.2, 0.4), cloud()))
    pairs = {key[1:] for key in solved(made)}
    assert ("frontier", "hosted") not in pairs
    assert ("hosted", "frontier") not in pairs


def test_the_price_is_blended_over_the_tokens_asked() -> None:
    found = solved(one_a100())["price", "frontier", "gpu"]
    assert found.at is not None
    assert found.at.value == pytest.approx(1015 / 760)
    assert found.now == pytest.approx(4.0)
    assert found.unit == "USD/million tokens"
    assert "$1.34" in found.sentence
    assert "$4.00" in found.sentence


def test_at_the_price_that_was_solved_both_cost_the_same() -> None:
    made = scenario(options=(api("frontier", 2.5, 10.0, hours=3.0), cloud(hours=10.0)))
    found = solved(made)["price", "frontier", "gpu"]
    assert found.at is not None
    factor = found.at.value / 4.0
    frontier = made.options[0]
    assert isinstance(frontier, Api)
    costing = Costing(made, {"gpu": FixedSizer(1e9)})
    case = Case()
    for each in (frontier.input, frontier.cached_input, frontier.output):
        case = case.with_input(each.path, each.value * factor)
    assert costing.month("frontier", case) == pytest.approx(costing.month("gpu", case))


def test_the_hours_that_were_solved_make_both_cost_the_same() -> None:
    made = without_ranges(
        scenario(options=(api("frontier", 2.5, 10.0), cloud("gpu", 0.5, hours=2.0)), workload=workload())
    )
    found = solved(made)["hours of staff", "frontier", "gpu"]
    assert found.at is not None
    assert found.at.value == pytest.approx((3040 - 4 * 0.5 * 24 * 30.4) / 75)
    assert found.now == 2.0


def test_no_hours_of_staff_are_few_enough_for_what_is_dearer_without_them() -> None:
    found = solved(one_a100(9_000.0))["hours of staff", "frontier", "gpu"]
    assert found.at is None
    assert "even if nobody spends an hour" in found.sentence


def test_utilisation_is_what_is_served_over_what_could_be() -> None:
    # One replica carries twice the busiest hour, and that has twice the mean hour's requests: a quarter is used.
    found = solved(one_a100(1520.0), each=2.0)["utilisation", "frontier", "gpu"]
    assert found.at is not None
    assert found.now == pytest.approx(0.25, rel=1e-2)
    assert found.at.value == pytest.approx(0.125, rel=1e-2)
    full = solved(one_a100(20_000.0), each=2.0)["utilisation", "frontier", "gpu"]
    assert full.at is None
    assert full.sentence.startswith("Even fully used")


def test_what_follows_the_hour_has_no_utilisation() -> None:
    gpu = cloud()
    scaled = msgspec.structs.replace(gpu, autoscale=True)
    assert isinstance(scaled, Cloud)
    made = scenario(options=(api("frontier", 2.5, 10.0), scaled))
    assert not [key for key in solved(made, each=1.0) if key[0] == "utilisation"]


def test_a_hybrid_pays_from_the_share_that_covers_its_home() -> None:
    options = api("frontier", 2.5, 10.0), cloud("gpu", 1520 / (24 * 30.4), gpus=1), hybrid()
    found = solved(without_ranges(scenario(options=options, workload=workload())))[
        "share at home", "frontier", "cascade"
    ]
    assert found.at is not None
    assert found.at.value == pytest.approx(0.5, rel=1e-3)
    assert "from 50 % kept at home" in found.sentence


def test_a_home_that_is_dearer_than_all_away_never_pays() -> None:
    options = api("frontier", 2.5, 10.0), cloud("gpu", 9.0), hybrid()
    found = solved(scenario(options=options))["share at home", "frontier", "cascade"]
    assert found.at is None
    assert found.sentence.startswith("At no share")


def test_intervals_widen_with_the_ranges_of_inputs() -> None:
    made = scenario(options=(api("frontier", 2.5, 10.0, spread=1.3), owned()))
    found = solved(made, draws=200)["volume", "frontier", "box"]
    assert found.at is not None
    assert found.at.low < found.at.value < found.at.high
    assert found.at.high / found.at.low > 1.3
    assert np.isfinite([found.at.low, found.at.high]).all()


def test_a_speed_at_which_nothing_holds_counts_as_no_crossing() -> None:
    made = scenario(options=(api("frontier", 2.5, 10.0), cloud("gpu", 0.5)))
    costing = Costing(made, {"gpu": FixedSizer(1e9, slowest=1.0)})
    case = sample(inputs(made), 100, 1)
    names = ["frontier", "gpu"]
    found = break_evens(costing, [("frontier", "gpu")], grid(costing, names, case), case)[0]
    assert found.share == pytest.approx(0.5, abs=0.02)


def test_prices_are_told_in_the_scenarios_currency() -> None:
    made = msgspec.structs.replace(one_a100(), currency="GBP", usd=1.25)
    found = solved(made)["price", "frontier", "gpu"]
    assert found.at is not None
    assert found.at.value == pytest.approx(1015 / 760 / 1.25)
    assert found.unit == "GBP/million tokens"


def test_the_bounds_follow_the_volume() -> None:
    small = without_ranges(scenario(options=(api("frontier", 2.5, 10.0), cloud()), workload=workload(10.0)))
    found = solved(small)["volume", "gpu", "frontier"]
    assert found.at is None
    assert "from 0.1 to 1,000 requests a day" in found.sentence


@pytest.mark.parametrize(
    ("found", "crossed", "said"),
    [
        (True, 1.0, "Here."),
        (True, 0.77, "Here. 77 % of the draws have such a point."),
        (True, 0.43, "Here. Most draws have no such point: only 43 % of them do."),
        (False, 0.3, "Here. 30 % of the draws have such a point."),
        (False, 0.01, "Here."),
    ],
)
def test_the_share_of_draws_with_a_break_even_stands_beside_it(found: bool, crossed: float, said: str) -> None:
    assert with_share("Here.", found, crossed) == said


def test_a_sentence_and_its_share_agree() -> None:
    made = scenario(options=(api("frontier", 2.5, 10.0), cloud("gpu", 1.0, hours=16.0, spread=2.5)))
    found = solved(made).values()
    assert any(each.at is not None and each.share < 1 for each in found)
    for each in found:
        assert ("of the draws have such a point" in each.sentence) == (each.at is not None and 0.5 <= each.share < 1)
