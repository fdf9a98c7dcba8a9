"""Student's t distribution, by the incomplete beta function (DLMF 8.17; Abramowitz and Stegun 26.7.1)."""

from __future__ import annotations

import math
from functools import lru_cache

from freehold.evaluate.statistics.beta import beta_cdf, beta_quantile


def student_cdf(value: float, freedom: float) -> float:
    """The probability that t with `freedom` degrees of freedom lies at or below `value`."""
    tail = beta_cdf(freedom / (freedom + value * value), freedom / 2, 0.5) / 2
    return 1 - tail if value > 0 else tail


@lru_cache(maxsize=4096)
def student_quantile(probability: float, freedom: float) -> float:
    """The point at or below which t with `freedom` degrees of freedom lies with `probability`.

    Raises:
        ValueError: `probability` is not between 0 and 1, neither of them included.
    """
    if not 0 < probability < 1:
        raise ValueError(f"a quantile is asked for a probability between 0 and 1, not {probability}")
    if probability == 0.5:
        return 0.0
    tail = min(probability, 1 - probability)
    share = beta_quantile(2 * tail, freedom / 2, 0.5)
    size = math.sqrt(freedom * (1 - share) / share)
    return size if probability > 0.5 else -size
