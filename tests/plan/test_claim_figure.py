from __future__ import annotations

import numpy as np
import pytest

from freehold.plan.claim_figure import ClaimFigure
from freehold.plan.costing import Costing
from freehold.plan.draws import Case
from freehold.plan.result import Interval
from freehold.plan.scenario import Claim
from support.scenarios import FixedSizer, scenario


def figure(name: str, **more: object) -> ClaimFigure:
    claim = Claim(name="said", text="It is said.", figure=name, options=("gpu",), **more)  # type: ignore[arg-type]
    return ClaimFigure(claim, Costing(scenario(), {"gpu": FixedSizer(), "box": FixedSizer()}))


def test_the_world_of_a_claim_lies_between_what_it_allows() -> None:
    made = figure("gpu_month", where={"options.gpu.price_gpu_hour": (2.0, 4.0)})
    assert [made(made.world(at))[0] / 730 for at in (0.0, 0.5, 1.0)] == [2, 3, 4]


def test_a_figure_has_one_number_for_each_world() -> None:
    made = figure("usd_a_month")
    case = Case(3).with_input("options.gpu.price_gpu_hour", np.array([[1.0], [2.0], [3.0]]))
    assert made(case) == pytest.approx(np.array([1, 2, 3]) * 2 * 4 * 24 * 30.4)


def test_a_days_cost_is_the_months_over_its_days() -> None:
    assert figure("usd_a_day")(Case()) == pytest.approx(figure("usd_a_month")(Case()) / 30.4)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gpu_month", "1.00 to 2.50 USD/month"),
        ("tokens_a_second", "1 to 2.5 answer tokens/s"),
        ("break_even_requests", "1.0 to 2.5 requests/day"),
    ],
)
def test_a_figure_is_shown_with_its_unit(name: str, said: str) -> None:
    assert figure(name).shown(Interval(2.0, 1.0, 2.5)) == said
    assert " to " not in figure(name).shown(Interval(2.0, 2.0, 2.0))


def test_the_arithmetic_has_the_numbers_in_it() -> None:
    said = figure("tokens_a_second", where={"workload.answer_tokens": (400.0, 400.0)}).arithmetic()
    assert said == "10,000 requests/day x 400 answer tokens / 86,400 s"
    assert figure("gpu_month").arithmetic() == "2.00 USD/GPU-hour x 730 hours"
    assert figure("usd_a_month").arithmetic().startswith("GPU hours 8 instances x 24 hours/day")
