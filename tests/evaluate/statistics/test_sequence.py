"""Confidence sequences: that they hold at all looks together, and what that costs in width."""

from __future__ import annotations

import math

import numpy as np
import pytest

from freehold.evaluate.statistics.betting import mean_above, mean_below
from freehold.evaluate.statistics.mean import mean_interval
from freehold.evaluate.statistics.paired import difference_interval
from freehold.evaluate.statistics.sequence import difference_evidence, difference_sequence, mean_sequence

LOOKS = (10, 30, 60, 100, 200, 400)


def test_it_holds_at_every_look_together():
    rng = np.random.default_rng(1)
    missed = 0
    for _ in range(120):
        values = (rng.random(400) < 0.3).astype(float)
        missed += any(mean_sequence(values[:size]).excludes(0.3) for size in LOOKS)
    assert missed / 120 <= 0.05


def test_it_holds_where_a_rare_loss_has_hardly_come_up_and_an_interval_for_one_look_does_not():
    differences = np.random.default_rng(0).choice([0.05, -1.0, 0.1], p=[0.8, 0.02, 0.18], size=(100, 30))
    mean = 0.8 * 0.05 + 0.02 * -1.0 + 0.18 * 0.1
    assert not any(difference_sequence(drawn).excludes(mean) for drawn in differences)
    assert sum(difference_interval(drawn).excludes(mean) for drawn in differences) > 30


def test_an_interval_for_one_look_does_not():
    rng = np.random.default_rng(1)
    missed = 0
    for _ in range(120):
        values = (rng.random(400) < 0.3).astype(float)
        missed += any(mean_interval(values[:size]).excludes(0.3) for size in LOOKS)
    assert missed / 120 > 0.08


def test_clusters_whose_examples_agree_count_as_one():
    rng = np.random.default_rng(8)
    alone = rng.uniform(-0.3, 0.6, 40)
    names = [str(place) for place in np.repeat(np.arange(40), 5)]
    one, five = difference_sequence(alone), difference_sequence(np.repeat(alone, 5), clusters=names)
    assert (five.low, five.high, five.size) == pytest.approx((one.low, one.high, 200))
    assert difference_evidence(np.repeat(alone, 5), clusters=names) == pytest.approx(difference_evidence(alone))
    # As if they were independent, it would be half as wide.
    assert difference_sequence(np.repeat(alone, 5)).width < 0.6 * five.width


def test_clusters_of_any_size_are_covered():
    rng, missed = np.random.default_rng(9), 0
    for _ in range(100):
        sizes = rng.integers(1, 15, 40)
        names = [str(place) for place in np.repeat(np.arange(40), sizes)]
        values = np.repeat(rng.choice([0.0, 1.0, -1.0], p=[0.8, 0.1, 0.1], size=40), sizes)
        missed += difference_sequence(values, clusters=names).excludes(0)
    assert missed <= 5


def test_as_many_clusters_are_named_as_there_are_values():
    with pytest.raises(ValueError, match="as many"):
        mean_sequence(np.array([0.5, 0.6]), clusters=["a"])


def test_it_is_wider_than_for_one_look_but_not_by_much():
    values = (np.random.default_rng(2).random(400) < 0.3).astype(float)
    ratio = mean_sequence(values).width / mean_interval(values).width
    assert 1 < ratio < 2.1


def test_it_is_narrow_where_values_vary_little():
    values = np.random.default_rng(3).uniform(0.48, 0.52, 300)
    assert mean_sequence(values).width < 0.03


def test_differences_lie_from_minus_1_to_1():
    differences = np.random.default_rng(4).choice([-1.0, 0.0, 1.0], p=[0.05, 0.75, 0.2], size=500)
    found = difference_sequence(differences)
    assert found.low < 0.15 < found.high
    assert found.low > 0
    assert found.value == pytest.approx(differences.mean())


def test_the_order_does_not_matter():
    values = np.random.default_rng(5).random(100)
    one, two = mean_sequence(values), mean_sequence(values[::-1])
    assert (one.low, one.high) == pytest.approx((two.low, two.high), abs=1e-9)


def test_the_ends_of_the_range():
    assert mean_sequence(np.ones(50)).high == 1
    assert mean_sequence(np.zeros(50)).low == 0
    assert 0.8 < mean_sequence(np.ones(50)).low < 1
    nothing = mean_sequence(np.array([]))
    assert (nothing.low, nothing.high, nothing.size) == (0, 1, 0)
    assert math.isnan(nothing.value)


def test_a_value_outside_is_refused():
    with pytest.raises(ValueError, match="outside"):
        mean_sequence(np.array([0.5, 1.2]))


def test_its_ends_are_where_betting_has_made_forty_of_one():
    values = np.random.default_rng(6).beta(2, 3, 150)
    found = mean_sequence(values)
    assert mean_above(found.low).after(values).e_value == pytest.approx(40, rel=1e-4)
    assert mean_below(found.high).after(values).e_value == pytest.approx(40, rel=1e-4)


def test_the_evidence_of_a_difference_is_valid_at_every_look():
    rng = np.random.default_rng(7)
    alike = rng.choice([-1.0, 0.0, 1.0], p=[0.1, 0.8, 0.1], size=(200, 400))
    ever = [min(difference_evidence(row[:size]) for size in LOOKS) <= 0.05 for row in alike]
    assert np.mean(ever) <= 0.05
    assert difference_evidence(rng.choice([-1.0, 0.0, 1.0], p=[0.05, 0.7, 0.25], size=400)) < 0.001
    assert difference_evidence(np.array([])) == 1


def test_evidence_is_what_betting_on_both_sides_makes():
    differences = np.random.default_rng(8).uniform(-0.5, 0.8, 60)
    both = mean_above(0.0, least=-1.0).after(differences).e_value, mean_below(0.0).after(differences).e_value
    assert difference_evidence(differences) == pytest.approx(2 / sum(both))
