"""The logistic function: from log odds to a chance."""

from __future__ import annotations

import numpy as np

from freehold.evaluate.statistics.interval import Floats

_FAR = 700.0
"""Log odds beyond which the exponential of a double overflows; the chance is 0 or 1 there to its last digit."""


def logistic(logits: Floats | float) -> Floats:
    """``1 / (1 + exp(-x))`` of each, without overflow; the shape stays."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -_FAR, _FAR))), np.float64)
