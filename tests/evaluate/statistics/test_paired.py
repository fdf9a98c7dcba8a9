"""Paired differences: how often their intervals cover, and how often their tests reject what is true."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from freehold.evaluate.statistics.paired import difference_interval, difference_p, mcnemar, tango

MANY = 600


def test_tangos_own_example():
    # Tango 1998, table 1: 44 pairs, of which 43 are alike and one was lost.
    found = tango(0, 1, 44)
    assert (found.low, found.high) == pytest.approx((-0.1185, 0.0601), abs=0.002)


@pytest.mark.parametrize(("won", "lost"), [(0.05, 0.05), (0.1, 0.04), (0.3, 0.1), (0.3, 0.3)])
@pytest.mark.parametrize("size", [30, 100])
def test_tangos_interval_covers_what_it_says(size, won, lost):
    held = 0.0
    for count in range(size + 1):
        for other in range(size + 1 - count):
            chance = stats.multinomial.pmf([count, other, size - count - other], size, [won, lost, 1 - won - lost])
            if chance > 1e-5:
                held += chance * (not tango(count, other, size).excludes(won - lost))
    assert 0.93 <= held <= 0.97


@pytest.mark.parametrize("size", [30, 150])
@pytest.mark.parametrize(
    ("draw", "mean"),
    [
        (lambda rng, size: rng.beta(2, 1, size) - rng.beta(1, 1, size), 2 / 3 - 0.5),
        (lambda rng, size: (rng.random(size) < 0.2) * rng.uniform(-1, 1, size), 0.0),
        (lambda rng, size: (rng.random(size) < 0.15) * rng.beta(2, 5, size), 0.15 * 2 / 7),
    ],
    ids=["continuous", "mostly ties", "one-sided"],
)
def test_graded_differences_cover_what_they_say(draw, mean, size):
    rng = np.random.default_rng(21)
    held = np.mean([not difference_interval(draw(rng, size)).excludes(mean) for _ in range(MANY)])
    assert held >= 0.93


@pytest.mark.parametrize(
    ("values", "chances"),
    [
        ((0, 1, -0.2), (0.8, 0.06, 0.14)),
        ((0, 0.2, 0.6), (0.85, 0.1, 0.05)),
        ((0, 0.1, -0.5), (0.7, 0.25, 0.05)),
        ((0, 0.1, -1), (0.8, 0.18, 0.02)),
    ],
    ids=["rarely and much won", "only won", "alike in the mean", "a rare loss"],
)
def test_differences_that_are_mostly_ties_and_lie_unevenly_are_covered(values, chances):
    drawn = np.random.default_rng(25).multinomial(30, chances, MANY)
    found, times = np.unique(drawn, axis=0, return_counts=True)
    truth = float(np.dot(values, chances))
    held = [not difference_interval(np.repeat(np.array(values, float), each)).excludes(truth) for each in found]
    assert np.average(held, weights=times) >= 0.93


def test_where_nothing_is_a_tie_the_interval_is_about_students():
    differences = np.random.default_rng(26).normal(0, 0.1, 40)
    error = stats.t.ppf(0.975, 39) * differences.std(ddof=1) / math.sqrt(40)
    assert 0.95 < difference_interval(differences).width / (2 * error) < 1.02


def test_clusters_that_are_all_ties_say_as_little_as_so_many_pairs():
    names = [str(place) for place in np.repeat(np.arange(3), 10)]
    assert difference_interval(np.zeros(30), clusters=names).width > 1.5
    # A tie of a whole cluster is one, though its sum is not 0 to the last digit.
    few = np.concatenate((np.tile([0.1, 0.2, 0.3], 2), np.zeros(54)))
    triples = [str(place) for place in np.repeat(np.arange(20), 3)]
    one = np.concatenate((np.full(2, 0.2), np.zeros(18)))
    assert difference_interval(few, clusters=triples).width == pytest.approx(difference_interval(one).width)


def test_mcnemars_test_is_scipys_mid_p():
    assert mcnemar(3, 11) == pytest.approx(2 * stats.binom.cdf(3, 14, 0.5) - stats.binom.pmf(3, 14, 0.5))
    assert mcnemar(0, 0) == 1
    assert mcnemar(4, 4) == pytest.approx(1)


@pytest.mark.parametrize("differ", [0.05, 0.3])
def test_what_is_alike_is_told_apart_no_more_often_than_5_percent(differ):
    rng = np.random.default_rng(22)
    chances = [differ / 2, 1 - differ, differ / 2]
    found = [difference_p(rng.choice([-1.0, 0.0, 1.0], p=chances, size=150)) <= 0.05 for _ in range(MANY)]
    assert np.mean(found) <= 0.075


def test_the_test_and_the_interval_agree():
    rng = np.random.default_rng(23)
    for shift in (0.0, 0.03, 0.1):
        differences = np.clip(rng.normal(shift, 0.2, 80), -1, 1)
        assert (difference_p(differences) <= 0.05) == difference_interval(differences).excludes(0)


def test_no_difference_is_not_certainty():
    found = difference_interval(np.zeros(12))
    assert found.low < -0.1
    assert found.high > 0.1
    graded = difference_interval(np.array([0.25] * 12))
    assert graded.low < 0.25 <= graded.high


def test_clusters_that_agree_count_as_one():
    rng = np.random.default_rng(24)
    alone = rng.uniform(-0.5, 0.7, 40)
    names = [str(place) for place in np.repeat(np.arange(40), 4)]
    one, four = difference_interval(alone), difference_interval(np.repeat(alone, 4), clusters=names)
    assert four.method == "paired-clustered"
    assert (four.low, four.high) == pytest.approx((one.low, one.high), rel=1e-9)
    assert difference_p(np.repeat(alone, 4), clusters=names) == pytest.approx(difference_p(alone))


def test_of_one_cluster_and_of_nothing_nothing_is_known():
    assert difference_interval(np.array([0.5, 0.5]), clusters=["a", "a"]).width == 2
    assert difference_p(np.array([0.5, 0.5]), clusters=["a", "a"]) == 1
    nothing = difference_interval(np.array([]))
    assert (nothing.low, nothing.high) == (-1, 1)
    assert math.isnan(nothing.value)
    assert difference_p(np.array([])) == 1


def test_all_won_and_all_lost_reach_the_end():
    assert tango(12, 0, 12).high == 1
    assert tango(0, 12, 12).low == -1


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="-1 to 1"):
        difference_interval(np.array([2.0]))
    with pytest.raises(ValueError, match="cannot be"):
        tango(3, 3, 5)
    with pytest.raises(ValueError, match="as many"):
        difference_interval(np.array([0.5, 0.6]), clusters=["a"])
