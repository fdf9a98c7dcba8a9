"""Where scores, differences, costs and times come from in the simulations, with what is true of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from freehold.evaluate.statistics.interval import Floats

Draw = Callable[[np.random.Generator, int], Floats]


@dataclass(frozen=True)
class Source:
    """Draws so many values; their mean is `true`."""

    name: str
    draw: Draw
    true: float


def _signs(won: float, lost: float) -> Draw:
    return lambda rng, size: rng.choice([1.0, 0.0, -1.0], p=[won, 1 - won - lost, lost], size=size)


SCORES = (
    Source("symmetric", lambda rng, size: rng.beta(2, 2, size), 0.5),
    Source("skewed low", lambda rng, size: rng.beta(0.5, 5, size), 0.5 / 5.5),
    Source("skewed high", lambda rng, size: rng.beta(8, 0.7, size), 8 / 8.7),
    Source(
        "four fifths whole",
        lambda rng, size: np.where(rng.random(size) < 0.8, 1.0, rng.beta(1, 2, size)),
        0.8 + 0.2 / 3,
    ),
    Source(
        "nearly all whole",
        lambda rng, size: np.where(rng.random(size) < 0.95, 1.0, rng.beta(1, 2, size)),
        0.95 + 0.05 / 3,
    ),
    Source("thirds", lambda rng, size: rng.choice([0, 1 / 3, 2 / 3, 1], p=[0.05, 0.1, 0.25, 0.6], size=size), 0.8),
    Source("a tenth above 0", lambda rng, size: (rng.random(size) < 0.1) * rng.beta(2, 5, size), 0.2 / 7),
)
"""Graded scores, from 0 to 1."""

DIFFERENCES = (
    Source("continuous", lambda rng, size: np.clip(rng.normal(0, 0.2, size), -1, 1), 0.0),
    Source("of betas", lambda rng, size: rng.beta(2, 1, size) - rng.beta(1, 1, size), 2 / 3 - 0.5),
    Source("four fifths ties", lambda rng, size: (rng.random(size) < 0.2) * rng.uniform(-1, 1, size), 0.0),
    Source("one-sided", lambda rng, size: (rng.random(size) < 0.15) * rng.beta(2, 5, size), 0.3 / 7),
    Source(
        "skewed",
        lambda rng, size: (rng.random(size) < 0.2) * rng.choice([1.0, -0.2], p=[0.3, 0.7], size=size),
        0.2 * (0.3 - 0.14),
    ),
)
"""Graded differences, from -1 to 1."""

PAIRS = ((0.02, 0.01), (0.05, 0.05), (0.1, 0.04), (0.2, 0.1), (0.3, 0.3), (0.5, 0.2))
"""Chances that the other subject alone is right, and that the first alone is."""


def pairs(won: float, lost: float) -> Source:
    """Differences of shares."""
    return Source(f"{won:g} won, {lost:g} lost", _signs(won, lost), won - lost)


Amounts = Callable[[np.random.Generator, int], tuple[Floats, Floats]]


@dataclass(frozen=True)
class Costs:
    """Draws the costs of two subjects; the ratio of their means is `true`."""

    name: str
    draw: Amounts
    true: float


def _cascade(rng: np.random.Generator, size: int) -> tuple[Floats, Floats]:
    firsts = rng.lognormal(0, 0.6, size)
    return firsts * (0.05 + (rng.random(size) < 0.2)), firsts


def _mild(rng: np.random.Generator, size: int) -> tuple[Floats, Floats]:
    length = rng.normal(0, 0.5, size)
    return 2 * np.exp(0.8 * length + rng.normal(0, 0.3, size)), np.exp(length)


COSTS = (
    Costs("cascade", _cascade, 0.25),
    Costs("alike in length", _mild, 2 * float(np.exp((0.16 + 0.09) / 2 - 0.125))),
)
