"""The words of an estimate."""

from __future__ import annotations

import pytest

from freehold.evaluate.statistics.interval import Interval, checked_confidence


def test_an_interval_says_what_it_leaves_out():
    interval = Interval(0.5, 0.4, 0.6)
    assert interval.width == pytest.approx(0.2)
    assert interval.excludes(0.7)
    assert interval.excludes(0.3)
    assert not interval.excludes(0.4)


def test_a_confidence_in_percent_is_refused():
    assert checked_confidence(0.9) == 0.9
    for wrong in (0, 1, 95):
        with pytest.raises(ValueError, match="between 0 and 1"):
            checked_confidence(wrong)
