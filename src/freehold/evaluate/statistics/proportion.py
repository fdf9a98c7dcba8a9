"""Intervals of a share: so many successes in so many independent trials."""

from __future__ import annotations

import math
from functools import lru_cache

from freehold.evaluate.statistics.beta import beta_quantile
from freehold.evaluate.statistics.interval import CONFIDENCE, Interval, checked_confidence
from freehold.evaluate.statistics.normal import two_sided


def wilson(successes: float, size: int, confidence: float = CONFIDENCE) -> Interval:
    """The score interval of a share: covers near to what it says on average over true shares, also for small samples.

    Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22; recommended by
    Brown, Cai and DasGupta 2001, "Interval estimation for a binomial proportion", Statistical Science 16.

    Raises:
        ValueError: there are more successes than trials, or fewer than none.
    """
    _check(successes, size)
    if size == 0:
        return Interval(math.nan, 0.0, 1.0, confidence, "wilson", 0)
    z = two_sided(confidence)
    share = successes / size
    middle = (share + z * z / (2 * size)) / (1 + z * z / size)
    half = z / (1 + z * z / size) * math.sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == size else min(1.0, middle + half)
    return Interval(share, low, high, confidence, "wilson", size)


def exact(successes: int, size: int, confidence: float = CONFIDENCE) -> Interval:
    """The exact interval of a share: covers at least what it says, whatever the true share.

    Clopper and Pearson 1934, "The use of confidence or fiducial limits illustrated in the case of the binomial",
    Biometrika 26: the quantiles of two beta distributions.

    Raises:
        ValueError: there are more successes than trials, or fewer than none.
    """
    side = (1 + checked_confidence(confidence)) / 2
    share = successes / size if size else math.nan
    low, high = exact_lower(successes, size, side), exact_upper(successes, size, side)
    return Interval(share, low, high, confidence, "clopper-pearson", size)


@lru_cache(maxsize=65536)
def exact_upper(successes: int, size: int, confidence: float = CONFIDENCE) -> float:
    """The one-sided exact upper bound: the true share lies above it with a chance of at most 1 - `confidence`.

    Raises:
        ValueError: there are more successes than trials, or fewer than none.
    """
    _check(successes, size)
    checked_confidence(confidence)
    return 1.0 if successes == size else beta_quantile(confidence, successes + 1, size - successes)


@lru_cache(maxsize=65536)
def exact_lower(successes: int, size: int, confidence: float = CONFIDENCE) -> float:
    """The one-sided exact lower bound: the true share lies below it with a chance of at most 1 - `confidence`.

    Raises:
        ValueError: there are more successes than trials, or fewer than none.
    """
    _check(successes, size)
    checked_confidence(confidence)
    return 0.0 if successes == 0 else beta_quantile(1 - confidence, successes, size - successes + 1)


def _check(successes: float, size: int) -> None:
    if not 0 <= successes <= size:
        raise ValueError(f"{successes} successes in {size} trials cannot be")
