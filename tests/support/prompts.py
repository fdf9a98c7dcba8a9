"""Prompts whose difficulty is known, as figures: no model is asked for them."""

from __future__ import annotations

import numpy as np

from freehold.evaluate.router.features import NAMES
from freehold.evaluate.router.fit import Evidence
from freehold.evaluate.router.space import Points


def some_evidence(size: int = 400, seed: int = 0, *, meaning: int = 12, told: float = 2.5) -> Evidence:
    """Prompts of two topics. The weaker subject fails the more often, the further a prompt lies along one direction.

    `told` is how much of that the figures tell; at 0, nothing.
    """
    draw = np.random.default_rng(seed)
    vectors = draw.normal(size=(size, max(meaning, 1)))
    vectors[:, 0] += np.where(draw.random(size) < 0.5, 2.0, -2.0)
    form = draw.normal(size=(size, len(NAMES)))
    hard = told * (vectors[:, 0] / 2 + form[:, 0]) / 2
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    weak = (draw.random(size) > 1 / (1 + np.exp(-hard))).astype(float)
    strong = (draw.random(size) < 0.9).astype(float)  # right as a rule
    return Evidence(Points(vectors[:, :meaning], form, np.zeros((size, 0))), weak, strong)
