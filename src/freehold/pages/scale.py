"""From numbers to places on a picture, and which numbers to write beside an axis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """An axis from `low` to `high`, drawn from `start` to `end` in pixels; `log` where equal steps are equal ratios."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """Where a number lies, held to the ends of the axis."""
        held = min(max(value, self.low), self.high)
        if self.log:
            along = math.log(held / self.low) / math.log(self.high / self.low)
        else:
            along = (held - self.low) / (self.high - self.low)
        return self.start + along * (self.end - self.start)

    def ticks(self, most: int) -> list[float]:
        """Round numbers on the axis, rising, about `most` of them at the most."""
        return _log_ticks(self.low, self.high, most) if self.log else _linear_ticks(self.low, self.high, most)


def linear(values: Iterable[float], start: float, end: float, *, room: float = 0.05) -> Scale:
    """An axis that holds the values and zero, with room at the ends that are not zero, as a share of its length."""
    seen = [value for value in values if math.isfinite(value)]
    low, high = min(0.0, *seen, 0.0), max(0.0, *seen, 0.0)
    if low == high:
        high = 1.0
    more = room * (high - low)
    return Scale(low - more if low < 0 else 0.0, high + more if high > 0 else 0.0, start, end)


def logarithmic(values: Iterable[float], start: float, end: float, *, room: float = 1.15) -> Scale:
    """An axis that holds the values above zero, and a factor of `room` more at each end."""
    seen = [value for value in values if value > 0 and math.isfinite(value)] or [1.0, 10.0]
    return Scale(min(seen) / room, max(seen) * room, start, end, log=True)


def _linear_ticks(low: float, high: float, most: int) -> list[float]:
    size = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(each * size for each in _STEPS if (high - low) / (each * size) <= most)
    first = math.ceil(low / step - 1e-9)
    return [place * step for place in range(first, math.floor(high / step + 1e-9) + 1)]


def _log_ticks(low: float, high: float, most: int) -> list[float]:
    """Powers of ten, thinned out where they are many, and with 2 and 5 between them where they are few."""
    for inside in ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)):
        found = _between(low, high, inside)
        if len(found) <= most:
            return found
    powers = _between(low, high, (1.0,))
    return powers[:: math.ceil(len(powers) / most)]


def _between(low: float, high: float, digits: Sequence[float]) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    every = [digit * 10.0**power for power in powers for digit in digits]
    return [value for value in every if low <= value <= high]
