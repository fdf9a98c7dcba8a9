"""Three ways to say of a prompt how much the stronger subject gains on it, each from the same labelled prompts.

Each takes points, gains and which slices of the space they lie in, and gives what scores other prompts: higher where
the stronger subject is expected to gain more. None draws by chance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from freehold.evaluate.router.regress import regressed
from freehold.evaluate.router.space import Points, Space, likeness
from freehold.evaluate.statistics.interval import Floats

Scores = Callable[[Points], Floats]
"""Scores prompts as they are, not yet placed; shape (prompts,)."""
Model = Callable[[Points, Floats], Scores]
"""Is taught points, and gains of shape (points,)."""

PENALTY = 100.0
"""Of the ridge, in the units of `likeness`. Gains are mostly noise: a penalty chosen by how well left-out gains are
told came out too small by far, and this one did best or near to it with few labels and with many."""
_LOGISTIC_PENALTY = 30.0
_NEIGHBOURS = 40
_NEAR = 0.1


def ridge(points: Points, gains: Floats) -> Scores:
    """Kernel ridge regression of the gain (Saunders, Gammerman and Vovk, ICML 1998), heavily regularised."""
    space = Space.of(points)
    placed = space.placed(points)
    kernel = likeness(placed, placed)
    mean = float(gains.mean())
    weights = np.linalg.solve(kernel + PENALTY * np.eye(len(gains)), gains - mean)
    return lambda others: np.asarray(likeness(space.placed(others), placed) @ weights + mean)


def logistic(points: Points, gains: Floats) -> Scores:
    """Logistic regression of whether the stronger subject gains, linear in all columns."""
    space = Space.of(points)
    columns = _with_constant(space.placed(points).coordinates())
    gained = (gains > 0).astype(float)
    penalty = np.r_[1e-3, np.full(columns.shape[1] - 1, _LOGISTIC_PENALTY)]
    weights = regressed(columns, gained, penalty)
    return lambda others: np.asarray(_with_constant(space.placed(others).coordinates()) @ weights)


def nearest(points: Points, gains: Floats) -> Scores:
    """The mean gain of the nearest prompts, the nearer the more: by meaning, or by form where there is no meaning."""
    space = Space.of(points)
    meant = points.meaning.shape[1] > 0
    placed = space.placed(points)
    known = points.meaning if meant else _unit(placed.form)
    many = min(_NEIGHBOURS, len(gains))

    def scores(others: Points) -> Floats:
        theirs = others.meaning if meant else _unit(space.placed(others).form)
        alike = theirs @ known.T
        places = np.argpartition(-alike, many - 1, axis=1)[:, :many]
        weights = np.exp((np.take_along_axis(alike, places, 1) - 1.0) / _NEAR)
        return np.asarray((weights * gains[places]).sum(1) / weights.sum(1))

    return scores


MODELS: Mapping[str, Model] = {"ridge": ridge, "logistic": logistic, "nearest": nearest}
"""By name, the one that is taken first where it is not sure which does best."""


def _with_constant(columns: Floats) -> Floats:
    return np.hstack([np.ones((len(columns), 1)), columns])


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))
