"""The month in parts: pieces that add up."""

from __future__ import annotations

import pytest

from freehold.pages.drawing import NARROW, WIDE
from freehold.plan.report.palette import Palette
from freehold.plan.report.plots.parts import parts, pieces
from freehold.plan.result import Plan
from support.pictures import drawn, of, text
from support.plans import free, moderate


@pytest.fixture
def plan() -> Plan:
    return moderate()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_pieces_of_a_bar_add_up_to_its_month(plan: Plan, width: int) -> None:
    palette = Palette(plan)
    for result in plan.results[:-1]:
        assert result.month is not None
        assert sum(pieces(result, palette).values()) == pytest.approx(result.month.value)
    svg = parts(plan, palette, width)
    assert [each for each in text(svg) if each.startswith("$")] == ["$321", "$345", "$2,389", "$3,160"]
    longest = [float(each.get("width") or 0) for each in of(svg, "part")]
    assert max(longest) > 0.2 * width


def test_a_plan_that_costs_nothing_is_drawn() -> None:
    plan = free()
    for width in (WIDE, NARROW):
        drawn(parts(plan, Palette(plan), width))
