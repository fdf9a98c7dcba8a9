"""The words of an estimate: a value, how far it may be off, and by which method that was said."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
"""What intervals cover unless they are asked for another."""


class Interval(msgspec.Struct, frozen=True):
    """A value and the ends of its interval: over many samples, `confidence` of such intervals hold the true value."""

    value: float
    low: float
    high: float
    confidence: float = CONFIDENCE
    method: str = ""
    """A name of `freehold.evaluate.statistics.methods`, which tells its source."""
    size: int = 0
    """How many examples, or pairs of them, it rests on."""

    @property
    def width(self) -> float:
        """From one end to the other."""
        return self.high - self.low

    def excludes(self, value: float) -> bool:
        """Whether `value` lies outside, ends not included."""
        return value < self.low or value > self.high


def checked_confidence(confidence: float) -> float:
    """The confidence, if it is one.

    Raises:
        ValueError: it is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, not at {confidence}")
    return confidence
