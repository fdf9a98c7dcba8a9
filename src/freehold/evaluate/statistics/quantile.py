"""A quantile, such as the time within which 95 of 100 answers come, by order statistics, of whatever distribution."""

from __future__ import annotations

import math

import numpy as np

from freehold.evaluate.statistics.binomial import binomial_cdfs
from freehold.evaluate.statistics.interval import CONFIDENCE, Floats, Interval, checked_confidence


def quantile_interval(values: Floats, quantile: float, confidence: float = CONFIDENCE) -> Interval:
    """The interval of a quantile, each end between the two order statistics that enclose the confidence.

    Interpolated after Nyblom 1992, "Note on interpolated order statistics", Statistics and Probability Letters 14,
    from the exact interval of Thompson 1936. An end is infinite where too few values lie beyond the quantile to bound
    it: of 12 values, the 95th percentile has no upper bound.

    Raises:
        ValueError: there are no values, or `quantile` is not between 0 and 1.
    """
    checked_confidence(confidence)
    if not len(values) or not 0 < quantile < 1:
        raise ValueError("a quantile between 0 and 1 is asked of at least one value")
    ordered = np.sort(np.asarray(values, float))
    value = float(np.quantile(ordered, quantile, method="median_unbiased"))
    miss = (1 - confidence) / 2
    low = _lower(ordered, quantile, miss)
    high = -_lower(-ordered[::-1], 1 - quantile, miss)
    return Interval(value, min(low, value), max(high, value), confidence, "order-statistics", len(ordered))


def _lower(ordered: Floats, quantile: float, miss: float) -> float:
    """Below which the true quantile lies with a chance of `miss`.

    The k-th smallest value is above the quantile where at most k - 1 values are below it.
    """
    size = len(ordered)
    below = binomial_cdfs(size, quantile)
    safe = int(np.searchsorted(below, miss, side="right"))
    if safe == 0:
        return -math.inf
    if safe >= size:
        return float(ordered[-1])
    near, far = float(below[safe - 1]), float(below[safe])
    odds = (miss - near) / (far - miss)
    along = 1 / (1 + safe * (1 - quantile) / ((size - safe) * quantile) / odds) if odds > 0 else 0.0
    return float((1 - along) * ordered[safe - 1] + along * ordered[safe])
