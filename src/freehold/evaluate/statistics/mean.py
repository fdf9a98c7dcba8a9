"""The mean of scores from 0 to 1, of examples that stand alone or come in clusters."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from freehold.evaluate.statistics.interval import CONFIDENCE, Floats, Interval, checked_confidence
from freehold.evaluate.statistics.normal import two_sided
from freehold.evaluate.statistics.proportion import wilson
from freehold.evaluate.statistics.student import student_quantile

_NONE = 1e-18
"""A variance below it is what rounding leaves of scores that are all alike."""


def mean_interval(scores: Floats, confidence: float = CONFIDENCE, *, clusters: Sequence[str] = ()) -> Interval:
    """The interval of a mean of scores from 0 to 1.

    Scores that are all 0 or 1 get Wilson's. Others get Wilson's with the variance that was seen in place of a share's
    (their ratio is the design effect) and a quantile of Student's t: Dean and Pagano 2015, "Evaluating confidence
    interval methods for binomial proportions in clustered surveys", JSSAM 3, after Kott and Carr 1997. Like a share's,
    it is lop-sided near 0 and 1, where a plain t interval covers too little.

    `clusters` has a name for each score; those of one name are not independent (several questions on one document).
    The variance is then that between clusters: Miller 2024, "Adding error bars to evals", arXiv:2411.00640.

    Raises:
        ValueError: a score lies outside of 0 to 1, or there are not as many clusters' names as scores.
    """
    checked_confidence(confidence)
    size = len(scores)
    if size and (scores.min() < 0 or scores.max() > 1):
        raise ValueError("a score lies from 0 to 1")
    if clusters and len(clusters) != size:
        raise ValueError(f"{size} scores need as many clusters' names, not {len(clusters)}")
    together = bool(clusters) and len(set(clusters)) < size
    if not together and bool(np.isin(scores, (0.0, 1.0)).all()):
        return wilson(int(np.sum(scores)), size, confidence)
    if together:
        variance, freedom = _between(scores, clusters)
    else:
        variance, freedom = float(np.var(scores, ddof=1)) / size if size > 1 else math.nan, size - 1
    method = "clustered" if together else "design-effect"
    return _scored(float(np.mean(scores)), variance, freedom, size, confidence, method)


def _scored(mean: float, variance: float, freedom: int, size: int, confidence: float, method: str) -> Interval:
    """Wilson's interval for the number of trials that would give a share this variance."""
    if freedom < 1 or math.isnan(variance):
        return Interval(mean, 0.0, 1.0, confidence, method, size)
    share_variance = mean * (1 - mean)
    if share_variance == 0 or variance < _NONE:
        z = two_sided(confidence)
        room = z * z / (freedom + 1 + z * z)
        low, high = mean - room * mean, mean + room * (1 - mean)
        return Interval(mean, low, high, confidence, method, size)
    effect = min(variance / share_variance, 1.0)
    t = student_quantile((1 + confidence) / 2, freedom)
    spread = t * t * effect
    middle = (mean + spread / 2) / (1 + spread)
    half = t / (1 + spread) * math.sqrt(share_variance * effect + spread * effect / 4)
    return Interval(mean, max(0.0, middle - half), min(1.0, middle + half), confidence, method, size)


def _between(scores: Floats, clusters: Sequence[str]) -> tuple[float, int]:
    """The variance of the mean where only clusters are independent, and its degrees of freedom."""
    _, places = np.unique(np.asarray(clusters), return_inverse=True)
    sums = np.bincount(places, weights=scores - np.mean(scores))
    many = len(sums)
    if many < 2:
        return math.nan, 0
    return float(np.sum(sums**2)) / len(scores) ** 2 * many / (many - 1), many - 1
