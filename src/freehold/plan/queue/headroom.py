"""How much the load grows while a machine starts: what must stand ready beforehand."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from freehold.plan.requests import Floats, Requests

MINUTES = (0.5, 1.0, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0, 20.0)
FEWEST_WINDOWS = 3
SELDOM = 2.33
"""Of a normal distribution, 1 % lies so many standard deviations above the mean."""


class HeadRoom:
    """From the busiest hour's own arrivals, counted in windows as long as a start takes.

    A machine that is asked for when the load has grown comes one start later. What matters is by how much the rate of
    one window passes that of the window before. Part of the difference between two counts is chance, which the sizing
    has simulated already: of two counts of a mean m each, it makes a variance of 2m (Poisson), and of one hour's few
    windows seldom more than `SELDOM` standard errors beyond that. What lies beyond is true growth; its standard
    deviation over m, times the normal quantile of the objectives' percentile, is what must stand ready.
    """

    def __init__(self, requests: Requests, percentile: float) -> None:
        self._grid = [minutes for minutes in MINUTES if 60 * minutes * FEWEST_WINDOWS <= requests.seconds]
        quantile = max(NormalDist().inv_cdf(min(max(percentile, 0.5), 0.9999)), 0.0)
        growth = [1 + quantile * _growth(requests, 60 * minutes) for minutes in self._grid]
        # What may happen in a shorter time may happen in a longer one.
        self._factors = np.maximum.accumulate([1.0, *growth])

    def factor(self, minutes: Floats) -> Floats:
        """1 and more; of any shape. Beyond the longest window that the sample tells of, as in that one."""
        return np.interp(minutes, [0.0, *self._grid], self._factors)


def _growth(requests: Requests, window_s: float) -> float:
    """Standard deviation of the growth from one window to the next, over the mean count, chance left out."""
    whole = int(requests.seconds / window_s + 1e-9)
    counts, _ = np.histogram(requests.at, bins=whole, range=(0.0, whole * window_s))
    mean = float(counts.mean())
    if not mean:
        return 0.0
    # The mean of n squared differences is spread as chi-square over two thirds of n: neighbours share a count. Its
    # quantile is Wilson's and Hilferty's (1931).
    part = 2 / (9 * (whole - 1) * 2 / 3)
    chance = 2 * mean * (1 - part + SELDOM * np.sqrt(part)) ** 3
    excess = float(np.mean(np.diff(counts) ** 2) - chance)
    return float(np.sqrt(max(excess, 0.0))) / mean
