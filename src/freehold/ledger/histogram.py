"""Durations counted in bins of equal relative width, so that percentiles of any sum of histograms are good to 1 %.

Bin `i` holds the milliseconds in ``(1.02 ** (i - 1), 1.02 ** i]`` and stands for ``2 * 1.02 ** i / 2.02``, which is at
most 0.0099 of its value away from anything in it, whatever the scale. Adding histograms loses nothing: this is the
sketch of Masson, Rim and Lee, "DDSketch", VLDB 12(12), 2019, section 2, with every bin kept. A day from 10 µs to an
hour spans a thousand bins; what a quarter of an hour leaves is a few dozen numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

Bins = dict[int, int]
"""How many durations lie in each bin; bins that hold none are absent."""

WIDTH = 1.02
"""The ratio of a bin's ends."""

_A_LOG = 1.0 / math.log(WIDTH)
_SHORTEST_MS = 1e-3
"""What is shorter, or by a broken clock negative, counts as this."""
_LONGEST_MS = 1e12


def bin_of(ms: float) -> int:
    """The bin that holds this duration."""
    return math.ceil(math.log(min(max(ms, _SHORTEST_MS), _LONGEST_MS)) * _A_LOG)


def value_of(place: int) -> float:
    """The milliseconds that a bin stands for."""
    return 2 * WIDTH**place / (1 + WIDTH)


def quantile(bins: Mapping[int, int], hundredths: int) -> float | None:
    """The nearest rank: the least duration that so many in a hundred do not exceed; `None` where there is none."""
    left = -(-sum(bins.values()) * hundredths // 100)
    for place in sorted(bins):
        left -= bins[place]
        if left <= 0:
            return round(value_of(place), 3)
    return None
