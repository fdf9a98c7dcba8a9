"""How few votes decide an order: the fewest found whose absence would end a lead.

After Broderick, Giordano and Meager 2020, "An automatic finite-sample robustness metric", arXiv:2011.14999, used on
Bradley-Terry rankings by Huang et al. 2025, "Dropping just a handful of preferences can change top large language model
rankings", arXiv:2508.11847: votes are ordered by their influence on the difference, and the answer is checked by a fit
without them. It is an upper bound: fewer, chosen otherwise, may do it too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from freehold.evaluate.arena.design import Design
from freehold.evaluate.arena.fit import Fit, fit
from freehold.evaluate.arena.groups import groups
from freehold.evaluate.statistics.interval import Floats

_LARGEST_SHARE = 0.25
"""Of the votes: an order that stands without its best quarter is not looked into further."""
_LEVEL = 1e-6
"""Strengths nearer than that are level, but for rounding."""


def votes_that_decide(
    design: Design, found: Fit, stronger: int, weaker: int, covariates: Floats | None = None
) -> int | None:
    """How many votes, left out, end the lead of `stronger` over `weaker`; `None` where no quarter of them does."""
    gain = found.influence[:, stronger] - found.influence[:, weaker]
    order = np.argsort(gain, kind="stable")
    order = order[gain[order] < 0]
    most = min(int(design.size * _LARGEST_SHARE), len(order))
    difference = found.values[stronger] - found.values[weaker]
    sums = np.cumsum(gain[order[:most]])
    # The first guess is linear, and short of the truth where votes left out change what others weigh.
    many = int(np.searchsorted(-sums, difference)) + 1
    if many > most:
        return None
    stands = 0
    while not _turned(design, order[:many], stronger, weaker, covariates):
        stands, many = many, many + max(1, many // 4)
        if many > most:
            return None
    while many - stands > 1:
        middle = (stands + many) // 2
        turned = _turned(design, order[:middle], stronger, weaker, covariates)
        stands, many = (stands, middle) if turned else (middle, many)
    return many


def _turned(design: Design, out: NDArray[np.intp], stronger: int, weaker: int, covariates: Floats | None) -> bool:
    rest = design.without(out)
    together = next(group for group in groups(rest.wins()) if stronger in group)
    if weaker not in together:
        return True
    beside = None if covariates is None else np.delete(covariates, out, axis=0)
    # With Firth's penalty there is a fit whatever is left, also where the plain one has no maximum.
    again = fit(rest, beside, firth=True)
    return bool(again.values[stronger] <= again.values[weaker] + _LEVEL)
