"""Chooses when the owned answer is kept, so that the promised harm holds, from all questions at once.

Fixed-sequence testing walks from the safest rule to the most generous and stops at the first that cannot be shown to be
safe (Angelopoulos et al. 2021). With nested rules that is the same as cutting away the riskiest answers until no more
harms are left within than `bounds.most_harms` allows; the true harm of what is left is then at most a
Beta(harms + 1, size - harms) variable. That holds as well where the order of risk is chosen anew in the midst of the
cutting, so long as it is learned from what has been cut away and never from a harm still within: Fraser 1951,
"Sequentially determined statistically equivalent blocks", Annals of Mathematical Statistics 22. So no question has to
be spent on learning alone. docs/explanation/promises.md has the argument.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from freehold.catalog.promises import Keeping, Screen
from freehold.core.errors import BadRequest
from freehold.evaluate.promise.bounds import HORIZON, beyond, most_harms, needed, risk
from freehold.evaluate.promise.score import Score, learned, unlearned
from freehold.evaluate.promise.table import Bools, Outcomes
from freehold.evaluate.statistics.interval import Floats
from freehold.evaluate.statistics.logistic import logistic
from freehold.evaluate.statistics.proportion import exact_upper

MARGIN = 0.7
"""The share of the chance of breaking the promise that a rule uses. The promise holds without this margin too: it is
kept so that people who count find fewer broken than stated, and not just as many."""
LEARN_AT = 3
"""The score is learned where this many times as many harms are left within as may stay."""
FEW_VALUES = 20
"""Values of the score without labels below which it tells too little apart to begin with, as where no target gives
token probabilities: then a third of the questions is spent on learning, and the others alone count in the bound."""
_SEED = 0


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be promised."""

    harm: float
    """A share of all requests."""
    confidence: float = 0.9
    horizon: int = HORIZON


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A rule, and what it came to on the questions that it is promised by."""

    keeping: Keeping
    counted: Outcomes
    """The questions that count in the bound."""
    kept: Bools
    """Which of those are kept."""
    harms: int
    """Of those kept."""
    bound: float
    """The upper bound of the harm, at the confidence asked for. Of a rule that was cut it is that of all the harms that
    may stay: answers as risky as the last one cut went with it, and fewer may be left by luck."""
    at_once: Bools | None = None
    """Which go to the stronger target before any voice is asked; `None` where none do."""

    @property
    def observed(self) -> float:
        """The harm, as a share of all questions."""
        return self.harms / len(self.kept)

    @property
    def escalated(self) -> float:
        """The share of questions that go to the stronger target."""
        return 1.0 - float(self.kept.mean())

    @property
    def cost(self) -> float:
        """US dollars for a request: all voices where they are asked, and the stronger target where it is."""
        costs = self.counted.costs
        if self.keeping.keeps_nothing:
            return float(costs[self.counted.stronger].mean())
        asked = np.ones(self.counted.size) if self.at_once is None else ~self.at_once
        voices = sum(float((costs[voice] * asked).mean()) for voice in self.counted.voices)
        return voices + float((costs[self.counted.stronger] * ~self.kept).mean())


class TooLittleData(BadRequest):
    """There are too few questions for what is to be promised."""


def choose(outcomes: Outcomes, aim: Aim) -> Choice:
    """The rule that keeps the most while the promise holds.

    Raises:
        TooLittleData: even without any harm so few questions could not show it; says how many it takes.
    """
    start = unlearned(outcomes)
    if len(np.unique(start(outcomes)[outcomes.usable])) < FEW_VALUES:
        return _after_a_third(outcomes, aim, start)
    return _cut_down(outcomes, aim, start, learns=True)


def _after_a_third(outcomes: Outcomes, aim: Aim, start: Score) -> Choice:
    """Learn from a third of the questions, drawn by a fixed seed, where they are many enough to spend it."""
    order = np.random.default_rng(_SEED).permutation(outcomes.size)
    third = outcomes.size // 3
    if most_harms(outcomes.size - third, aim.harm, aim.confidence, aim.horizon) < 0:
        return _cut_down(outcomes, aim, start, learns=True)
    taught, counted = outcomes.part(order[:third]), outcomes.part(order[third:])
    score = learned(taught, taught.harm(), np.zeros(third, dtype=bool), start)
    return _cut_down(counted, aim, score, learns=False)


def _cut_down(outcomes: Outcomes, aim: Aim, score: Score, *, learns: bool) -> Choice:
    allowed = check_enough(outcomes.size, aim)
    harm = outcomes.harm()
    within = outcomes.usable.copy()
    screens: list[Screen] = []
    coarse = _cut(score(outcomes), within, harm, LEARN_AT * (allowed + 1)) if learns else None
    if coarse is not None:
        screens.append(passing(score, coarse))
        within &= score(outcomes) >= coarse
        score = learned(outcomes, harm, within, score)
    left, further = _to_leave(allowed, outcomes.size, aim)
    fine = _cut(score(outcomes), within, harm, left, further=further) if int((within & harm).sum()) > allowed else None
    last = passing(score, -np.inf if fine is None else fine)
    if fine is not None:
        within &= score(outcomes) >= fine
    harms = int((within & harm).sum())
    stays = harms if coarse is None and fine is None else allowed
    keeping = Keeping(outcomes.voices, last.terms, last.intercept, last.threshold, screens=tuple(screens))
    return Choice(keeping, outcomes, within, harms, exact_upper(stays, outcomes.size, aim.confidence))


def check_enough(size: int, aim: Aim) -> int:
    """How many of so many questions may be harmed; raises `TooLittleData` where not even none of them would do."""
    allowed = most_harms(size, aim.harm, aim.confidence, aim.horizon)
    if allowed < 0:
        raise TooLittleData(too_little(size, aim), param="data")
    return allowed


def too_little(size: int, aim: Aim) -> str:
    """Why no promise can be made on so few questions, and what it takes."""
    bound = exact_upper(0, size, aim.confidence) if size else 1.0
    shown = f"the bound is {bound:.3g}"
    if bound <= aim.harm:
        shown = (
            f"more of the next {aim.horizon:,} could be with a chance of {beyond(0, size, aim.harm, aim.horizon):.3g}"
        )
    return (
        f"{size} questions are too few to promise a harm of at most {aim.harm:.3g} with a confidence of"
        f" {aim.confidence:.3g}: with none of them harmed {shown};"
        f" it takes at least {needed(aim.harm, aim.confidence, 0, aim.horizon)}"
    )


def _to_leave(allowed: int, size: int, aim: Aim) -> tuple[int, float]:
    """How many harms the last cut leaves, and how far it goes on from there, as a share of the way to the next harm.

    The number that may stay is whole, which leaves a promise now far within its confidence and now at its very edge.
    Between two whole numbers the chance of breaking it falls about evenly (as for interpolated order statistics,
    Beran and Hall 1993), and the cut goes on until it is `MARGIN` of what is allowed: of many questions past some
    harms, each of which tells little, of few a part of the way to the next.
    """
    wanted = MARGIN * (1 - aim.confidence)
    left, now = allowed, risk(allowed, size, aim.harm, aim.horizon)
    while now > wanted:
        after = risk(left - 1, size, aim.harm, aim.horizon)
        if after <= wanted:
            return left, (now - wanted) / (now - after)
        left, now = left - 1, after
    return left, 0.0


def _cut(scores: Floats, within: Bools, harm: Bools, left: int, *, further: float = 0.0) -> float | None:
    """The least score to keep, so that at most `left` harms stay within; `None` where no cut is needed.

    The cut takes away the riskiest harm that may not stay, and all that are as risky as it; then a share `further` of
    the answers between it and the next harm.
    """
    harmed = np.sort(scores[within & harm])[::-1]
    if len(harmed) <= left:
        return None
    above = np.sort(scores[within & (scores > harmed[left])])
    if not len(above):
        return float("inf")
    between = int(np.searchsorted(above, harmed[left - 1])) if left else 0
    return float(above[int(between * further)])


def passing(score: Score, least: float) -> Screen:
    """The score with its least log odds as a chance; above 1 where nothing passes."""
    if np.isposinf(least):
        return Screen(score.terms, score.intercept, 2.0)
    return Screen(score.terms, score.intercept, float(logistic(least)) * (1 - 1e-12))
