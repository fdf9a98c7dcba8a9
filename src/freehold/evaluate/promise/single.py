"""Whether one target alone would do: always asked before a cascade is offered."""

from __future__ import annotations

import msgspec

from freehold.evaluate.promise.bounds import most_harms
from freehold.evaluate.promise.choose import Aim
from freehold.evaluate.promise.table import Outcomes
from freehold.evaluate.statistics.proportion import exact_upper


class Alone(msgspec.Struct, frozen=True):
    """What one target alone came to."""

    target: str
    right: float
    """The share of its answers that were right."""
    harm: float
    """The share that were wrong where the stronger target's was right."""
    bound: float
    """The upper bound of that."""
    cost: float
    """US dollars for a request."""
    adequate: bool
    """Whether the promise holds with it alone; of the mirror, whether it does no more harm than the rule."""


def alone(outcomes: Outcomes, aim: Aim, allowed: int | None = None) -> tuple[Alone, ...]:
    """Every target alone, the strongest first; adequate is one of at most `allowed` harms, or as many as `aim` allows.

    The voices are tried from the last to the first, and none after the first that fails is held adequate: a fixed
    sequence, which with the cascade's own rules before it costs no confidence (Angelopoulos et al. 2021).
    """
    if allowed is None:
        allowed = most_harms(outcomes.size, aim.harm, aim.confidence, aim.horizon)
    found = [_alone(outcomes, outcomes.stronger, 0, aim, adequate=True)]
    so_far = True
    for voice in reversed(outcomes.voices):
        harms = int(outcomes.harm(voice).sum())
        so_far = so_far and harms <= allowed
        found.append(_alone(outcomes, voice, harms, aim, adequate=so_far))
    return tuple(found)


def cheapest(found: tuple[Alone, ...]) -> Alone:
    """The cheapest that is adequate; of equals, the weaker, which is the owned one."""
    return min(reversed([each for each in found if each.adequate]), key=lambda each: each.cost)


def _alone(outcomes: Outcomes, target: str, harms: int, aim: Aim, *, adequate: bool) -> Alone:
    # The stronger target cannot do worse than itself.
    bound = 0.0 if target == outcomes.stronger else exact_upper(harms, outcomes.size, aim.confidence)
    return Alone(
        target,
        right=float(outcomes.right[target].mean()),
        harm=harms / outcomes.size,
        bound=bound,
        cost=float(outcomes.costs[target].mean()),
        adequate=adequate,
    )
