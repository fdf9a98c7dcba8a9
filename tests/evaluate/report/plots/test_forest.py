"""Intervals one below another."""

from __future__ import annotations

import re

from freehold.evaluate.report.comparison import Figure
from freehold.evaluate.report.plots.forest import Axis, Line, forest
from freehold.evaluate.report.written import percent, points

LINES = [
    Line("one <b>", Figure(0.5, 0.4, 0.6, "wilson", 9), Figure(0.5, 0.3, 0.7, "betting", 9)),
    Line("two", Figure(0.8, None, 0.9, "wilson", 9), series="s2"),
]


def test_each_has_its_interval_and_one_for_any_look_where_there_is_one():
    drawn = forest("quality", "Quality", LINES, Axis("mean", percent, 0.0, 1.0))
    assert drawn.count('class="thick') == 4
    assert drawn.count('class="thin') == 2
    assert "one &lt;b&gt; 50 % (40 % to 60 %); two 80 % (? to 90 %)." in drawn


def test_the_thick_line_lies_within_the_thin_one():
    drawn = forest("quality", "Quality", LINES[:1], Axis("mean", percent, 0.0, 1.0))
    ends = [
        [float(end) for end in each]
        for each in re.findall(r'<line x1="([\d.]+)"[^>]*x2="([\d.]+)"[^>]*class="th', drawn)
    ]
    (thin, thick) = ends[:2]
    assert thin[0] < thick[0] < thick[1] < thin[1]


def test_no_difference_is_marked():
    assert 'class="mark-line"' in forest("delta", "Difference", LINES, Axis("points", points, -1.0, 1.0, 0.0))


def test_one_value_without_width_can_be_drawn():
    only = [Line("a", Figure(1.0, 1.0, 1.0, "wilson", 9))]
    assert "a 100 %" in forest("quality", "Quality", only, Axis("mean", percent, 0.0, 1.0))
