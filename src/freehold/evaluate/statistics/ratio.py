"""How many times as much one subject costs, or takes, as another on the same examples."""

from __future__ import annotations

import math

import numpy as np

from freehold.evaluate.statistics.interval import CONFIDENCE, Floats, Interval, checked_confidence
from freehold.evaluate.statistics.student import student_quantile

DRAWS = 999
MANY = 1000
"""From so many pairs on, the resampled quantiles are Student's to within their own noise, and are not drawn."""
_WHOLE = 0.95
"""Of the resamples, the share that must say something for their quantiles to be used."""


def ratio_interval(others: Floats, firsts: Floats, confidence: float = CONFIDENCE, *, seed: int = 0) -> Interval:
    """The interval of mean of `others` over mean of `firsts`, which are amounts of the same examples, none below 0.

    A paired bootstrap of the studentised logarithm (bootstrap-t): Efron and Tibshirani 1993, "An introduction to the
    bootstrap", chapter 12; Hall 1992. From `MANY` pairs on, and where resamples are too often all alike, its limit by
    the delta method with Student's t. An end is unbounded where the sample cannot say.

    Raises:
        ValueError: there are not as many of the one as of the other, or none, or the first cost nothing.
    """
    checked_confidence(confidence)
    size = len(firsts)
    if size != len(others) or not size:
        raise ValueError(f"{len(others)} amounts cannot be paired with {size}")
    if not firsts.mean() > 0:
        raise ValueError("what costs nothing has no multiple")
    ratio = float(others.mean() / firsts.mean())
    if ratio == 0 or size < 2:
        return Interval(ratio, 0.0, math.inf, confidence, "bootstrap-t", size)
    influence = others / others.mean() - firsts / firsts.mean()
    error = float(np.std(influence, ddof=1)) / math.sqrt(size)
    drawn = _studentised(others, firsts, math.log(ratio), seed) if size < MANY and error > 0 else None
    if drawn is None:
        t = student_quantile((1 + confidence) / 2, size - 1)
        below, above, method = -t, t, "log-delta"
    else:
        below, above = (float(each) for each in np.quantile(drawn, ((1 - confidence) / 2, (1 + confidence) / 2)))
        method = "bootstrap-t"
    low, high = ratio * math.exp(-min(above * error, 700.0)), ratio * math.exp(min(-below * error, 700.0))
    return Interval(ratio, min(low, ratio), max(high, ratio), confidence, method, size)


def _studentised(others: Floats, firsts: Floats, log_ratio: float, seed: int) -> Floats | None:
    """How many of its own standard errors each resample's logarithm lies off; `None` where too few can say."""
    size = len(firsts)
    places = np.random.default_rng(seed).integers(0, size, (DRAWS, size))
    one, two = others[places], firsts[places]
    means, bases = one.mean(axis=1), two.mean(axis=1)
    fine = (means > 0) & (bases > 0)
    one, two, means, bases = one[fine], two[fine], means[fine], bases[fine]
    errors = np.std(one / means[:, None] - two / bases[:, None], axis=1, ddof=1) / math.sqrt(size)
    told = errors > 0
    if np.count_nonzero(told) < _WHOLE * DRAWS:
        return None
    found: Floats = (np.log(means[told] / bases[told]) - log_ratio) / errors[told]
    return found
