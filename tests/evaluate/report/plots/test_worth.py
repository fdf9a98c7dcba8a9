"""Quality against cost."""

from __future__ import annotations

import re

from freehold.evaluate.report.comparison import Figure
from freehold.evaluate.report.plots.worth import Point, worth

CHEAP = Point("cheap", Figure(0.0004, 0.0003, 0.0005, "log-delta", 9), Figure(0.8, 0.7, 0.9, "wilson", 9), "s1")
DEAR = Point("dear", Figure(0.004, 0.003, None, "log-delta", 9), Figure(0.85, 0.8, 0.9, "wilson", 9), "s2")


def test_each_is_a_point_with_its_intervals_and_its_name():
    drawn = worth([CHEAP, DEAR])
    assert drawn.count("<circle") == 4
    assert "cheap 80 % at $0.00040; dear 85 % at $0.0040." in drawn


def test_the_cheaper_lies_to_the_left_and_the_better_above():
    cheap, dear = [
        (float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', worth([CHEAP, DEAR]))
    ][:2]
    assert cheap[0] < dear[0]
    assert cheap[1] > dear[1]
