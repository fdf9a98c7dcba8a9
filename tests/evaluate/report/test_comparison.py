"""The words of a comparison."""

from __future__ import annotations

import math

import pytest

from freehold.evaluate.report.comparison import Difference, Figure, figure
from freehold.evaluate.statistics.interval import Interval


def test_an_end_without_bound_is_none_and_what_was_not_seen_is_no_figure():
    assert figure(Interval(2.0, 1.0, math.inf, method="m", size=9)) == Figure(2.0, 1.0, None, "m", 9)
    assert figure(Interval(2.0, -math.inf, 3.0)) == Figure(2.0, None, 3.0, "", 0)
    assert figure(Interval(math.nan, 0.0, 1.0)) is None


@pytest.mark.parametrize(
    ("value", "corrected", "said"),
    [(0.1, 0.01, "better"), (-0.1, 0.01, "worse"), (0.1, 0.06, "not told apart"), (None, 0.0, "not told apart")],
)
def test_one_look_tells_after_the_correction(value, corrected, said):
    delta = None if value is None else Figure(value, None, None, "tango", 9)
    score = Difference(
        scorer="exact",
        gates=True,
        delta=delta,
        always=None,
        p=0.001,
        corrected=corrected,
        always_corrected=1.0,
        won=1,
        lost=0,
        tied=0,
        needed=9,
    )
    assert score.told == said
    assert score.always_told == "not told apart"
