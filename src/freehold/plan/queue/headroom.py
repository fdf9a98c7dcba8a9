"""How much the load grows while a machine starts: what must stand ready beforehand."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from freehold.plan.requests import Floats, Requests

MINUTES = (0.5, 1.0, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0, 20.0)
FEWEST_WINDOWS = 3
SELDOM = 2.33
"""Of a normal distribution, 1 % lies so many standard deviations above the mean."""


STEP = 2**0.25
"""Windows of the sample are looked at in steps of this, by the requests that they hold on average..."""
SMALLEST = 0.05
"""...from so many requests on."""


class HeadRoom:
    """From the busiest hour's own arrivals, counted in windows as long as a start takes.

    A machine that is asked for when the load has grown comes one start later. What matters is by how much the rate of
    one window passes that of the window before. Part of the difference between two counts is chance, which the sizing
    has simulated already: of two counts of a mean m each, it makes a variance of 2m (Poisson), and of one hour's few
    windows seldom more than `SELDOM` standard errors beyond that. What lies beyond is true growth; its standard
    deviation over m, times the normal quantile of the objectives' percentile, is what must stand ready.

    In numbers of requests, a window that holds more never grows by less, so that more volume never asks for fewer
    machines. Stretches longer than a third of the sample are taken as free of one another: their growth is that of the
    longest window, times the square root of how much longer they are.
    """

    def __init__(self, requests: Requests, percentile: float) -> None:
        self._held, self._grown = _growths(requests)
        held = 60 * np.array(MINUTES) * requests.rate
        quantile = max(NormalDist().inv_cdf(min(max(percentile, 0.5), 0.9999)), 0.0)
        growth = 1 + quantile * self._growth(held) / held
        # What may happen in a shorter time may happen in a longer one.
        self._factors = np.maximum.accumulate([1.0, *growth])

    def factor(self, minutes: Floats) -> Floats:
        """1 and more; of any shape. Beyond the longest of `MINUTES`, as in that."""
        return np.interp(minutes, [0.0, *MINUTES], self._factors)

    def _growth(self, held: Floats) -> Floats:
        """Requests by which a window of so many grows, one standard deviation; shape (n,), as `held`."""
        if not len(self._held):
            return np.zeros(len(held))
        inside = np.interp(np.log(held), np.log(self._held), self._grown, left=0.0)
        grown: Floats = inside * np.sqrt(np.maximum(held / self._held[-1], 1.0))
        return grown


def _growths(requests: Requests) -> tuple[Floats, Floats]:
    """Requests that windows hold on average, and by how many they grow; both rising, of the shape (windows,)."""
    most = len(requests) / FEWEST_WINDOWS
    number = 1 + int(np.log(max(most / SMALLEST, 1.0)) / np.log(STEP))
    held = np.array([most / STEP**step for step in reversed(range(number))]) if most >= 1 else np.zeros(0)
    grown = np.array([_growth(requests, float(count) / requests.rate) for count in held])
    return held, np.maximum.accumulate(grown) if len(grown) else grown


def _growth(requests: Requests, window_s: float) -> float:
    """Standard deviation of the growth from one window to the next, in requests, chance left out."""
    whole = int(requests.seconds / window_s + 1e-9)
    counts, _ = np.histogram(requests.at, bins=whole, range=(0.0, whole * window_s))
    mean = float(counts.mean())
    # The mean of n squared differences is spread as chi-square over two thirds of n: neighbours share a count. Its
    # quantile is Wilson's and Hilferty's (1931).
    part = 2 / (9 * (whole - 1) * 2 / 3)
    chance = 2 * mean * (1 - part + SELDOM * np.sqrt(part)) ** 3
    return float(np.sqrt(max(float(np.mean(np.diff(counts) ** 2) - chance), 0.0)))
