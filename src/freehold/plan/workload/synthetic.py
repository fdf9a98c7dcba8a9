"""A busy hour made up from a few numbers: gamma gaps between arrivals, log-normal lengths; the same for one seed.

Gaps of a gamma distribution keep what matters of burstiness with one number: over stretches that hold many gaps, the
variance of the counts over their mean (the index of dispersion) tends to the square of the gaps' coefficient of
variation (Cox, *Renewal Theory*, 1962, section 4.2). One is Poisson's.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import msgspec
import numpy as np

from freehold.plan.requests import Floats, Requests

_Z95 = NormalDist().inv_cdf(0.95)

SAMPLE = 2_000
"""Requests of a sample: with fewer, a 95th percentile is luck. They are the same at every volume, and only come faster,
so that more volume never happens upon a luckier hour and asks for fewer machines."""

LONGEST = 0.995
"""The quantile at which a log-normal tail is cut, and its other end as well: contexts are not endless."""


class Lengths(msgspec.Struct, frozen=True):
    """How long prompts or answers are."""

    mean: float
    cv: float = 0.0
    """Standard deviation over the mean, of a log-normal distribution; 0: all alike."""
    parts: tuple[tuple[float, float], ...] = ()
    """Shares and tokens, where they are said one by one; then `cv` says nothing."""

    def draw(self, number: int, random: np.random.Generator) -> Floats:
        """So many lengths in whole tokens, at least 1, shape (number,).

        They lie evenly over the distribution and are shuffled, so that a small sample too has its mean and its tail.
        """
        at = (np.arange(number) + 0.5) / number
        if self.parts:
            ends = np.cumsum([share for share, _ in self.parts])
            tokens = np.array([tokens for _, tokens in self.parts])
            drawn = tokens[np.minimum(np.searchsorted(ends / ends[-1], at), len(tokens) - 1)]
        else:
            sigma = math.sqrt(math.log(1 + self.cv**2))
            normal = NormalDist()
            kept = LONGEST * at + (1 - LONGEST) * (1 - at)
            drawn = np.exp(sigma * np.array([normal.inv_cdf(share) for share in kept]))
            drawn = drawn * (self.mean / drawn.mean())
        return np.asarray(np.maximum(1.0, np.round(random.permutation(drawn))), float)


def log_normal(mean: float, *, median: float | None = None, p95: float | None = None, cv: float = 1.0) -> Lengths:
    """Log-normal lengths of a mean, and of a median, a 95th percentile or a coefficient of variation.

    With sigma of the logarithm: mean over median is exp(sigma^2 / 2), p95 over mean is exp(1.645 sigma - sigma^2 / 2),
    and cv^2 is exp(sigma^2) - 1. Raises `ValueError` where none has these.
    """
    if median is not None:
        if median > mean:
            raise ValueError(f"the median, {median:g}, is above the mean, {mean:g}: lengths have long tails, not short")
        sigma = math.sqrt(2 * math.log(mean / median))
    elif p95 is not None:
        most = mean * math.exp(_Z95**2 / 2)
        if not mean <= p95 <= most:
            raise ValueError(f"the 95th percentile is {p95:g}; with that mean it lies from {mean:g} to {most:.0f}")
        sigma = _Z95 - math.sqrt(max(0.0, _Z95**2 - 2 * math.log(p95 / mean)))
    else:
        return Lengths(mean, cv)
    return Lengths(mean, math.sqrt(math.expm1(sigma**2)))


def arrivals(number: int, seconds: float, burstiness: float, random: np.random.Generator) -> Floats:
    """Times of arrival within so many seconds, rising, shape (number,).

    `burstiness` is the coefficient of variation of the gaps: 0 a metronome (and so is what one could not tell from it),
    1 Poisson's.
    """
    if burstiness < 0.01:
        return (np.arange(number) + 0.5) * seconds / number
    shape = 1 / burstiness**2
    gaps = random.gamma(shape, 1 / shape, number + 1)
    return np.asarray(np.minimum(np.cumsum(gaps)[:-1] * (seconds / gaps.sum()), seconds), float)


def synthetic(
    a_second: float, prompt: Lengths, answer: Lengths, *, cached_share: float, burstiness: float, seed: int
) -> Requests:
    """The busiest hour at so many requests a second, as `SAMPLE` of them: a quiet one lasts longer, a busy one less.

    One seed has the same requests in the same order at every volume. Counts over stretches of as many requests scatter
    alike whatever the volume, as gaps of one coefficient of variation have it.
    """
    random = np.random.default_rng(seed)
    seconds = SAMPLE / a_second
    prompts = prompt.draw(SAMPLE, random)
    return Requests(
        at=arrivals(SAMPLE, seconds, burstiness, random),
        prompt=prompts,
        answer=answer.draw(SAMPLE, random),
        cached=np.floor(prompts * cached_share),
        seconds=seconds,
        source=f"made up: gamma gaps with a coefficient of variation of {burstiness:g}, seed {seed}",
    )
