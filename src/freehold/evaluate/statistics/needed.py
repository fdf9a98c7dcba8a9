"""How many examples a question needs before it is asked: twelve do not show five points."""

from __future__ import annotations

import math

from freehold.evaluate.statistics.interval import CONFIDENCE
from freehold.evaluate.statistics.normal import normal_quantile, two_sided
from freehold.evaluate.statistics.proportion import exact_upper

POWER = 0.8
"""The chance of seeing what is there that a plan should have, by custom (Cohen 1988)."""
_MOST = 100_000_000


def for_width(half_width: float, deviation: float = 0.5, confidence: float = CONFIDENCE) -> int:
    """Examples until an interval reaches `half_width` to each side, for scores of that standard deviation.

    The default deviation is the most that scores from 0 to 1 can have.
    """
    return math.ceil((two_sided(confidence) * deviation / half_width) ** 2)


def for_difference(difference: float, differ: float, *, confidence: float = CONFIDENCE, power: float = POWER) -> int:
    """Examples until two subjects that truly lie `difference` apart are told apart, with the chance `power`.

    `differ` is the mean square of the paired differences: the share of examples on which just one of the two is right,
    where scores are 0 or 1. Connor 1987, "Sample size for testing differences in proportions for the paired-sample
    design", Biometrics 43, in Miettinen's form.
    """
    size = abs(difference)
    spread = max(differ, size)
    tail, reach = two_sided(confidence), normal_quantile(power)
    return math.ceil(((tail * math.sqrt(spread) + reach * math.sqrt(spread - size * size)) / size) ** 2)


def for_margin(margin: float, differ: float, *, confidence: float = CONFIDENCE, power: float = POWER) -> int:
    """Examples until a candidate that is truly as good is shown not to be worse by `margin`, with the chance `power`.

    One-sided at ``1 - confidence``; `differ` as in `for_difference`.
    """
    reach = normal_quantile(confidence) + normal_quantile(power)
    return math.ceil(reach * reach * max(differ, margin * margin) / (margin * margin))


def for_bound(bound: float, rate: float = 0.0, confidence: float = 0.9) -> int:
    """Examples until the exact upper bound of a rate comes to `bound`, if errors come at `rate`, below it.

    Raises:
        ValueError: the rate is not below the bound, so that no number of examples is enough.
    """
    if not 0 <= rate < bound:
        raise ValueError(f"errors at a rate of {rate} are never shown to be below {bound}")
    low, high = 0, 1
    while not _shown(high, bound, rate, confidence):
        low, high = high, 2 * high
        if high > _MOST:
            raise ValueError(f"a rate of {rate} is too near to {bound} to be told from it")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _shown(middle, bound, rate, confidence) else (middle, high)
    return high


def _shown(size: int, bound: float, rate: float, confidence: float) -> bool:
    return exact_upper(math.ceil(rate * size - 1e-9), size, confidence) <= bound
