"""The normal distribution."""

from __future__ import annotations

from statistics import NormalDist

from freehold.evaluate.statistics.interval import checked_confidence

_STANDARD = NormalDist()


def normal_quantile(probability: float) -> float:
    """Below which a standard normal variable lies with `probability` (Wichura's AS 241, as Python ships it).

    Raises:
        ValueError: `probability` is not between 0 and 1, neither of them included.
    """
    if not 0 < probability < 1:
        raise ValueError(f"a quantile is asked for a probability between 0 and 1, not {probability}")
    return _STANDARD.inv_cdf(probability)


def normal_cdf(value: float) -> float:
    """The probability that a standard normal variable lies at or below `value`."""
    return _STANDARD.cdf(value)


def two_sided(confidence: float) -> float:
    """How many standard deviations to each side hold `confidence`: 1.96 for 0.95."""
    return normal_quantile((1 + checked_confidence(confidence)) / 2)
