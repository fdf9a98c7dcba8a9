"""Outcomes drawn from a distribution that is known, so that a promise made on some can be held to the truth."""

from __future__ import annotations

import numpy as np

from freehold.evaluate.promise.table import Outcomes
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
