"""The four plots: what they draw, what they say of it, at both widths, and of plans at the edge."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Tree

import msgspec
import pytest

from freehold.plan.report.markup import Markup
from freehold.plan.report.palette import Palette
from freehold.plan.report.plots.drawing import NARROW, WIDE
from freehold.plan.report.plots.latency import latency
from freehold.plan.report.plots.parts import parts, pieces
from freehold.plan.report.plots.tornado import named, tornado
from freehold.plan.report.plots.volume import crossings, volume
from freehold.plan.result import Interval, Plan
from support.plans import moderate, sizing


def drawn(svg: Markup) -> Tree.Element:
    """The picture, which must be well formed and hold no number that is none."""
    assert not re.search(r'="[^"]*\b(nan|inf)\b', svg)
    return Tree.fromstring(svg)


def text(svg: Markup) -> list[str]:
    return [each.text or "" for each in drawn(svg).iter("text")]


def of(svg: Markup, style: str) -> list[Tree.Element]:
    return [each for each in drawn(svg).iter() if style in (each.get("class") or "").split()]


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
            for a, b in zip(points, points[1:], strict=False)
            if a[0] <= float(ring.get("cx") or 0) <= b[0]
        ]
        assert near[0] == pytest.approx(float(ring.get("cy") or 0), abs=6)


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


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_tornado_has_two_pieces_an_input_and_says_which_way_is_whose(plan: Plan, width: int) -> None:
    assert plan.tornado is not None
    svg = tornado(plan.tornado, Palette(plan), plan.currency, width)
    assert len(of(svg, "less")) == len(of(svg, "more")) == 4
    assert "they cost the same" in text(svg)
    assert any(each.startswith("Hosted") and each.endswith("cheaper →") for each in text(svg))


def test_an_input_of_an_option_is_named_with_it(plan: Plan) -> None:
    assert plan.tornado is not None
    power = next(bar for bar in plan.tornado.bars if bar.path.endswith("usd_kwh"))
    assert named(power, Palette(plan)) == "Price of power, Own RTX 4090, 8B in int4"


def test_latency_marks_the_objective_the_peak_and_the_loads_that_break_it() -> None:
    svg = latency("x", "Time to the first token", sizing(), "ttft_s", 2.0)
    assert len(of(svg, "dot")) == 8
    assert len(of(svg, "broken")) == 2
    assert {"may take 2.0 s", "the busiest hour"} <= set(text(svg))
    assert "hold up to 0.6 requests a second" in (drawn(svg).findtext("desc") or "")
    assert not of(latency("x", "t", sizing(), "ttft_s", None), "limit")


def test_a_plan_that_costs_nothing_is_drawn(plan: Plan) -> None:
    free = Interval(0, 0, 0)
    results = tuple(
        msgspec.structs.replace(
            each, month=free, lines=tuple(msgspec.structs.replace(line, month=free) for line in each.lines)
        )
        for each in plan.results[:-1]
    )
    curves = tuple(msgspec.structs.replace(each, month=(free,) * len(each.month)) for each in plan.curves)
    empty = msgspec.structs.replace(plan, results=results, curves=curves)
    for width in (WIDE, NARROW):
        drawn(parts(empty, Palette(empty), width))
        drawn(volume(empty, Palette(empty), width))
