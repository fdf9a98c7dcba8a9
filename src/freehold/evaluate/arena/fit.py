"""The Bradley-Terry model by maximum likelihood, with covariates, and how far its strengths may be off.

The chance that the left answer is preferred is logistic in the difference of two strengths, plus what style adds
(Bradley and Terry 1952, "Rank analysis of incomplete block designs", Biometrika 39). A tie is half a win to each, as in
Chiang et al. 2024, "Chatbot Arena", arXiv:2403.04132: then the likelihood is a working one, the strengths are those
that best foretell the mean of a vote, and the sandwich covariance (Huber 1967; White 1982) holds though ties exist.
Davidson's model of ties (1970, JASA 65) would add a parameter, and is wrong where people who differ call ties.

The likelihood has a maximum only where each subject can be reached from each by wins (Hunter 2004, "MM algorithms for
generalized Bradley-Terry models", Ann. Statist. 32, assumption 1). Where not, `firth` gives finite strengths by
penalising with Jeffreys' prior (Firth 1993, Biometrika 80; Heinze and Schemper 2002, "A solution to the problem of
separation in logistic regression", Statistics in Medicine 21). Who won every vote leaves no residuals, and a sandwich
of them would be next to nothing; so there the covariance is the inverse of the information, and whether two differ is
told by the penalised likelihood ratio, as Heinze and Schemper advise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from freehold.evaluate.arena.design import Design
from freehold.evaluate.statistics.interval import Floats
from freehold.evaluate.statistics.logistic import logistic

_ROUNDS = 200
_ENOUGH = 1e-9
_LONGEST_STEP = 2.0
_MOST_LEVERAGE = 1 - 1e-6
_FAR = 30.0
"""A strength beyond it is on its way to infinity: there is no maximum."""


class Separated(Exception):
    """The likelihood has no maximum: some votes are foretold for certain."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Strengths in log-odds that sum to 0, the covariates' coefficients after them, and the covariance of all."""

    values: Floats
    covariance: Floats
    influence: Floats
    """A row a vote: how much each value would change, about, if the vote were left out."""

    def difference(self, one: int, other: int) -> tuple[float, float]:
        """By how much one is stronger than another, and the standard error of that."""
        contrast = np.zeros(len(self.values))
        contrast[one], contrast[other] = 1.0, -1.0
        return float(contrast @ self.values), math.sqrt(max(float(contrast @ self.covariance @ contrast), 0.0))

    def error(self, place: int) -> float:
        """The standard error of one value."""
        return math.sqrt(max(float(self.covariance[place, place]), 0.0))


def fit(design: Design, covariates: Floats | None = None, *, firth: bool = False) -> Fit:
    """Strengths of subjects that votes connect.

    `covariates` has a row for each vote. Raises `Separated` where there is no maximum, as there always is with `firth`.
    """
    many = len(design.subjects)
    rows = design.rows() if covariates is None else np.hstack([design.rows(), covariates])
    # Votes tell differences alone, so strengths are sought among those that sum to 0.
    basis = _summing_to_nothing(many, rows.shape[1])
    reduced = rows @ basis
    found = _maximum(reduced, design.won, firth=firth)
    return _told(reduced, design.won, found, basis, firth=firth)


def likelihood_ratio(design: Design, one: int, other: int) -> float:
    """Twice the penalised log-likelihood that is lost where these two are held to be equally strong.

    Of subjects that votes connect; about chi-square with one degree of freedom if they are.
    """
    basis = _summing_to_nothing(len(design.subjects), len(design.subjects))
    rows = design.rows() @ basis
    level = np.linalg.svd((basis[one] - basis[other])[None, :])[2][1:].T
    free = _maximum(rows, design.won, firth=True)
    held = _maximum(rows, design.won, firth=True, within=level)
    return max(0.0, 2 * (_penalised(rows, design.won, free) - _penalised(rows, design.won, held)))


def _penalised(rows: Floats, won: Floats, values: Floats) -> float:
    """The log-likelihood with half the logarithm of the information's determinant (Firth's penalty)."""
    logits = rows @ values
    chance = logistic(logits)
    likelihood = won * logits - np.logaddexp(0.0, logits)
    return float(likelihood.sum() + np.linalg.slogdet(rows.T @ (rows * (chance * (1 - chance))[:, None]))[1] / 2)


def _summing_to_nothing(subjects: int, columns: int) -> Floats:
    """An orthonormal basis, as columns, of the values whose strengths sum to 0."""
    basis = np.zeros((columns, columns - 1))
    for place in range(subjects - 1):
        basis[: place + 1, place] = 1.0
        basis[place + 1, place] = -(place + 1.0)
        basis[:, place] /= np.linalg.norm(basis[:, place])
    basis[subjects:, subjects - 1 :] = np.eye(columns - subjects)
    return basis


def _maximum(rows: Floats, won: Floats, *, firth: bool, within: Floats | None = None) -> Floats:
    """The likeliest values; of those that the columns of `within` span, where it is given."""
    inside = rows if within is None else rows @ within
    values = np.zeros(rows.shape[1])
    for _ in range(_ROUNDS):
        chance = logistic(rows @ values)
        weight = chance * (1 - chance)
        residual = won - chance
        if firth:
            leverage = _leverage(rows, weight)
            residual = residual + leverage * (0.5 - chance)
            # The penalty acts as so much more of each vote, tied; a step that left that out would overshoot.
            weight = weight * (1 + leverage)
        step = _inverse(inside, weight) @ (inside.T @ residual)
        step = step if within is None else within @ step
        values = values + step * min(1.0, _LONGEST_STEP / max(float(np.abs(step).max()), _ENOUGH))
        if np.abs(step).max() < _ENOUGH:
            return values
        if not firth and np.abs(rows @ values).max() > _FAR:
            raise Separated
    raise Separated


def _told(rows: Floats, won: Floats, values: Floats, basis: Floats, *, firth: bool) -> Fit:
    chance = logistic(rows @ values)
    weight = chance * (1 - chance)
    inverse = _inverse(rows, weight)
    leverage = np.minimum(_leverage(rows, weight), _MOST_LEVERAGE)
    # Residuals over what their votes leave to themselves: the sandwich HC3 of MacKinnon and White 1985, J. Econometrics
    # 29, whose plain form is too small where votes are few.
    scores = rows * ((won - chance) / (1 - leverage))[:, None]
    changes = scores @ inverse
    covariance = inverse if firth else changes.T @ changes
    return Fit(basis @ values, basis @ covariance @ basis.T, -changes @ basis.T)


def _inverse(rows: Floats, weight: Floats) -> Floats:
    """Of the information; of its range alone where votes leave something untold."""
    return np.asarray(np.linalg.pinv(rows.T @ (rows * weight[:, None]), hermitian=True), np.float64)


def _leverage(rows: Floats, weight: Floats) -> Floats:
    found: Floats = weight * np.einsum("ij,ij->i", rows @ _inverse(rows, weight), rows)
    return found
