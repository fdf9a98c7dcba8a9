"""Confidence sequences: intervals of a mean that hold at every look at once, however often one looks.

Every mean is tested by betting, and those that no test has rejected are the interval: Waudby-Smith and Ramdas 2023,
"Estimating means of bounded random variables by betting", JRSS B 86, section 4, with the mixture of stakes of
`freehold.evaluate.statistics.betting`. The fortune of a fixed stake does not depend on the order of what was seen, so
neither does the interval.
"""

from __future__ import annotations

import math

import numpy as np

from freehold.evaluate.statistics.betting import STAKES
from freehold.evaluate.statistics.interval import CONFIDENCE, Floats, Interval, checked_confidence

_HALVINGS = 44
"""Of the range, until the end of an interval is found as nearly as a float can tell."""


def mean_sequence(values: Floats, confidence: float = CONFIDENCE, *, least: float = 0.0, most: float = 1.0) -> Interval:
    """The interval of a mean of values from `least` to `most` that holds at all looks together.

    With a chance of `confidence`, the true mean lies in the interval at every size at which one ever looks.

    Raises:
        ValueError: a value lies outside, where none may lie.
    """
    checked_confidence(confidence)
    if len(values) and (values.min() < least - 1e-9 or values.max() > most + 1e-9):
        raise ValueError(f"a value lies outside of {least} to {most}")
    if not len(values):
        return Interval(math.nan, least, most, confidence, "betting", 0)
    scaled = np.clip((np.asarray(values, float) - least) / (most - least), 0.0, 1.0)
    seen, counts = np.unique(scaled, return_counts=True)
    needed = math.log(2 / (1 - confidence))
    low = _lowest(seen, counts, needed)
    high = 1 - _lowest(1 - seen, counts, needed)
    span = most - least
    return Interval(float(np.mean(values)), least + span * low, least + span * high, confidence, "betting", len(values))


def difference_sequence(differences: Floats, confidence: float = CONFIDENCE) -> Interval:
    """The same of paired differences of scores, each from -1 to 1."""
    return mean_sequence(differences, confidence, least=-1.0, most=1.0)


def difference_evidence(differences: Floats) -> float:
    """The p-value, valid at every look, of the hypothesis that the mean of paired differences is 0.

    One over the mean of what betting on either side has made of 1; `difference_sequence` leaves 0 out at about the same
    time.
    """
    if not len(differences):
        return 1.0
    seen, counts = np.unique((np.asarray(differences, float) + 1) / 2, return_counts=True)
    sides = np.array([_log_fortune(seen, counts, 0.5), _log_fortune(1 - seen, counts, 0.5)])
    return min(1.0, 2 * math.exp(-min(float(np.logaddexp.reduce(sides)), 700.0)))


def _lowest(seen: Floats, counts: np.ndarray, needed: float) -> float:
    """The least mean that betting has not rejected: the fortune falls as the mean that is tested rises."""
    low, high = 0.0, float(np.average(seen, weights=counts))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle <= 0:
            return 0.0
        if _log_fortune(seen, counts, middle) >= needed:
            low = middle
        else:
            high = middle
    return low


def _log_fortune(seen: Floats, counts: np.ndarray, mean: float) -> float:
    wins = np.log1p(np.outer(STAKES, seen / mean - 1)) @ counts
    return float(np.logaddexp.reduce(wins)) - math.log(len(STAKES))
