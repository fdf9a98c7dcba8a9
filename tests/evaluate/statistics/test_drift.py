"""Drift of a stream: false alarms over all its looks, and how soon a change is seen."""

from __future__ import annotations

import math
import random

import pytest

from freehold.evaluate.statistics.drift import Drift


def run(seed: int, shift: float, length: int) -> Drift:
    source = random.Random(seed)
    drift = Drift((source.gauss(0, 1) for _ in range(300)), seed=seed)
    for _ in range(length):
        drift.add(source.gauss(shift, 1))
    return drift


def test_a_stream_that_stays_raises_an_alarm_no_more_often_than_alpha():
    assert sum(run(seed, 0, 300).alarm(0.05) for seed in range(150)) / 150 <= 0.05


@pytest.mark.parametrize("shift", [1.0, -1.0])
def test_a_stream_that_moved_is_seen(shift):
    assert sum(run(seed, shift, 200).alarm(0.05) for seed in range(20)) >= 19


def test_what_is_as_strange_as_all_before_is_no_evidence():
    alarms = 0
    for seed in range(60):
        drift = Drift([0.0] * 100, seed=1000 + seed)
        for _ in range(100):
            drift.add(0.0)
        alarms += drift.alarm(0.05)
    assert alarms / 60 <= 0.05


def test_a_stream_that_was_kept_goes_on_as_if_it_had_not_been():
    whole, first = run(3, 0.5, 80), run(3, 0.5, 40)
    source = random.Random(3)
    rest = [source.gauss(0, 1) for _ in range(300)] + [source.gauss(0.5, 1) for _ in range(80)]
    second = Drift.resumed(first.stream, seed=3)
    for value in rest[340:]:
        second.add(value)
    assert second.stream == whole.stream


def test_what_is_kept_of_a_long_stream_is_a_short_table():
    stream = run(1, 0, 3000).stream
    assert sum(stream.counts) == 3300
    assert len(stream.values) < 2500


def test_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="number"):
        Drift([1.0]).add(math.nan)
