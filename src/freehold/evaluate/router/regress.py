"""Logistic regression with a ridge penalty, by Newton's method (le Cessie and van Houwelingen, 1992)."""

from __future__ import annotations

import numpy as np

from freehold.evaluate.statistics.interval import Floats
from freehold.evaluate.statistics.logistic import logistic

_STEPS = 50
_LONGEST_STEP = 4.0
"""A step that overshoots is shortened: far out, the curve says nothing."""
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
    for _ in range(_STEPS):
        chances = logistic(columns @ weights)
        curve = np.maximum(chances * (1 - chances), _LEAST_CURVE)
        pull = columns.T @ (towards - chances) - penalty * weights
        step = np.linalg.solve((columns * curve[:, None]).T @ columns + np.diag(penalty), pull)
        longest = float(np.abs(step).max())
        weights = weights + step * min(1.0, _LONGEST_STEP / max(longest, _STILL))
        if longest < _STILL:
            break
    return weights
