"""Outcomes drawn from a distribution that is known, so that a promise made on some can be held to the truth."""

from __future__ import annotations

import numpy as np

from freehold.catalog.promises import Keeping, Promise
from freehold.evaluate.promise.score import Score
from freehold.evaluate.promise.table import Bools, Outcomes
from freehold.policy.keeping import support


def drawn(size: int, seed: int, *, strong: float = 0.9, helps: bool = True) -> Outcomes:
    """Questions of differing difficulty, answered by ``small``, ``large`` and ``cloud``.

    The voices' confidences are honest; ``small`` says the same as ``large`` more often where ``large`` is right.
    """
    chance = np.random.default_rng(seed)
    large = chance.beta(6.0, 1.2, size)
    small = np.clip(large - chance.uniform(0.0, 0.3, size), 0.05, 0.999)
    right = {"large": chance.random(size) < large, "cloud": chance.random(size) < strong}
    alike = np.where(right["large"] if helps else chance.random(size) < 0.5, small, 1 - small) > chance.random(size)
    right["small"] = alike & right["large"]
    measures = {
        "confidence:small": small,
        "confidence:large": large,
        "likeness:small": alike.astype(float),
        "support:small": np.array([support(float(a), float(p)) for a, p in zip(alike, small, strict=True)]),
    }
    costs = {"small": np.full(size, 1e-5), "large": np.full(size, 1e-4), "cloud": np.full(size, 5e-4)}
    return Outcomes(("small", "large"), "cloud", right, measures, np.ones(size, dtype=bool), costs)


def population(seed: int, *, large: float, small: float | None = None, values: int = 0) -> Outcomes:
    """All the questions there are, which ``cloud`` gets right, and ``large`` and ``small`` wrong in these shares.

    Confidences tell nothing of that. `values`: how many different ones ``large`` has; 0: one for each question.
    """
    size, chance = 20_000, np.random.default_rng(seed)
    sure = chance.uniform(0.3, 0.999, size)
    if values:
        sure = np.linspace(0.5, 0.99, values)[chance.integers(0, values, size)]
    right = {"large": chance.random(size) >= large, "cloud": np.ones(size, dtype=bool)}
    measures = {"confidence:large": sure}
    costs = {"large": np.full(size, 1e-4), "cloud": np.full(size, 5e-4)}
    if small is None:
        return Outcomes(("large",), "cloud", right, measures, np.ones(size, dtype=bool), costs)
    right["small"] = chance.random(size) >= small
    measures["confidence:small"] = chance.uniform(0.3, 0.999, size)
    measures["support:small"] = chance.normal(0, 1, size)
    costs["small"] = np.full(size, 1e-5)
    return Outcomes(("small", "large"), "cloud", right, measures, np.ones(size, dtype=bool), costs)


def keeps(keeping: Keeping, outcomes: Outcomes) -> Bools:
    """Which answers a rule keeps, as policy applies it."""
    kept = outcomes.usable.copy()
    for screen in (*keeping.screens, keeping):
        kept &= 1 / (1 + np.exp(-Score(screen.terms, screen.intercept)(outcomes))) >= screen.threshold
    return kept


def true_harm(promise: Promise, everything: Outcomes) -> float:
    """The harm that a promise does to all the questions there are."""
    if promise.keeping is None:
        return float(everything.harm(promise.single).mean())
    return float((keeps(promise.keeping, everything) & everything.harm()).mean())
