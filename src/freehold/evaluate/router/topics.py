"""Topics that nobody named: groups of prompts of like meaning, found without their labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from freehold.evaluate.statistics.interval import Floats

COUNTS = (20, 40, 60, 80)
"""How many groups, at four finenesses: none is the right one, and together they say how near two topics are."""
_FEWEST = 5
"""Prompts to a group, on average, below which there are fewer groups."""
_ROUNDS = 12
_EDGE = 0.05
"""How soft the edge of a group is, in squared distance: embeddings have length 1."""


def topics(meaning: Floats) -> tuple[Floats, ...]:
    """The centres of each fineness, shape (groups, dimensions); none where there is no meaning.

    Lloyd's k-means ("Least squares quantization in PCM", IEEE Transactions on Information Theory 28, 1982) from prompts
    drawn by fixed seeds: the same prompts always give the same centres.
    """
    if meaning.shape[1] == 0:
        return ()
    counts = (min(count, len(meaning) // _FEWEST) for count in COUNTS)
    return tuple(_centres(meaning, count, seed) for seed, count in enumerate(counts) if count > 1)


def membership(meaning: Floats, centres: Sequence[Floats]) -> Floats:
    """How far each prompt belongs to each group: rows of length 1; shape (prompts, groups of all finenesses)."""
    if not centres:
        return np.zeros((len(meaning), 0))
    return np.asarray(np.hstack([_soft(meaning, each) for each in centres]) / np.sqrt(len(centres)))


def _soft(meaning: Floats, centres: Floats) -> Floats:
    near = _nearness(meaning, centres) / _EDGE
    shares = np.exp(near - near.max(1, keepdims=True))
    return np.asarray(shares / np.linalg.norm(shares, axis=1, keepdims=True))


def _centres(meaning: Floats, count: int, seed: int) -> Floats:
    draw = np.random.default_rng(seed)
    centres = meaning[draw.choice(len(meaning), count, replace=False)]
    for _ in range(_ROUNDS):
        belongs = _nearness(meaning, centres).argmax(1)
        sums = (belongs == np.arange(count)[:, None]) @ meaning
        many = np.bincount(belongs, minlength=count)
        # A group that nothing belongs to begins anew at a prompt.
        anew = meaning[draw.integers(len(meaning), size=count)]
        centres = np.where(many[:, None] > 0, sums / np.maximum(many, 1)[:, None], anew)
    return centres


def _nearness(meaning: Floats, centres: Floats) -> Floats:
    """Minus half the squared distance, less what is the same for all centres."""
    return np.asarray(meaning @ centres.T - 0.5 * np.sum(centres**2, axis=1))
