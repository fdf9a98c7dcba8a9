"""Means of scores: how often their intervals cover."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.evaluate.statistics.mean import mean_interval
from freehold.evaluate.statistics.proportion import wilson

MANY = 700


def covered(draw, mean: float, size: int) -> float:
    rng = np.random.default_rng(11)
    return float(np.mean([not mean_interval(draw(rng, size)).excludes(mean) for _ in range(MANY)]))


@pytest.mark.parametrize("size", [12, 40, 200])
@pytest.mark.parametrize(
    ("draw", "mean"),
    [
        (lambda rng, size: rng.beta(2, 2, size), 0.5),
        (lambda rng, size: rng.beta(0.5, 5, size), 0.5 / 5.5),
        (lambda rng, size: np.where(rng.random(size) < 0.95, 1.0, rng.beta(1, 2, size)), 0.95 + 0.05 / 3),
        (lambda rng, size: (rng.random(size) < 0.1) * rng.beta(2, 5, size), 0.1 * 2 / 7),
        (lambda rng, size: rng.choice([0, 1 / 3, 2 / 3, 1], p=[0.05, 0.1, 0.25, 0.6], size=size), 0.8),
    ],
    ids=["symmetric", "skewed", "mostly right", "mostly wrong", "thirds"],
)
def test_it_covers_what_it_says(draw, mean, size):
    # Within three standard errors of the simulation of 93 to 97 %.
    assert 0.905 <= covered(draw, mean, size) <= 0.99


def test_shares_get_wilsons():
    assert mean_interval(np.array([1.0, 0.0, 1.0, 1.0])) == wilson(3, 4)


def test_clusters_that_agree_count_as_one():
    rng = np.random.default_rng(12)
    alone = rng.beta(2, 2, 40)
    repeated = np.repeat(alone, 5)
    names = [str(place) for place in np.repeat(np.arange(40), 5)]
    one, five = mean_interval(alone), mean_interval(repeated, clusters=names)
    assert five.method == "clustered"
    assert (five.low, five.high) == pytest.approx((one.low, one.high), rel=1e-9)
    assert mean_interval(repeated).width < 0.6 * five.width


def test_clusters_of_one_are_no_clusters():
    scores = np.array([0.1, 0.5, 0.9])
    assert mean_interval(scores, clusters=["a", "b", "c"]) == mean_interval(scores)


def test_scores_that_are_all_alike_still_have_a_width():
    found = mean_interval(np.full(20, 0.7))
    assert found.low < 0.7 < found.high
    assert mean_interval(np.array([0.7])).width == 1


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="0 to 1"):
        mean_interval(np.array([1.5]))
    with pytest.raises(ValueError, match="as many"):
        mean_interval(np.array([0.5, 0.6]), clusters=["a"])
