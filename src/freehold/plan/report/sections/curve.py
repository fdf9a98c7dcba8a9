"""Cost against volume, and where two options cost the same."""

from __future__ import annotations

from collections.abc import Iterator

from freehold.pages.drawing import NARROW, WIDE
from freehold.pages.markup import Markup, element
from freehold.pages.parts import bullets, disclosure, drawn, rows, section
from freehold.plan.report.figures import count, money, money_range, quantity, share
from freehold.plan.report.palette import Palette
from freehold.plan.report.plots.volume import volume
from freehold.plan.result import BreakEven, Plan

_FIRST = 6
"""Break-even points that stand below the plot; the table has all."""


def curve(plan: Plan, palette: Palette) -> Iterator[Markup]:
    """The plot, what its crossings say, and both as tables; nothing where no curve was computed."""
    if not plan.curves:
        return
    plot = drawn(volume(plan, palette, WIDE), volume(plan, palette, NARROW))
    crossed = [mark.sentence for mark in plan.break_evens if mark.at is not None][:_FIRST]
    lead = "Both axes are logarithmic. A band holds with 80 %; a ring marks where two options cost the same."
    more = (
        [element("div", element("h3", "Where they cost the same"), bullets(crossed), class_="list")] if crossed else []
    )
    yield section("curve", "Cost against volume", plot, *more, *_tables(plan, palette), lead=lead)


def _tables(plan: Plan, palette: Palette) -> Iterator[Markup]:
    if plan.break_evens:
        yield disclosure("The break-even points, as a table", _points(plan, palette))
    volumes = plan.curves[0].requests_a_day
    head = ("requests a day", *(palette.title(each.option) for each in plan.curves))
    body = [
        (
            count(volume),
            *(
                f"{money(each.month[place].value, plan.currency)} ({money_range(each.month[place], plan.currency)})"
                for each in plan.curves
            ),
        )
        for place, volume in enumerate(volumes)
    ]
    yield disclosure("The curves, as a table", rows("A month against requests a day", head, body, numbers=head))


def _points(plan: Plan, palette: Palette) -> Markup:
    head = ("between", "and", "variable", "equal at", "80 % interval", "draws that cross", "in words")
    body = [
        (
            palette.title(mark.first),
            palette.title(mark.second),
            mark.variable,
            *_found(mark),
            share(mark.share),
            mark.sentence,
        )
        for mark in plan.break_evens
    ]
    return rows("Where two options cost the same", head, body, numbers=head[3:6])


def _found(mark: BreakEven) -> tuple[str, str]:
    if mark.at is None:
        return "nowhere", "–"
    unit = "" if mark.unit == "share" else f" {mark.unit}"
    ends = f"{quantity(mark.at.low, mark.unit)} to {quantity(mark.at.high, mark.unit)}"
    return f"{quantity(mark.at.value, mark.unit)}{unit}", ends
