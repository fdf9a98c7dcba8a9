from __future__ import annotations

import msgspec
import pytest

from freehold.plan.cost import people as costs
from freehold.plan.cost.setting import Setting
from freehold.plan.cost.traffic import Traffic
from freehold.plan.draws import Case
from support.scenarios import people, quantity, scenario
from support.sums import reckoned


def test_people_are_paid_by_the_month_and_for_moving_once_spread_over_the_horizon() -> None:
    made, case = scenario(horizon_months=24), Case()
    setting = Setting(made, case, Traffic.of(made.workload, case, 24), {})
    work = msgspec.structs.replace(people("x", 10.0), hours_once=quantity("options.x.people.hours_once", 80.0))
    running, moving = costs.parts(work, setting)
    assert running.usd.tolist() == [[750.0] * 24]
    assert moving.usd.sum() == pytest.approx(80 * 75)
    assert moving.formula == "80 hours once x 75.00 USD/hour / 24 months = 250.00 USD"
    assert running.inputs == ("options.x.people.hours_a_month", "options.x.people.price_an_hour")
    assert costs.parts(work, Setting(made, case, Traffic.of(made.workload, case, 1), {}))[1].formula == (
        "80 hours once x 75.00 USD/hour / 1 month = 6,000.00 USD"
    )
    for part in (running, moving):
        again, said = reckoned(part.formula)
        assert again == pytest.approx(said) == pytest.approx(part.usd.mean())
