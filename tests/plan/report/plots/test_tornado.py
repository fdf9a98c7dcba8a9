"""The tornado: two pieces an input, and which way is whose."""

from __future__ import annotations

import pytest

from freehold.pages.drawing import NARROW, WIDE
from freehold.plan.report.palette import Palette
from freehold.plan.report.plots.tornado import tornado
from freehold.plan.result import Plan
from support.pictures import of, text
from support.plans import moderate


@pytest.fixture
def plan() -> Plan:
    return moderate()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_tornado_has_two_pieces_an_input_and_says_which_way_is_whose(plan: Plan, width: int) -> None:
    assert plan.tornado is not None
    svg = tornado(plan.tornado, Palette(plan), plan.currency, width)
    assert len(of(svg, "less")) == len(of(svg, "more")) == 4
    assert "they cost the same" in text(svg)
    assert any(each.startswith("Hosted") and each.endswith("cheaper →") for each in text(svg))


def test_an_input_is_named_as_the_plan_names_it_since_options_may_share_it(plan: Plan) -> None:
    assert plan.tornado is not None
    power = next(bar for bar in plan.tornado.bars if bar.path.endswith("usd_kwh"))
    assert power.label in text(tornado(plan.tornado, Palette(plan), plan.currency, NARROW))
