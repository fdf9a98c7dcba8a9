"""Another volume with the same burstiness: time runs faster or slower, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from freehold.plan.requests import Floats, Requests


def rescaled(requests: Requests, a_second: float) -> Requests:
    """The same requests in the same order, at `a_second` of them a second on average.

    Every gap is stretched alike. Counts over stretches that hold the same number of requests on average then have the
    same variance and the same mean as before, and so the same index of dispersion. The other ways lose it: leaving out
    requests at random, or laying traces of several days over one another, draws any traffic towards Poisson's (Palm
    and Khinchine), whose queues are shorter than those of the team's own.
    """
    factor = requests.rate / a_second
    return replace(
        requests,
        at=requests.at * factor,
        seconds=requests.seconds * factor,
        source=requests.source if abs(factor - 1) < 1e-9 else f"{requests.source}; gaps times {factor:.3g}",
    )


def dispersion(requests: Requests, window_s: float) -> float:
    """The index of dispersion: variance over mean of the counts in windows of so many seconds; 1 is Poisson's."""
    edges = np.arange(0.0, requests.seconds + 1e-9, window_s)
    counts: Floats = np.histogram(requests.at, edges)[0].astype(float)
    return float(counts.var() / counts.mean())
