"""How many examples a question needs before it is asked: twelve do not show five points."""

from __future__ import annotations

import math

from freehold.evaluate.statistics.interval import CONFIDENCE
from freehold.evaluate.statistics.normal import normal_quantile, two_sided

POWER = 0.8
"""The chance of seeing what is there that a plan should have, by custom (Cohen 1988)."""


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
