"""Logistic regression by gradient descent, in numpy: all that a model of this size needs."""

from __future__ import annotations

import math

import msgspec
import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Indexes = NDArray[np.intp]


class Design(msgspec.Struct, frozen=True):
    """What each sample has: features that are there or not, as pairs of row and column, and further dense columns.

    `rows` and `columns` have one entry for each feature of each sample; `dense` has the shape ``(samples, more)``.
    """

    rows: Indexes
    columns: Indexes
    width: int
    """How many columns the features take; the dense ones follow."""
    dense: Matrix

    def times(self, weights: Matrix) -> Matrix:
        """The product with a weight for each column: one value a sample."""
        summed = np.bincount(self.rows, weights[self.columns], len(self.dense))
        return (summed + self.dense @ weights[self.width :]).astype(np.float32)

    def transposed(self, values: Matrix) -> Matrix:
        """The product of the transpose with a value for each sample: one value a column."""
        summed = np.bincount(self.columns, values[self.rows], self.width).astype(np.float32)
        return np.concatenate([summed, self.dense.T @ values])


class Penalty(msgspec.Struct, frozen=True):
    """What each column's weight costs: `ridge` times its square, and `lasso` times its size."""

    ridge: Matrix
    lasso: Matrix


def logistic(x: Design, y: Matrix, weight: Matrix, penalty: Penalty, steps: int = 400) -> tuple[Matrix, float]:
    """Weights and bias of least log loss, by FISTA (Beck and Teboulle 2009, SIAM J. Imaging Sciences 2(1)).

    `y` is of zeros and ones, `weight` what each sample counts.
    """
    weight = weight / weight.sum()
    w = np.zeros(len(penalty.ridge), np.float32)
    bias = 0.0
    rate = 1 / (0.25 * (_largest(x, weight) + 1) * 1.1 + 2 * float(np.max(penalty.ridge)))
    ahead, ahead_bias, pace = w, bias, 1.0
    for _ in range(steps):
        error = weight * (sigmoid(x.times(ahead) + ahead_bias) - y)
        new = ahead - rate * (x.transposed(error) + 2 * penalty.ridge * ahead)
        new = np.sign(new) * np.maximum(np.abs(new) - rate * penalty.lasso, 0)
        new_bias = ahead_bias - rate * float(error.sum())
        next_pace = (1 + math.sqrt(1 + 4 * pace * pace)) / 2
        push = (pace - 1) / next_pace
        ahead, ahead_bias = new + push * (new - w), new_bias + push * (new_bias - bias)
        w, bias, pace = new, new_bias, next_pace
    return w, bias


def _largest(x: Design, weight: Matrix) -> float:
    """The largest eigenvalue of the weighted covariance, by the power method; a quarter of it bounds the curvature."""
    width = x.width + x.dense.shape[1]
    v = np.full(width, 1 / math.sqrt(width), np.float32)
    size = 0.0
    for _ in range(20):
        v = x.transposed(weight * x.times(v))
        size = float(np.linalg.norm(v))
        v = v / np.float32(size)
    return size


def sigmoid(z: Matrix) -> Matrix:
    """Of logits, probabilities."""
    return (1 / (1 + np.exp(-np.clip(z, -30, 30)))).astype(np.float32)
