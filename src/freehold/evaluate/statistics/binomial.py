"""The binomial distribution, in logarithms, so that neither a tiny chance nor a large sample leaves a float's range."""

from __future__ import annotations

import math

import numpy as np

from freehold.evaluate.statistics.beta import beta_cdf
from freehold.evaluate.statistics.interval import Floats


def binomial_log_pmf(size: int, chance: float) -> Floats:
    """The logarithm of the probability of 0, 1, ... `size` successes, shape (size + 1,).

    Raises:
        ValueError: `size` is below 0, or `chance` is not from 0 to 1.
    """
    _check(size, chance)
    if chance in {0.0, 1.0}:
        certain = np.full(size + 1, -np.inf)
        certain[size if chance else 0] = 0.0
        return certain
    counts = np.arange(size + 1)
    logs = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, size + 1)))))
    ways = logs[size] - logs - logs[::-1]
    found: Floats = ways + counts * math.log(chance) + (size - counts) * math.log1p(-chance)
    return found


def binomial_cdfs(size: int, chance: float) -> Floats:
    """The probability of at most 0, 1, ... `size` successes, shape (size + 1,): a whole table at once.

    The p-value of every count of errors for the hypothesis that a rate is above `chance`.
    """
    return np.minimum(1.0, np.exp(np.logaddexp.accumulate(binomial_log_pmf(size, chance))))


def binomial_cdf(successes: int, size: int, chance: float) -> float:
    """The probability of at most `successes` in `size` trials, each of which succeeds with `chance`.

    Raises:
        ValueError: `size` is below 0, or `chance` is not from 0 to 1.
    """
    _check(size, chance)
    if successes < 0:
        return 0.0
    if successes >= size:
        return 1.0
    return beta_cdf(1 - chance, size - successes, successes + 1)


def _check(size: int, chance: float) -> None:
    if size < 0:
        raise ValueError(f"a number of trials is 0 or more, not {size}")
    if not 0 <= chance <= 1:
        raise ValueError(f"a chance lies from 0 to 1, not at {chance}")
