"""The month in parts."""

from __future__ import annotations

from freehold.plan.report.palette import Palette
from freehold.plan.report.sections.split import split
from support.plans import moderate


def test_the_table_has_each_part_of_each_option_and_a_dash_for_none() -> None:
    plan = moderate()
    made = split(plan, Palette(plan))
    row = made[made.index("<td>GPU hours</td>") :].split("</tr>")[0]
    assert row.count("–") == 3
    assert "$1,824" in row
