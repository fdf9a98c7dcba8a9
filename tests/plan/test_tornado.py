from __future__ import annotations

import pytest
from msgspec.structs import replace

from freehold.plan.costing import Costing
from freehold.plan.draws import Case
from freehold.plan.tornado import tornado
from support.scenarios import FixedSizer, api, cloud, hybrid, scenario, without_ranges, workload


def costing(each: float = 0.75, **changes: object) -> Costing:
    return Costing(scenario(**changes), {"gpu": FixedSizer(each), "box": FixedSizer(each)})


def test_bars_are_the_difference_at_the_ends_of_each_range_the_largest_first() -> None:
    made = costing()
    found = tornado(made, "frontier", "gpu")
    widths = [abs(bar.at_high - bar.at_low) for bar in found.bars]
    assert widths == sorted(widths, reverse=True)
    by_path = {bar.path: bar for bar in found.bars}
    price = by_path["options.gpu.price_gpu_hour"]
    for end, said in ((price.low_input, price.at_low), (price.high_input, price.at_high)):
        case = Case().with_input(price.path, end)
        difference = made.month("gpu", case) - made.month("frontier", case)
        assert said == pytest.approx(difference[0])
    assert found.difference == pytest.approx((made.month("gpu", Case()) - made.month("frontier", Case()))[0])


def test_what_moves_nothing_has_no_bar() -> None:
    paths = {bar.path for bar in tornado(costing(), "frontier", "gpu").bars}
    assert "options.box.price_kwh" not in paths
    assert "options.cascade.share_home" not in paths


def test_the_number_of_machines_follows_the_input() -> None:
    bars = {bar.path: bar for bar in tornado(costing(each=1.05), "frontier", "gpu").bars}
    speed = bars["options.gpu.server.speed"]
    assert speed.at_low - speed.at_high == pytest.approx(4 * 2.0 * 24 * 30.4)  # a second replica of four GPUs


def test_an_end_without_a_price_has_no_bar() -> None:
    made = Costing(scenario(), {"gpu": FixedSizer(slowest=0.9), "box": FixedSizer()})
    paths = {bar.path for bar in tornado(made, "frontier", "gpu").bars}
    assert "options.gpu.server.speed" not in paths
    assert "options.gpu.price_gpu_hour" in paths


def test_one_judgement_of_two_options_is_one_bar() -> None:
    made = costing(options=(cloud(hours=10.0, spread=1.5), cloud("other", hours=10.0, spread=1.5)))
    made = Costing(made.scenario, {"gpu": FixedSizer(), "other": FixedSizer()})
    assert tornado(made, "gpu", "other").bars == ()
    dear = Costing(made.scenario, {"gpu": FixedSizer(), "other": FixedSizer(0.1)})
    hour = next(bar for bar in tornado(dear, "gpu", "other").bars if bar.path.endswith("price_gpu_hour"))
    assert hour.label == "an hour of a GPU"


def test_a_judgement_that_one_of_the_two_shares_with_a_third_is_told_as_its_own() -> None:
    options = (cloud(hours=10.0, spread=1.5), api("frontier", 2.5, 10.0), cloud("other", hours=10.0, spread=1.5))
    made = costing(options=options)
    made = Costing(made.scenario, {"gpu": FixedSizer(), "other": FixedSizer()})
    labels = {bar.path: bar.label for bar in tornado(made, "frontier", "other").bars}
    assert labels["options.other.price_gpu_hour"] == "Rented A100s: an hour of a GPU"
    assert "options.gpu.price_gpu_hour" not in labels


def test_prices_that_move_together_are_one_bar_that_says_so() -> None:
    frontier = api("frontier", 2.5, 10.0, spread=1.5)
    parts = {field: replace(getattr(frontier, field), moves_with="prices") for field in ("input", "output")}
    made = costing(options=(replace(frontier, **parts), cloud()))
    bars = {bar.path: bar for bar in tornado(made, "gpu", "frontier").bars}
    assert "options.frontier.output" not in bars
    both = bars["options.frontier.input"]
    assert both.label == "Frontier: price of prompt tokens (the others move with it)"
    case = Case().with_input("options.frontier.input", 3.75).with_input("options.frontier.output", 15.0)
    assert both.at_high == pytest.approx((made.month("frontier", case) - made.month("gpu", case))[0])


def test_a_scenario_without_ranges_has_no_bars() -> None:
    made = Costing(without_ranges(scenario(options=(cloud(), cloud("other")), workload=workload())), {})
    made = Costing(made.scenario, {"gpu": FixedSizer(), "other": FixedSizer()})
    assert tornado(made, "gpu", "other").bars == ()


def test_what_a_hybrid_shares_with_an_option_that_is_not_compared_is_told_of_its_own_side() -> None:
    shared = {"hours": 10.0, "spread": 1.5}
    options = (cloud("other", **shared), cloud(**shared), api("frontier", 2.5, 10.0), hybrid())
    made = scenario(options=options)
    costing = Costing(made, {"gpu": FixedSizer(), "other": FixedSizer()})
    paths = {bar.path for bar in tornado(costing, "frontier", "cascade").bars}
    assert "options.gpu.price_gpu_hour" in paths
    assert not any(path.startswith("options.other.") for path in paths)
