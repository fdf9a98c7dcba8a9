"""How risky it is to keep an answer: a score that needs no labels, and one that starts there and learns from some.

The first is the log odds of the kept voice's confidence, plus half of what the other voices say for or against its
answer (`freehold.policy.keeping.support`). Independent voices would count in full, as in naive Bayes; models share
their errors, and half is what that is taken to leave. The second is a logistic regression of harm with a ridge
penalty that shrinks it towards the first rather than towards nothing (Hoerl and Kennard 1970; le Cessie and van
Houwelingen 1992 for logistic models), so that few labels move it little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from freehold.catalog.promises import Term
from freehold.evaluate.promise.table import Bools, Outcomes
from freehold.evaluate.statistics.interval import Floats
from freehold.evaluate.statistics.logistic import logistic
from freehold.policy.keeping import LEAST_ODDS

HEARD = 0.5
"""The share of another voice's support that counts in the score without labels."""
PENALTY = 10.0
"""On what departs from that score, for measures of unit variance; on the slope of the score itself, a hundredth."""
FEWEST_HARMS = 5
"""Harms below which nothing is learned from them."""
_LEAST_SLICE = 20
"""Questions of a slice, in it and out of it, below which it is not weighed."""
_STEPS = 40


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """Terms and intercept as `freehold.policy.keeping.chance` takes them: the chance that keeping does no harm."""

    terms: tuple[Term, ...]
    intercept: float

    def __call__(self, outcomes: Outcomes) -> Floats:
        """The log odds of each question, shape (questions,)."""
        total = np.full(outcomes.size, self.intercept)
        for term in self.terms:
            value = _column(outcomes, term.name, logit=term.logit)
            total += term.weight * np.where(np.isnan(value), 0.0, value - term.mean) / term.scale
        return total


def unlearned(outcomes: Outcomes) -> Score:
    """The score without labels. It is a rank: read as a chance, it is as sure as the voices are.

    Confidences of earlier voices weigh nothing of their own, and stand in it so that nothing is kept without them: the
    support of a voice rests on how sure it is.
    """
    earlier = outcomes.voices[:-1]
    names = [(f"confidence:{outcomes.last}", 1.0), *((f"support:{voice}", HEARD) for voice in earlier)]
    names += [(f"confidence:{voice}", 0.0) for voice in earlier]
    known = [(name, weight) for name, weight in names if not np.isnan(outcomes.measures[name]).all()]
    terms = [Term(name, weight, logit=name.startswith("confidence:")) for name, weight in known]
    return Score(tuple(_filled(term, outcomes) for term in terms), sum(_offset(term, outcomes) for term in terms))


def learned(outcomes: Outcomes, harm: Bools, within: Bools, start: Score) -> Score:
    """The score that the answers cut away teach, beginning at `start`; `start` itself where they hold too few harms.

    Of those `within` it looks at the harmless ones and at how many harms there are, never at where those lie: they are
    spread over the harmless ones by the odds that the model itself gives each (Dempster, Laird and Rubin 1977), so that
    a slope seen among risky answers alone does not run wild among the safe.
    """
    seen = np.flatnonzero(~within | ~harm)
    hidden = int((within & harm).sum())
    shown, told, inside = outcomes.part(seen), harm[seen], within[seen]
    if min(int(told.sum()), int((~told).sum())) < FEWEST_HARMS:
        return start
    base = start(shown)
    names = [name for name in shown.measures if name not in _NOT_WEIGHED and _varies(shown, name)]
    terms = [_standard(name, shown) for name in names]
    columns = [np.nan_to_num((_column(shown, t.name, logit=t.logit) - t.mean) / t.scale) for t in terms]
    middle, spread = float(base.mean()), float(base.std()) or 1.0
    columns = [np.ones(shown.size), (base - middle) / spread, *columns]
    weights = _ridge(np.column_stack(columns), told, inside, hidden)
    if weights[1] <= 0:
        return start
    slope = weights[1] / spread
    ours = [Term(t.name, float(w), t.mean, t.scale, t.logit) for t, w in zip(terms, weights[2:], strict=True)]
    theirs = [Term(t.name, float(t.weight * slope), t.mean, t.scale, t.logit) for t in start.terms]
    intercept = float(weights[0] + slope * (start.intercept - middle))
    return Score((*theirs, *ours), intercept)


_NOT_WEIGHED = frozenset({"length"})


def _ridge(columns: Floats, harm: Bools, inside: Bools, hidden: int) -> NDArray[np.float64]:
    """Newton's method for the penalised likelihood.

    The second column is the start's score: its slope is held near 1 and the others' near 0; the first, the intercept,
    is free. `hidden` harms lie somewhere among those `inside`.
    """
    penalty = np.full(columns.shape[1], PENALTY)
    penalty[0], penalty[1] = 1e-3, PENALTY / 100
    centre = np.zeros(columns.shape[1])
    centre[1] = 1.0
    weights = centre.copy()
    harmed = harm.astype(float)
    harmed[inside] = hidden / max(1, int(inside.sum()))
    harmless = 1.0 - harm
    weights[0] = centre[0] = np.log((harmless.sum() + 0.5) / (harmed.sum() + 0.5))
    for _ in range(_STEPS):
        chances = logistic(columns @ weights)
        if hidden:
            odds = (1 - chances[inside]) / chances[inside]
            harmed[inside] = hidden * odds / odds.sum()
        counts = harmed + harmless
        curve = counts * np.maximum(chances * (1 - chances), 1e-5)
        pull = columns.T @ (harmless - counts * chances) - penalty * (weights - centre)
        step = np.linalg.solve((columns * curve[:, None]).T @ columns + np.diag(penalty), pull)
        # A step that overshoots is shortened: far out, the curve says nothing.
        weights += step * min(1.0, 4.0 / max(float(np.abs(step).max()), 1e-12))
        if float(np.abs(step).max()) < 1e-5:
            break
    return weights


def _column(outcomes: Outcomes, name: str, *, logit: bool) -> Floats:
    """A measure as it is weighed; all NaN where these questions do not have it."""
    value = outcomes.measures.get(name)
    if value is None:
        return np.full(outcomes.size, 0.0 if name.startswith("slice:") else np.nan)
    if not logit:
        return value
    bounded = np.clip(value, LEAST_ODDS, 1 - LEAST_ODDS)
    logs: Floats = np.log(bounded) - np.log1p(-bounded)
    return logs


def _standard(name: str, outcomes: Outcomes) -> Term:
    logit = name.startswith(("confidence:", "least:")) or name == "forecast"
    value = _column(outcomes, name, logit=logit)
    return Term(name, 0.0, float(np.nanmean(value)), float(np.nanstd(value)) or 1.0, logit)


def _varies(outcomes: Outcomes, name: str) -> bool:
    value = outcomes.measures[name]
    known = value[~np.isnan(value)]
    if len(known) < outcomes.size / 2 or len(known) == 0 or float(known.std()) < 1e-9:
        return False
    return not name.startswith("slice:") or _LEAST_SLICE <= known.sum() <= outcomes.size - _LEAST_SLICE


def _filled(term: Term, outcomes: Outcomes) -> Term:
    """The term about its own mean, so that what is not known counts as that."""
    value = _column(outcomes, term.name, logit=term.logit)
    mean = float(np.nanmean(value)) if not np.isnan(value).all() else 0.0
    return Term(term.name, term.weight, mean, 1.0, term.logit)


def _offset(term: Term, outcomes: Outcomes) -> float:
    return term.weight * _filled(term, outcomes).mean
