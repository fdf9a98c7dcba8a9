"""One cell of a table."""

from __future__ import annotations

from freehold.evaluate.report.comparison import Figure
from freehold.evaluate.report.sections.cell import ranged
from freehold.evaluate.report.written import percent


def test_a_value_and_its_interval_may_part_between_them_alone():
    made = ranged(Figure(0.5, 0.4, 0.6, "wilson", 9), percent)
    assert made == '<span class="whole">50 %</span> <span class="whole">(40 % to 60 %)</span>'


def test_what_is_not_known_is_a_dash():
    assert ranged(None, percent) == "–"
