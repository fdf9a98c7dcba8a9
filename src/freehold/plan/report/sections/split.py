"""The month split into its parts."""

from __future__ import annotations

from freehold.pages.drawing import NARROW, WIDE
from freehold.pages.markup import Markup
from freehold.pages.parts import disclosure, drawn, rows, section
from freehold.plan.report.figures import NONE, money
from freehold.plan.report.palette import Palette
from freehold.plan.report.plots.parts import parts
from freehold.plan.result import Plan


def split(plan: Plan, palette: Palette) -> Markup:
    """One stacked bar an option, and the same as a table."""
    shown = [result for result in plan.results if not result.refusal]
    head = ("part", *(result.title for result in shown))
    sums = [{line.part: line.month.value for line in result.lines} for result in shown]
    body = [
        (part, *(money(each[part], plan.currency) if part in each else NONE for each in sums)) for part in palette.parts
    ]
    plot = drawn(parts(plan, palette, WIDE), parts(plan, palette, NARROW))
    table = disclosure("The parts, as a table", rows("A month's parts", head, body, numbers=head[1:]))
    return section("parts", "Where the money goes", plot, table, lead="The month of each option, split into its parts.")
