"""What the choice hangs on: the tornado."""

from __future__ import annotations

from collections.abc import Iterator

from freehold.pages.drawing import NARROW, WIDE
from freehold.pages.markup import Markup
from freehold.pages.parts import disclosure, drawn, rows, section
from freehold.plan.report.figures import money, quantity
from freehold.plan.report.palette import Palette
from freehold.plan.report.plots.tornado import tornado
from freehold.plan.report.sections.pieces import input_links
from freehold.plan.result import Plan, Tornado


def choice(plan: Plan, palette: Palette) -> Iterator[Markup]:
    """Nothing where there are not two options to choose from."""
    found = plan.tornado
    if found is None or not found.bars:
        return
    first, second = palette.title(found.first), palette.title(found.second)
    lead = (
        f"What {second} costs a month beyond {first}, with one input at each end of its 80 % range and all others at"
        " their values. A bar that reaches across the line of equal cost can turn the choice by itself."
    )
    plots = (tornado(found, palette, plan.currency, width) for width in (WIDE, NARROW))
    table = disclosure("All inputs, as a table", _table(plan, found))
    yield section("choice", "What the choice hangs on", drawn(*plots), table, lead=lead)


def _table(plan: Plan, found: Tornado) -> Markup:
    known = {row.path for row in plan.assumptions}
    head = ("input", "from", "to", "unit", "difference then", "and then", "row")
    body = [
        (
            bar.label,
            quantity(bar.low_input, bar.unit),
            quantity(bar.high_input, bar.unit),
            bar.unit,
            money(bar.at_low, plan.currency),
            money(bar.at_high, plan.currency),
            input_links([bar.path], known),
        )
        for bar in found.bars
    ]
    return rows("What each input's range does", head, body, numbers=("from", "to", "difference then", "and then"))
