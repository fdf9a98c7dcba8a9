from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from freehold.catalog.architectures import architectures
from freehold.plan.costing import Costing
from freehold.plan.draws import Case, inputs, sample
from freehold.plan.likeness import Likeness
from freehold.plan.montecarlo import costed, hopeless, refused
from freehold.plan.scenario import Scenario
from support.scenarios import FixedSizer, api, cloud, scenario, without_ranges, workload


def run(name: str, made: Scenario, sizer: FixedSizer | None = None, draws: int = 2_000):  # type: ignore[no-untyped-def]
    sizer = sizer or FixedSizer()
    costing = Costing(made, {option.name: sizer for option in made.options})
    likeness = Likeness(made, architectures())
    return costed(costing, costing.options[name], likeness, sample(inputs(made), draws, 1))


def test_without_ranges_every_interval_is_its_value() -> None:
    result, spend = run("frontier", without_ranges(scenario()))
    assert (result.month.low, result.month.value, result.month.high) == pytest.approx((3040, 3040, 3040))
    assert result.horizon.value == pytest.approx(3040 * 12)
    assert result.million_tokens.value == pytest.approx(4.0)
    assert spend.month.shape == (2_000,)


def test_one_ranged_price_carries_its_own_range_to_the_month() -> None:
    made = without_ranges(scenario())
    ranged = scenario(options=(cloud(),), workload=made.workload)
    result, _ = run("gpu", ranged, FixedSizer(1e9))
    month = 4 * 2.0 * 24 * 30.4
    assert (result.month.low, result.month.high) == pytest.approx((month / 1.2, month * 1.2), rel=1e-3)


def test_first_and_last_month_grow_apart() -> None:
    made = scenario(options=(api("frontier", 2.5, 10.0),), workload=workload(growth=0.1))
    result, _ = run("frontier", made, draws=50)
    assert result.last_month.value == pytest.approx(result.first_month.value * 1.1**11)


def test_lines_have_formula_inputs_and_interval_and_add_up() -> None:
    result, _ = run("box", scenario())
    assert sum(line.month.value for line in result.lines) == pytest.approx(result.month.value)
    assert all(line.formula and line.inputs for line in result.lines)
    assert result.sizing is not None
    assert "Its speed is modelled: a test's." in result.risk


def test_worlds_in_which_nothing_would_do_are_warned_of() -> None:
    result, spend = run("gpu", scenario(), FixedSizer(slowest=0.8))
    assert np.mean(~np.isfinite(spend.month)) == pytest.approx(0.1, abs=0.01)
    assert np.isfinite([result.month.low, result.month.high]).all()
    assert (
        "In 10 % of the draws no number of machines keeps the objectives: the intervals leave them out."
        in result.warnings
    )


@pytest.mark.parametrize(("lost", "hopes"), [(0.0, True), (0.45, True), (0.5, False), (0.94, False)])
def test_an_option_that_would_do_in_few_worlds_alone_is_hopeless(lost: float, hopes: bool) -> None:
    _, spend = run("gpu", scenario())
    month = np.where(np.arange(len(spend.month)) < lost * len(spend.month), np.inf, spend.month)
    told = hopeless(replace(spend, month=month))
    assert told == "" if hopes else told.startswith(f"in {lost:.0%} of the draws".replace("%", " %"))


def test_draws_are_the_same_for_all_options() -> None:
    made = scenario()
    cheap, dear = (run(name, made)[1].parts["output tokens"] for name in ("hosted", "frontier"))
    volume = sample(inputs(made), 2_000, 1)[made.workload.requests_a_day][:, 0]
    assert np.corrcoef(dear, volume)[0, 1] > 0.999
    assert np.corrcoef(cheap, volume)[0, 1] > 0.5


def test_a_refused_option_has_its_reason_and_no_numbers() -> None:
    made = scenario()
    result = refused(made.options[2], Likeness(made, architectures()), "it does not fit")
    assert result.refusal == "it does not fit"
    assert result.month is None
    assert result.lines == ()
    assert result.privacy
    assert Case().draws == 1
