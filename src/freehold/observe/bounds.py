"""Histograms: where their buckets end, and the counting itself."""

from __future__ import annotations

from bisect import bisect_left

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
"""From a cached embedding to a long answer by a slow machine."""
TOKENS = (16.0, 64.0, 256.0, 1024.0, 4096.0, 16_384.0, 65_536.0, 262_144.0, 1_048_576.0)
"""By fours, as the conventions advise for ``gen_ai.client.token.usage``."""
DOLLARS = (0.0, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0)
"""The first holds what cost nothing."""


class Histogram:
    """Observations by bucket. ``counts[i]`` holds those at most ``bounds[i]``, the last one those above all bounds."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        """Count one observation."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value
