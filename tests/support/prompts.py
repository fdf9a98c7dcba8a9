"""Prompts whose difficulty is known, as figures: no model is asked for them."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from freehold.evaluate.router.calibration import Calibration
from freehold.evaluate.router.card import Card
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


def a_card(**changes: Any) -> Card:
    """Of a router that was taught `some_evidence`."""
    card = Card(
        weak="home",
        strong="away",
        data="ds_1",
        scorer="exact",
        label="internal",
        space="minilm",
        slices=(),
        size=400,
        will_do=0.7,
        model="ridge",
        compared={"ridge": 0.7},
        calibration=Calibration(1.0, 2.0),
        error=0.02,
        made_ns=1,
    )
    return msgspec.structs.replace(card, **changes)
