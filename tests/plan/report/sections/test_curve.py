"""Cost against volume, with its break-even points."""

from __future__ import annotations

from msgspec.structs import replace

from freehold.plan.report.palette import Palette
from freehold.plan.report.sections.curve import curve
from support.plans import moderate


def test_points_that_there_are_stand_below_the_plot_and_all_in_the_table() -> None:
    plan = moderate()
    [made] = curve(plan, Palette(plan))
    plot, table = made.split("The break-even points, as a table")
    assert "Below 7,464 requests a day" in plot
    assert "At no price of a GPU hour" not in plot
    assert "At no price of a GPU hour" in table
    assert '<td class="number">nowhere</td>' in table


def test_without_curves_there_is_no_section() -> None:
    plan = replace(moderate(), curves=())
    assert list(curve(plan, Palette(plan))) == []
