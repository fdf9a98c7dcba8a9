"""Tests by betting, that may be looked at after every observation, and stopped or gone on with at will.

Whoever doubts the hypothesis stakes a share of a fortune on each observation, at odds under which the fortune does not
grow if the hypothesis is true. By Ville's inequality it then ever reaches 1 / alpha with a chance of at most alpha, so
the fortune itself, the e-value, is the evidence: 20 is what 5 % is to a p-value. See Waudby-Smith and Ramdas 2023,
"Estimating means of bounded random variables by betting", JRSS B 86; Ramdas et al. 2023, "Game-theoretic statistics and
safe anytime-valid inference", Statistical Science 38.

How much to stake is not known beforehand, so the fortune is spread over `STAKES` (a mixture, as of Robbins 1970).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal

import msgspec
import numpy as np

from freehold.evaluate.statistics.interval import Floats

STAKES = np.geomspace(0.004, 0.97, 14)
"""Shares of the most that can be lost: the least are for a hundred thousand observations, the most for a dozen."""

_AT_ONCE = 4096
_NOTHING = 1e-300

Side = Literal["above", "below"]


class Wager(msgspec.Struct, frozen=True):
    """Evidence so far that a mean lies on one side of a bound; a value, so that it can be kept and gone on with.

    Begin one with `mean_above`, `mean_below` or `not_inferior`, and give it observations with `after`. They have to
    be such that, whatever came before, each has the same mean: a stream, or examples in an order that has nothing to
    do with how they are answered.
    """

    bound: float
    """The hypothesis: the mean is not above it, or not below it."""
    end: float
    """No observation lies beyond this, on the side where the hypothesis does."""
    side: Side
    restart: float = 0.0
    """The share of the fortune that is kept back and staked later, bit by bit, so that a change that comes late is seen
    before what was lost until then is won back. The whole stays a test (the mixture over times of a change)."""
    seen: int = 0
    logs: tuple[float, ...] = ()
    """The logarithm of what each stake has become."""
    best: float = 0.0
    """The logarithm of the highest e-value so far."""
    chosen: tuple[float, ...] = ()
    """Stakes in place of `STAKES`, each below 1, where it is known how far from the bound a mean would matter."""

    def after(self, values: Iterable[float]) -> Wager:
        """With further observations, in their order.

        Raises:
            ValueError: an observation lies beyond `end`, or is not a number: no such test would be valid.
        """
        given = np.fromiter(values, float)
        wager = self
        for at in range(0, len(given), _AT_ONCE):
            wager = wager._after(given[at : at + _AT_ONCE])
        return wager

    @property
    def log_e(self) -> float:
        """The logarithm of the e-value now."""
        return self._sum(np.array(self._begun()), self.seen)

    @property
    def e_value(self) -> float:
        """What one unit staked against the hypothesis has become; held to a float's range."""
        return math.exp(min(self.log_e, 700.0))

    @property
    def p_value(self) -> float:
        """Valid at any time: one over the highest e-value so far."""
        return math.exp(-self.best)

    def rejects(self, alpha: float) -> bool:
        """Whether the hypothesis was ever rejected, which a true one is with a chance of at most `alpha`."""
        return self.best >= -math.log(alpha)

    def _after(self, values: Floats) -> Wager:
        """With some more. What is staked later, divided by what it had become by then from the start, only adds up."""
        gains = np.cumsum(np.log1p(np.outer(self._wins(values), self._stakes)), axis=0)
        begun = np.array(self._begun())[None, :]
        if self.restart:
            later = np.log(self._staked(len(values)))[:, None] - np.concatenate((np.zeros_like(begun), gains[:-1]))
            begun = np.logaddexp.accumulate(np.concatenate((begun, later)))[1:]
        logs = begun + gains
        places = self.seen + np.arange(1, len(values) + 1)
        whole = np.logaddexp(np.logaddexp.reduce(logs, axis=1), np.log(np.maximum(self.restart / places, _NOTHING)))
        return msgspec.structs.replace(
            self,
            logs=tuple(logs[-1].tolist()),
            seen=self.seen + len(values),
            best=max(self.best, float(whole.max())),
        )

    def _staked(self, many: int) -> Floats:
        """What is added to each stake before each of the next observations: in all, what was kept back."""
        places = self.seen + np.arange(1, many + 1)
        shares: Floats = np.where(
            places > 1, self.restart / (len(self._stakes) * places * np.maximum(places - 1, 1)), _NOTHING
        )
        return shares

    def _begun(self) -> tuple[float, ...]:
        many = len(self._stakes)
        return self.logs or (math.log((1 - self.restart) / many),) * many

    @property
    def _stakes(self) -> Floats:
        return np.array(self.chosen) if self.chosen else STAKES

    def _sum(self, logs: np.ndarray, seen: int) -> float:
        kept_back = self.restart / max(seen, 1)
        whole = float(np.logaddexp.reduce(logs))
        return float(np.logaddexp(whole, math.log(kept_back))) if kept_back else whole

    def _wins(self, values: Floats) -> Floats:
        """What a stake of all that can be lost gains by each, from -1."""
        wins: Floats = (values - self.bound) / (self.bound - self.end)
        wrong = ~((wins >= -1 - 1e-12) & np.isfinite(wins))
        if wrong.any():
            raise ValueError(f"an observation of {values[wrong][0]} lies beyond {self.end}, where none may lie")
        return np.maximum(wins, -1.0)


def mean_above(bound: float, *, least: float = 0.0, restart: float = 0.0) -> Wager:
    """Evidence that a mean is above `bound`, from observations none of which is below `least`.

    They need no upper end, so one that was sampled with a chance of q may count 1 / q times: harm of kept answers of
    which a share q is audited is tested with observations ``harm / q`` of the audited and 0 of the others, or with
    ``harm`` of the audited alone where q is the same for all.

    Raises:
        ValueError: `least` is not below `bound`, or `restart` is not a share.
    """
    if not least < bound:
        raise ValueError(f"a mean that is at least {least} needs no test against {bound}")
    return Wager(bound, least, "above", _checked(restart))


def mean_below(bound: float, *, most: float = 1.0, restart: float = 0.0) -> Wager:
    """Evidence that a mean is below `bound`, from observations none of which is above `most`.

    Raises:
        ValueError: `most` is not above `bound`, or `restart` is not a share.
    """
    if not most > bound:
        raise ValueError(f"a mean that is at most {most} needs no test against {bound}")
    return Wager(bound, most, "below", _checked(restart))


def not_inferior(margin: float) -> Wager:
    """Evidence that a candidate is not worse by `margin` or more, from differences candidate - incumbent in [-1, 1].

    The sequential test of non-inferiority: when it `rejects` at 0.05, a candidate that is worse by the margin has
    passed with a chance of at most 5 %, however often one looked.
    """
    return mean_above(-margin, least=-1.0)


def inferior(margin: float) -> Wager:
    """Evidence that a candidate is worse by more than `margin`, from the same differences: what a roll-back asks."""
    return mean_below(-margin, most=1.0)


def _checked(restart: float) -> float:
    if not 0 <= restart < 1:
        raise ValueError(f"what is kept back is a share of the whole, not {restart}")
    return restart
