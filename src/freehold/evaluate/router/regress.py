"""Logistic regression with a ridge penalty, by Newton's method (le Cessie and van Houwelingen, 1992)."""

from __future__ import annotations

import numpy as np

from freehold.evaluate.statistics.interval import Floats
from freehold.evaluate.statistics.logistic import logistic

_STEPS = 50
_HALVINGS = 30
_LEAST_CURVE = 1e-6
_STILL = 1e-8


def regressed(columns: Floats, towards: Floats, penalty: Floats, start: Floats | None = None) -> Floats:
    """The weights under which the chances of the rows come nearest to `towards`.

    Args:
        columns: Shape (rows, columns); a column of ones for an intercept.
        towards: Shape (rows,), from 0 to 1; in between, too.
        penalty: Shape (columns,), above 0: how strongly each weight is held to nothing.
        start: Where to begin; nothing by default.
    """
    weights = np.zeros(columns.shape[1]) if start is None else start.astype(float)
    before = _loss(columns, towards, penalty, weights)
    for _ in range(_STEPS):
        chances = logistic(columns @ weights)
        curve = np.maximum(chances * (1 - chances), _LEAST_CURVE)
        pull = columns.T @ (towards - chances) - penalty * weights
        step = np.linalg.solve((columns * curve[:, None]).T @ columns + np.diag(penalty), pull)
        # A step that overshoots is halved: far out, the curve says little of where the top is.
        for _ in range(_HALVINGS):
            after = _loss(columns, towards, penalty, weights + step)
            if after <= before:
                break
            step = step / 2
        else:
            break  # Nothing nearer is told apart.
        weights, before = weights + step, after
        if float(np.abs(step).max()) < _STILL:
            break
    return weights


def _loss(columns: Floats, towards: Floats, penalty: Floats, weights: Floats) -> float:
    """Minus the logarithm of the penalised likelihood."""
    logits = columns @ weights
    return float((np.logaddexp(0.0, logits) - towards * logits).sum() + 0.5 * (penalty * weights**2).sum())
