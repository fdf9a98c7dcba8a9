"""How well scores put first what gains by the stronger subject."""

from __future__ import annotations

import numpy as np

from freehold.evaluate.statistics.interval import Floats


def recovered(scores: Floats, gains: Floats) -> float:
    """The area under the recovered gain, over the share of requests that go to the stronger subject.

    The highest scores go first; requests of equal scores go in random order, on average. Scores that say nothing give
    0.5, and no more than 1 is gained by leaving out those where the weaker subject is better. NaN where the stronger
    gains nothing at all. This is the "average performance gap recovered" of Ong et al., "RouteLLM: Learning to Route
    LLMs with Preference Data" (arXiv:2406.18665, 2024).

    Args:
        scores: Shape (requests,); higher where the stronger subject is expected to gain more.
        gains: Shape (requests,); the stronger subject's score less the weaker's.
    """
    total = float(gains.sum())
    if len(gains) == 0 or total <= 0:
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    falls = np.flatnonzero(np.diff(scores[order]) != 0) + 1
    ends = np.r_[0, falls, len(scores)]
    reached = np.r_[0.0, np.cumsum(gains[order])][ends] / total
    return float(np.trapezoid(reached, ends / len(scores)))


def lead(scores: Floats, others: Floats, gains: Floats) -> tuple[float, float]:
    """How much more `scores` recover than `others` on the same requests, and the standard error of that.

    The area is a mean over requests of their gain times their place in the order, so that the error is that of a mean.
    Places add up to the same in every order: what all gain alike makes no difference, and is left out.
    """
    many, total = len(gains), float(gains.sum())
    each = (gains - gains.mean()) * (_places(others) - _places(scores)) / many
    return float(each.sum()) / total, float(each.std()) * many**0.5 / abs(total)


def _places(scores: Floats) -> Floats:
    """The place of each in the order, from 0 for the highest; the mean place for those of equal scores."""
    _, group, many = np.unique(-scores, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(many) - (many + 1) / 2)[group])
