"""Confidence sequences: intervals of a mean that hold at every look at once, however often one looks.

Every mean is tested by betting, and those that no test has rejected are the interval: Waudby-Smith and Ramdas 2023,
"Estimating means of bounded random variables by betting", JRSS B 86, section 4, with the mixture of stakes of
`freehold.evaluate.statistics.betting`. The fortune of a fixed stake does not depend on the order of what was seen, so
neither does the interval.

Examples of one cluster are not independent, and are bet on as one: what they are worth beyond the mean that is tested,
together, as a share of the most that the largest cluster could be. Then clusters are what has to come in an order that
has nothing to do with them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from freehold.evaluate.statistics.betting import STAKES
from freehold.evaluate.statistics.interval import CONFIDENCE, Floats, Interval, checked_confidence

_HALVINGS = 44
"""Of the range, until the end of an interval is found as nearly as a float can tell."""


def mean_sequence(
    values: Floats,
    confidence: float = CONFIDENCE,
    *,
    least: float = 0.0,
    most: float = 1.0,
    clusters: Sequence[str] = (),
) -> Interval:
    """The interval of a mean of values from `least` to `most` that holds at all looks together.

    With a chance of `confidence`, the true mean lies in the interval at every size at which one ever looks. `clusters`
    has a name for each value; those of one name are bet on as one.

    Raises:
        ValueError: a value lies outside, where none may lie, or there are not as many clusters' names as values.
    """
    checked_confidence(confidence)
    if len(values) and (values.min() < least - 1e-9 or values.max() > most + 1e-9):
        raise ValueError(f"a value lies outside of {least} to {most}")
    if not len(values):
        return Interval(math.nan, least, most, confidence, "betting", 0)
    scaled = np.clip((np.asarray(values, float) - least) / (most - least), 0.0, 1.0)
    seen, counts, weights = _together(scaled, clusters)
    needed = math.log(2 / (1 - confidence))
    low = _lowest(seen, counts, weights, needed)
    high = 1 - _lowest(1 - seen, counts, weights, needed)
    span = most - least
    return Interval(float(np.mean(values)), least + span * low, least + span * high, confidence, "betting", len(values))


def difference_sequence(
    differences: Floats, confidence: float = CONFIDENCE, *, clusters: Sequence[str] = ()
) -> Interval:
    """The same of paired differences of scores, each from -1 to 1."""
    return mean_sequence(differences, confidence, least=-1.0, most=1.0, clusters=clusters)


def difference_evidence(differences: Floats, *, clusters: Sequence[str] = ()) -> float:
    """The p-value, valid at every look, of the hypothesis that the mean of paired differences is 0.

    One over the mean of what betting on either side has made of 1; `difference_sequence` leaves 0 out at about the same
    time.
    """
    if not len(differences):
        return 1.0
    seen, counts, weights = _together((np.asarray(differences, float) + 1) / 2, clusters)
    sides = np.array([_log_fortune(each, counts, weights, 0.5) for each in (seen, 1 - seen)])
    return min(1.0, 2 * math.exp(-min(float(np.logaddexp.reduce(sides)), 700.0)))


def _together(values: Floats, clusters: Sequence[str]) -> tuple[Floats, Floats, Floats]:
    """What is bet on, how often it was seen, and its weight: of a cluster, its mean, and its size beside the largest.

    Raises:
        ValueError: there are not as many clusters' names as values.
    """
    if clusters and len(clusters) != len(values):
        raise ValueError(f"{len(values)} values need as many clusters' names, not {len(clusters)}")
    if not clusters or len(set(clusters)) == len(values):
        seen, counts = np.unique(values, return_counts=True)
        return seen, counts.astype(float), np.ones(len(seen))
    _, places, sizes = np.unique(np.asarray(clusters), return_inverse=True, return_counts=True)
    means = np.clip(np.bincount(places, weights=values) / sizes, 0.0, 1.0)
    return means, np.ones(len(means)), sizes / sizes.max()


def _lowest(seen: Floats, counts: Floats, weights: Floats, needed: float) -> float:
    """The least mean that betting has not rejected: the fortune falls as the mean that is tested rises."""
    low, high = 0.0, float(np.average(seen, weights=counts * weights))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle <= 0:
            return 0.0
        if _log_fortune(seen, counts, weights, middle) >= needed:
            low = middle
        else:
            high = middle
    return low


def _log_fortune(seen: Floats, counts: Floats, weights: Floats, mean: float) -> float:
    wins = np.log1p(np.outer(STAKES, weights * (seen / mean - 1))) @ counts
    return float(np.logaddexp.reduce(wins)) - math.log(len(STAKES))
