from __future__ import annotations

from freehold.plan.claim_beside import Own
from freehold.plan.claim_figure import ClaimFigure
from freehold.plan.costing import Costing
from freehold.plan.result import BreakEven, Interval, Result, Sizing
from freehold.plan.scenario import Claim
from support.scenarios import FixedSizer, scenario

SIZING = Sizing(
    replicas=1,
    spares=0,
    gpus=4,
    replicas_last_month=1,
    utilisation=1.0,
    bound_by="",
    memory="",
    evidence="",
    loads=(),
)


def result(name: str, month: float, sizing: Sizing | None = SIZING) -> Result:
    return Result(name=name, title=name.title(), kind="", model="", month=Interval(month, month, month), sizing=sizing)


def crossing(first: str, second: str, at: float) -> BreakEven:
    place = Interval(at, at, at)
    return BreakEven(first=first, second=second, variable="volume", path="", unit="", at=place, share=1.0, sentence="")


def told(*results: Result, break_evens: tuple[BreakEven, ...] = ()) -> str:
    made = scenario()
    claim = Claim(
        name="said", text="It is said.", figure="break_even_requests", options=("frontier",), usd_month=1015.0
    )
    figure = ClaimFigure(claim, Costing(made, {"gpu": FixedSizer(), "box": FixedSizer()}))
    return Own(made, results, break_evens).machines(figure)


def test_a_fixed_month_stands_beside_the_plans_own_machines() -> None:
    found = told(
        result("box", 5_000.0),
        result("gpu", 4_430.0),
        result("frontier", 3_040.0, sizing=None),
        break_evens=(crossing("frontier", "gpu", 13_479.2), crossing("gpu", "box", 9.0)),
    )
    assert found.startswith("That is arithmetic: 1,015.00 USD a month, however many machines the volume needs")
    assert found.endswith(
        "10,000 requests a day take, against Frontier: Gpu, 4 GPUs at $4,430 a month, cheaper from 13,480 requests a "
        "day on; Box, 4 GPUs at $5,000 a month"
    )


def test_the_cheapest_few_are_told_also_where_they_cost_the_same() -> None:
    found = told(*(result(name, 100.0) for name in ("a", "b", "c", "d")))
    assert "C, 4 GPUs" in found
    assert "D, 4 GPUs" not in found


def test_without_machines_it_is_arithmetic_alone() -> None:
    assert told(result("frontier", 3_040.0, sizing=None)).endswith("tokens alone on the other side")
