"""How much gold a certification needs: enough that a good judge passes it.

A judge is taken for good that is right in `GOOD` of its judgements and errs at random. Where such a one would fail in
more than one of ten certifications by the smallness of the sample alone, the gold is too little to tell, and it is said
how much would do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from freehold.core.errors import Unprocessable
from freehold.evaluate.judges.agreement import leaning
from freehold.evaluate.judges.model import Gold, Pair, Thresholds
from freehold.evaluate.statistics.binomial import binomial_log_pmf
from freehold.evaluate.statistics.normal import normal_quantile
from freehold.evaluate.statistics.proportion import wilson

GOOD = 0.9
POWER = 0.9
FEWEST = 30
_MOST = 5000


def check(gold: Sequence[Gold], thresholds: Thresholds) -> None:
    """Raises `Unprocessable` where the gold is too little, with how much is needed."""
    needed = size_needed(thresholds)
    if len(gold) < needed:
        raise Unprocessable(
            f"{len(gold)} examples with gold are too few: a judge that is right {GOOD:.0%} of the time would fail by"
            f" chance; at least {needed} are needed, {needed - len(gold)} more"
        )
    pairs = [each for each in gold if isinstance(each, Pair)]
    if not pairs:
        return
    longer, shorter = (sum(leaning(pair) == side for pair in pairs) for side in (1, -1))
    stratum = stratum_needed(thresholds, max(longer, shorter))
    if min(longer, shorter) < stratum:
        fewer = "longer" if longer < shorter else "shorter"
        raise Unprocessable(
            f"the better answer is the {fewer} one in {min(longer, shorter)} of {len(pairs)} pairs, too few to tell"
            f" whether a judge prefers length; at least {stratum} such pairs are needed"
        )


@lru_cache(maxsize=64)
def size_needed(thresholds: Thresholds) -> int:
    """The least number of examples with which a good judge passes on agreement, position and form, each mostly."""
    sides = 2 * thresholds.confidence - 1
    good = max(GOOD, (1 + thresholds.agreement) / 2)
    low = FEWEST
    while (
        low < _MOST
        and _chance(low, good, lambda successes, size: wilson(successes, size, sides).low, thresholds) < POWER
    ):
        low += 1
    together = normal_quantile(thresholds.confidence) + normal_quantile((1 + POWER) / 2)
    # A judge that errs at random disagrees with itself this often.
    swings = 2 * GOOD * (1 - GOOD)
    for_position = math.ceil(together**2 * swings / thresholds.position**2)
    for_form = math.ceil(normal_quantile(thresholds.confidence) ** 2 * (1 / thresholds.off_format - 1))
    return max(low, for_position, for_form)


@lru_cache(maxsize=1024)
def stratum_needed(thresholds: Thresholds, other: int) -> int:
    """The least size of the smaller of the two groups, by which answer is longer, beside one of `other` pairs."""
    together = normal_quantile(thresholds.confidence) + normal_quantile((1 + POWER) / 2)
    wrong = GOOD * (1 - GOOD)
    room = thresholds.length**2 / together**2
    # Each group's share varies by wrong / size; both variances together may take up the room.
    left = room - wrong / max(1, other)
    return max(1, math.ceil(wrong / left)) if left > 0 else math.ceil(2 * wrong / room)


def _chance(size: int, good: float, low: object, thresholds: Thresholds) -> float:
    """How likely a judge that is right so often gets a lower bound above the threshold."""
    assert callable(low)
    chances = np.exp(binomial_log_pmf(size, good))
    passes = [low(successes, size) >= thresholds.agreement for successes in range(size + 1)]
    return float(chances[np.array(passes)].sum())
