from __future__ import annotations

import numpy as np
import pytest

from freehold.plan.cost.setting import Setting, mean
from freehold.plan.cost.traffic import Traffic
from freehold.plan.draws import Case
from support.scenarios import quantity, scenario, workload


def setting(draws: int = 1) -> Setting:
    made, case = scenario(workload=workload(growth=0.1)), Case(draws)
    return Setting(made, case, Traffic.of(made.workload, case, made.horizon_months), {})


def test_a_part_spreads_over_the_months_and_names_each_path_once() -> None:
    price = quantity("options.frontier.input", 2.5)
    part = setting().part("thing", np.array([[3.0]]), "3 = 3.00 USD", price, "workload.requests_a_day", price)
    assert part.usd.shape == (1, 12)
    assert part.usd.sum() == 36
    assert part.inputs == ("options.frontier.input", "workload.requests_a_day")
    assert part.formula == "3 = 3.00 USD"


def test_a_formula_tells_of_one_world() -> None:
    assert setting(2).part("thing", np.ones((2, 1)), "1 = 1.00 USD").formula == ""


def test_inputs_are_said_as_the_first_world_has_them() -> None:
    now = setting()
    assert now.said(now.scenario.workload.prompt_tokens, "tokens") == "2,000 tokens"
    assert now.priced(quantity("x", 2.5), "USD") == "2.50 USD"
    assert now.days == 30.4
    assert now.months == 12


def test_a_share_of_the_requests_changes_the_traffic_alone() -> None:
    now = setting()
    half = now.with_share(np.array([[0.5]]))
    assert half.traffic.requests == pytest.approx(now.traffic.requests / 2)
    assert half.case is now.case


def test_the_mean_is_the_first_worlds() -> None:
    assert mean(np.array([[1.0, 3.0], [100.0, 100.0]])) == 2
