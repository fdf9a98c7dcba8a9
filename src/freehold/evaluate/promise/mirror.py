"""The mirror of a promise: the least harm at a given share of escalations, or at a given price of a request.

The rule is learned, and its threshold set, on one half of the questions; what it harms and how much it escalates is
counted on the other half, so that the exact bounds hold (Clopper and Pearson 1934). The halves are drawn by a fixed
seed: the same data gives the same rule.
"""

from __future__ import annotations

import numpy as np

from freehold.catalog.promises import Keeping
from freehold.core.errors import BadRequest
from freehold.evaluate.promise.choose import Choice, passing
from freehold.evaluate.promise.score import learned, unlearned
from freehold.evaluate.promise.table import Outcomes
from freehold.evaluate.statistics.proportion import exact_upper

FEWEST = 60
"""Questions below which there are no halves worth the name."""
_SEED = 0


def check_halves(size: int) -> None:
    """Raises `BadRequest` for fewer questions than are halved."""
    if size < FEWEST:
        raise BadRequest(f"{size} questions are too few; it takes at least {FEWEST}", param="data")


def least_harm(outcomes: Outcomes, share: float, confidence: float) -> Choice:
    """The rule that escalates `share` of the questions, those that are likeliest to be harmed.

    Raises:
        BadRequest: there are fewer than 60 questions, or `share` is not from 0 to 1.
    """
    if not 0 <= share <= 1:
        raise BadRequest(f"a share of escalations lies from 0 to 1, not at {share:g}", param="escalate")
    check_halves(outcomes.size)
    order = np.random.default_rng(_SEED).permutation(outcomes.size)
    half = outcomes.size // 2
    taught, counted = outcomes.part(order[:half]), outcomes.part(order[half:])
    nowhere = np.zeros(taught.size, dtype=bool)
    score = learned(taught, taught.harm(), nowhere, unlearned(taught))
    ranks = np.sort(np.where(taught.usable, score(taught), -np.inf))[::-1]
    keep = int(np.floor((1 - share) * taught.size + 1e-9))
    last = passing(score, np.inf if keep == 0 else float(ranks[keep - 1]))
    kept = counted.usable & (score(counted) >= (np.inf if keep == 0 else ranks[keep - 1]))
    harms = int((kept & counted.harm()).sum())
    keeping = Keeping(outcomes.voices, last.terms, last.intercept, last.threshold)
    return Choice(keeping, counted, kept, harms, exact_upper(harms, counted.size, confidence))


def affordable(outcomes: Outcomes, budget: float) -> float:
    """The share of requests that may be escalated at so many US dollars a request, from 0 to 1.

    Raises:
        BadRequest: asking the voices alone costs more.
    """
    voices = sum(float(outcomes.costs[voice].mean()) for voice in outcomes.voices)
    stronger = float(outcomes.costs[outcomes.stronger].mean())
    if voices > budget:
        raise BadRequest(
            f"the owned answers alone cost {voices:.6f} USD a request, more than {budget:g}", param="budget"
        )
    return 1.0 if stronger <= 0 else min(1.0, (budget - voices) / stronger)
