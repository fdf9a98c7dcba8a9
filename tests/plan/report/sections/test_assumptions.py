"""The table of assumptions."""

from __future__ import annotations

from freehold.plan.report.palette import Palette
from freehold.plan.report.sections.assumptions import assumptions
from support.plans import moderate


def test_rows_stand_under_their_option_with_source_date_and_age() -> None:
    plan = moderate()
    made = assumptions(plan, Palette(plan))
    assert made.count("<tr id=") == len(plan.assumptions)
    assert "<b>Rented A100, 70B in int4</b> (options.a100)" in made
    row = made[made.index('id="input-options.a100.usd_gpu_hour"') :].split("</tr>")[0]
    assert '>usd_gpu_hour</th><td class="number">2.5</td><td class="number">2.1 to 3.5</td>' in row
    assert row.count("stale") == 1
    assert made.count(">assumed</span>") == 2
