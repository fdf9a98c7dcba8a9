"""The doubt that a mean is within its bound: two bettors, whose fortunes together are the evidence.

One is to have told within `STRETCH` answers that somebody was paid for; the other has stakes for a mean of a few times
the bound, tells of gross failure early, and keeps a part for a change that comes after months
(`freehold.evaluate.statistics.aimed`, `freehold.evaluate.statistics.betting`). A mixture of tests is a test.
"""

from __future__ import annotations

import math

import msgspec

from freehold.evaluate.statistics.aimed import Aimed
from freehold.evaluate.statistics.betting import Wager, mean_above

STRETCH = 400
"""Audited answers within which a broken promise is to be noticed."""
AIMED = 0.7
"""The part of the fortune that aims at it."""
RESTART = 0.1
"""Of the other's stake, kept for a change that comes after months without one."""
TIMES = (1.4, 2.0, 3.0, 5.0)
"""How many times the bound the mean may be that is bet on: fewer stakes than for any mean at all lose less on those
that are not right. A mean of m is bet on best with a stake of (m - bound) / (1 - bound), of harm that is seen as it is.
"""
_MOST = 0.6
"""Of what can be lost, the most that is staked where an observation may be below 0."""


class Doubt(msgspec.Struct, frozen=True):
    """Evidence so far that a mean of observations is above its bound: a value, kept and gone on with."""

    alpha: float
    """The chance of ever rejecting a bound that holds."""
    steady: Wager
    aimed: Aimed
    best: float = 1.0
    """The highest e-value so far."""

    @property
    def bound(self) -> float:
        """The most that the mean is, unless it is rejected."""
        return self.steady.bound

    @property
    def e_value(self) -> float:
        """What one unit staked against the bound has become."""
        return AIMED * self.aimed.e_value + (1 - AIMED) * self.steady.e_value

    @property
    def needed(self) -> float:
        """The e-value at which it rejects."""
        return 1.0 / self.alpha

    @property
    def rejects(self) -> bool:
        """Whether the bound was ever rejected."""
        return self.best >= self.needed

    @property
    def strength(self) -> float:
        """How far it is to that, from 0 to 1, by the logarithm of the highest e-value."""
        return min(1.0, math.log(max(self.best, 1.0)) / math.log(self.needed))

    def after(self, value: float, *, audited: bool) -> Doubt:
        """With one more observation, and whether it was paid for.

        Raises:
            ValueError: the value is below the least that one may be, or is not a number.
        """
        target = (self.needed - (1 - AIMED) * self.steady.e_value) / AIMED
        aimed = self.aimed.after(value, target, costly=audited)
        after = msgspec.structs.replace(self, steady=self.steady.after([value]), aimed=aimed)
        return msgspec.structs.replace(after, best=max(self.best, min(after.e_value, 1e300)))


def doubt(bound: float, alpha: float, *, weight: float = 1.0, least: float = 0.0) -> Doubt:
    """Nothing is known yet; `weight` is what an observation above 0 will about count for, none is below `least`.

    Raises:
        ValueError: `alpha` or `bound` is not between 0 and 1, or `least` is above 0.
    """
    if not (0 < alpha < 1 and 0 < bound < 1 and least <= 0):
        raise ValueError(f"a mean of at most {bound} cannot be doubted at a false-alarm rate of {alpha}")
    stakes = tuple((min(times * bound, 0.99) - bound) / (1 - bound) for times in TIMES)
    if least < 0:
        stakes = tuple(min(_MOST, stake / bound * (bound - least)) for stake in stakes)
    steady = msgspec.structs.replace(mean_above(bound, least=least, restart=RESTART), chosen=stakes)
    return Doubt(alpha, steady, Aimed(bound, STRETCH, weight, least))
