"""From scores to chances: fitted where the scores were not taught, and measured where they were not fitted."""

from __future__ import annotations

import math

import msgspec
import numpy as np

from freehold.evaluate.router.regress import regressed
from freehold.evaluate.statistics.interval import Floats
from freehold.evaluate.statistics.logistic import logistic

_RIDGE = 1e-2
_BINS = 10


class Calibration(msgspec.Struct, frozen=True):
    """The logistic function of a score: ``1 / (1 + exp(-(intercept - slope * score)))``, falling as the score rises."""

    intercept: float
    slope: float
    """Never below 0, so that the order of chances is that of the scores, turned round."""

    def chance(self, score: float) -> float:
        """From 0 to 1."""
        logit = self.intercept - self.slope * score
        return 1.0 / (1.0 + math.exp(-logit)) if logit >= 0 else math.exp(logit) / (1.0 + math.exp(logit))

    def chances(self, scores: Floats) -> Floats:
        """`chance` of each; shape (requests,)."""
        return logistic(self.intercept - self.slope * scores)


def calibrate(scores: Floats, will_do: Floats) -> Calibration:
    """The chance that the weaker subject's answer will do, by the score that says it will not.

    Platt, "Probabilistic outputs for support vector machines" (1999): logistic regression on the score alone, towards
    (n₊+1)/(n₊+2) and 1/(n₋+2) in place of 1 and 0, so that even scores that divide all cases leave some doubt. Where
    the slope would turn the order round, the scores say nothing, and the chance is the same for all.

    Args:
        scores: Shape (requests,); of models that were not taught these requests.
        will_do: Shape (requests,); 1 where the weaker subject's answer was as good, 0 where it was not.
    """
    yes = float(will_do.sum())
    no = len(will_do) - yes
    towards = np.where(will_do > 0, (yes + 1) / (yes + 2), 1 / (no + 2))
    spread = float(scores.std())
    even = Calibration(math.log((yes + 1) / (no + 1)), 0.0)
    if spread < 1e-12:  # beneath what arithmetic tells apart
        return even
    middle = float(scores.mean())
    columns = np.column_stack([np.ones(len(scores)), -(scores - middle) / spread])
    weights = regressed(columns, towards, np.full(2, _RIDGE), np.array([even.intercept, 0.0]))
    slope = float(weights[1]) / spread
    return Calibration(float(weights[0]) + slope * middle, slope) if slope > 0 else even


def error(chances: Floats, will_do: Floats) -> float:
    """The expected calibration error: how far chances and shares lie apart in ten groups of equal size, on average.

    Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning" (AAAI 2015), with
    groups of equal size in place of equal width, none of which is then empty.
    """
    groups = np.array_split(np.argsort(chances, kind="stable"), min(_BINS, len(chances)))
    apart = sum(len(group) * abs(float(chances[group].mean() - will_do[group].mean())) for group in groups)
    return apart / len(chances)
