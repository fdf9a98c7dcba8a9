"""Whether a candidate is not worse than what answers now, by more than a margin, told after every pair.

Each pair is one request that both answered, scored from 0 to 1 by a scorer that may decide something: the difference
lies between -1 and 1. A candidate that is worse by the margin is found fit with a chance of at most `alpha`, and one
that is within the margin is found unfit with a chance of at most `alpha`, over all looks
(`freehold.evaluate.statistics.betting`). Sequential tests of non-inferiority are as old as Wald 1945; that this one may
be looked at after every pair is what makes it fit for traffic.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal

import msgspec

from freehold.evaluate.statistics.betting import Wager, inferior, not_inferior
from freehold.evaluate.statistics.normal import normal_quantile

Verdict = Literal["fit", "unfit", "open"]
ALPHA = 0.05
POWER = 0.8
FEWEST = 30
"""Pairs before anything is decided: an early run of luck is no evidence that anybody should act on."""
LOOKING = 1.6
"""How many more pairs a test that may be looked at takes than one of fixed size, as measured by the benchmark."""


class Trial(msgspec.Struct, frozen=True):
    """What pairs have shown so far: a value, kept in one row and gone on with."""

    margin: float
    better: Wager
    """Evidence that it is not worse by the margin or more."""
    worse: Wager
    """Evidence that it is worse by more than the margin."""
    alpha: float = ALPHA
    pairs: int = 0
    total: float = 0.0
    squares: float = 0.0
    missed: dict[str, int] = {}
    """Pairs that could not be had, by why: a word."""

    @property
    def mean(self) -> float:
        """The mean difference, candidate less incumbent."""
        return self.total / self.pairs if self.pairs else 0.0

    @property
    def deviation(self) -> float:
        """Of one difference; a careful guess where there are too few to tell."""
        if self.pairs < FEWEST:
            return 0.5
        return math.sqrt(max(self.squares / self.pairs - self.mean**2, 0.0))

    @property
    def verdict(self) -> Verdict:
        """``fit``: not worse by the margin; ``unfit``: worse by more; ``open``: neither is shown yet."""
        if self.pairs < FEWEST:
            return "open"
        if self.worse.rejects(self.alpha):
            return "unfit"
        return "fit" if self.better.rejects(self.alpha) else "open"

    def after(self, differences: Iterable[float]) -> Trial:
        """With further pairs.

        Raises:
            ValueError: a difference is not between -1 and 1.
        """
        values = [float(value) for value in differences]
        return msgspec.structs.replace(
            self,
            better=self.better.after(values),
            worse=self.worse.after(values),
            pairs=self.pairs + len(values),
            total=self.total + sum(values),
            squares=self.squares + sum(value * value for value in values),
        )

    def without(self, why: str) -> Trial:
        """With one that could not be had."""
        return msgspec.structs.replace(self, missed={**self.missed, why: self.missed.get(why, 0) + 1})

    def more(self) -> int:
        """About how many further pairs it takes, with a chance of `POWER`, if the candidate is as good as what is used.

        From the spread that was seen; of no meaning once there is a verdict.
        """
        reach = normal_quantile(1 - self.alpha) + normal_quantile(POWER)
        wanted = LOOKING * (reach * max(self.deviation, self.margin) / self.margin) ** 2
        return max(FEWEST, math.ceil(wanted)) - self.pairs if wanted > self.pairs else FEWEST

    def says(self) -> str:
        """How it stands, in a sentence."""
        if not self.pairs:
            return "no pair has been seen yet"
        seen = f"over {self.pairs} pairs the candidate differs by {self.mean:+.4f}"
        if self.verdict == "fit":
            return f"not worse by {self.margin:g} or more, at a false-promotion rate of {self.alpha:g}: {seen}"
        if self.verdict == "unfit":
            return f"worse by more than {self.margin:g}: {seen}"
        return f"not told yet: {seen}; about {self.more()} more pairs tell, if it is as good as what is there"


def begun(margin: float, alpha: float = ALPHA) -> Trial:
    """A candidate that nothing is known of yet.

    Raises:
        ValueError: the margin or `alpha` is not between 0 and 1.
    """
    if not (0 < margin < 1 and 0 < alpha < 1):
        raise ValueError(f"a margin and a false-promotion rate lie between 0 and 1, unlike {margin} and {alpha}")
    return Trial(margin, not_inferior(margin), inferior(margin), alpha)
