"""Cost against volume: lines, bands, and rings where they cross."""

from __future__ import annotations

from itertools import pairwise

import pytest

from freehold.pages.drawing import NARROW, WIDE
from freehold.plan.report.palette import Palette
from freehold.plan.report.plots.volume import crossings, volume
from freehold.plan.result import Plan
from support.pictures import drawn, of, text
from support.plans import free, moderate


@pytest.fixture
def plan() -> Plan:
    return moderate()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_volume_has_a_line_and_a_band_an_option_and_a_ring_a_crossing(plan: Plan, width: int) -> None:
    svg = volume(plan, Palette(plan), width)
    assert len(of(svg, "band")) == 4
    assert len(of(svg, "ring")) == len(crossings(plan)) == 2
    assert {"7.5k", "11k", "planned: 10,000 a day"} <= set(text(svg))
    assert "Below 7,464 requests a day" in (drawn(svg).findtext("desc") or "")


def test_a_ring_lies_on_both_lines_that_cross(plan: Plan) -> None:
    ring = of(volume(plan, Palette(plan), WIDE), "ring")[0]
    lines = of(volume(plan, Palette(plan), WIDE), "curve")
    for line in (lines[0], lines[2]):
        points = [tuple(map(float, pair.split())) for pair in (line.get("d") or "")[1:].split("L")]
        near = [
            a[1] + (b[1] - a[1]) * (float(ring.get("cx") or 0) - a[0]) / (b[0] - a[0])
            for a, b in pairwise(points)
            if a[0] <= float(ring.get("cx") or 0) <= b[0]
        ]
        assert near[0] == pytest.approx(float(ring.get("cy") or 0), abs=6)


def test_a_plan_that_costs_nothing_is_drawn() -> None:
    plan = free()
    for width in (WIDE, NARROW):
        drawn(volume(plan, Palette(plan), width))
