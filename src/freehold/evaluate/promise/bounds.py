"""How many harms among so many questions still allow a promise, and how many questions one needs.

Two conditions, both exact. The long run: with `harms` among `size` questions the one-sided bound of Clopper and Pearson
(1934) lies at or below the promised share, which is the binomial p-value of fixed-sequence testing in Angelopoulos,
Bates, Candès, Jordan and Lei, "Learn then Test" (arXiv:2110.01052, 2021). And the count that people will see: among the
next `horizon` requests the harms exceed the promised share with a chance of at most 1 - confidence. The true share up
to the cut is distributed as Beta(harms + 1, size - harms) at the most (Wilks 1941, "Determination of sample sizes for
setting tolerance limits"), so that count is beta-binomial. A promise of the long run alone is broken, as a count among
a thousand, in some 13 % of cases where it says 10 %.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from freehold.evaluate.statistics.binomial import binomial_cdf, binomial_cdfs
from freehold.evaluate.statistics.interval import checked_confidence

HORIZON = 1000
"""Requests, as the next ones come, for which a promise holds as a count; 0 asks for the long run alone."""

_MOST_QUESTIONS = 1_000_000


@lru_cache(maxsize=4096)
def most_harms(size: int, harm: float, confidence: float, horizon: int = HORIZON) -> int:
    """The most harms among `size` questions with which a share of at most `harm` may be promised; -1: not even none.

    Raises:
        ValueError: `harm` or `confidence` is not between 0 and 1.
    """
    risk = 1 - checked_confidence(confidence)
    if not 0 < harm < 1:
        raise ValueError(f"a harm to promise lies between 0 and 1, not at {harm}")
    harms = int(np.searchsorted(binomial_cdfs(size, harm), risk, side="right")) - 1
    while harms >= 0 and horizon and beyond(harms, size, harm, horizon) > risk:
        harms -= 1
    return harms


def beyond(harms: int, size: int, harm: float, horizon: int) -> float:
    """The chance, at the most, that more than a share `harm` of the next `horizon` requests do harm.

    For a rule cut so that `harms` of `size` questions are left within it.
    """
    counts = np.arange(math.floor(harm * horizon + 1e-9) + 1)
    a, b = harms + 1, size - harms
    if b <= 0:
        return 1.0
    ways = np.array([math.lgamma(horizon + 1) - math.lgamma(c + 1) - math.lgamma(horizon - c + 1) for c in counts])
    betas = np.array([math.lgamma(c + a) + math.lgamma(horizon - c + b) for c in counts])
    whole = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b) + math.lgamma(horizon + a + b)
    return float(max(0.0, 1.0 - np.exp(ways + betas - whole).sum()))


def risk(harms: int, size: int, harm: float, horizon: int) -> float:
    """The chance, at the most, that a rule cut so that `harms` of `size` questions are left within breaks its promise.

    In the long run, or as a count among the next `horizon` requests: whichever is likelier.
    """
    if harms < 0:
        return 0.0
    return max(binomial_cdf(harms, size, harm), beyond(harms, size, harm, horizon) if horizon else 0.0)


@lru_cache(maxsize=1024)
def needed(harm: float, confidence: float, harms: int = 0, horizon: int = HORIZON) -> int:
    """The fewest questions with which so many harms among them allow the promise.

    Raises:
        ValueError: it takes more than a million.
    """
    low, high = 0, 64
    while most_harms(high, harm, confidence, horizon) < harms:
        low, high = high, high * 2
        if high > _MOST_QUESTIONS:
            raise ValueError(f"to promise a harm of {harm:g} takes more than {_MOST_QUESTIONS:,} questions")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if most_harms(middle, harm, confidence, horizon) >= harms else (middle, high)
    return high
