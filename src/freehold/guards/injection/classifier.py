"""A small classifier of windows: how likely one holds an instruction to the model that reads it.

Two logistic regressions, fitted by ``tools/train_injection.py``. The first sees features alone (`features`): its
weights are names and numbers that can be read. The second sees them beside a vector of all-MiniLM-L6-v2; where there
is one, the two logits are averaged, since each errs where the other does not. The weights and what they were made from
stand in ``classifier.json``, which is read when the first text is judged.
"""

from __future__ import annotations

import array
import base64
import math
import sys
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

import msgspec

DIMENSIONS = 384


class Regression(msgspec.Struct, frozen=True):
    """Bias, and the weight of each feature that has one."""

    bias: float
    weights: dict[str, float]

    def logit(self, features: Iterable[str]) -> float:
        """The logarithm of the odds, by these features."""
        return self.bias + sum(self.weights.get(feature, 0.0) for feature in features)


class Classifier(msgspec.Struct, frozen=True):
    """The two regressions, and the record of what they were made from."""

    made_from: dict[str, Any]
    words: Regression
    meaning: Regression
    vector: str
    """The weights of a vector's 384 values for `meaning`: base64 of 32-bit floats, little-endian."""

    def by_words(self, features: Iterable[str]) -> float:
        """The logit of a window by its features alone."""
        return self.words.logit(features)

    def by_meaning(self, features: Iterable[str], vector: Sequence[float]) -> float:
        """The logit of a window by its features and its vector, which has length 1."""
        features = list(features)
        weights = _floats(self.vector)
        meant = self.meaning.logit(features) + sum(w * float(v) for w, v in zip(weights, vector, strict=True))
        return (meant + self.words.logit(features)) / 2


def probability(logit: float) -> float:
    """From 0 to 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@lru_cache(maxsize=1)
def shipped() -> Classifier:
    """The classifier of the package."""
    source = resources.files("freehold.guards.injection").joinpath("classifier.json")
    return msgspec.json.decode(source.read_bytes(), type=Classifier)


@lru_cache(maxsize=4)
def _floats(encoded: str) -> tuple[float, ...]:
    values = array.array("f", base64.b64decode(encoded, validate=True))
    if sys.byteorder == "big":
        values.byteswap()
    return tuple(values)
