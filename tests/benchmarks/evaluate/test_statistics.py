"""The measures of coverage find a method that covers too little."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.evaluate import statistics
from benchmarks.evaluate.samples import SCORES
from freehold.evaluate.statistics.mean import mean_interval


def test_a_plain_t_interval_is_seen_to_cover_too_little_where_nearly_all_is_right(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(statistics, "DRAWS", 300)
    source = SCORES[4]
    assert statistics._covered(source, statistics.student, 12) < 0.6
    assert statistics._covered(source, mean_interval, 12) > 0.9


def test_a_test_by_betting_is_timed():
    share, when = statistics._passed(statistics.mean_above(0.02), np.ones((3, 100)))
    assert share == 1
    assert when <= 20
