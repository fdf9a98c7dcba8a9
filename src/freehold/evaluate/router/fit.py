"""Teaches a router: tries every model on prompts it was not taught, takes the best, and says how good it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from freehold.core.errors import BadRequest
from freehold.evaluate.router.calibration import Calibration, calibrate, error
from freehold.evaluate.router.models import MODELS, Model, Scores
from freehold.evaluate.router.rank import lead, recovered
from freehold.evaluate.router.space import Places, Points
from freehold.evaluate.statistics.interval import Floats

LEAST = 300
"""Labelled prompts without which nothing is taught: beneath, a router hardly beats chance, and cannot say so."""
MOST = 4_000
"""Labelled prompts that are used, the newest: work grows with their cube."""
LEAST_OF_EACH = 20
"""Prompts on which the stronger subject gains, and prompts on which it does not."""
_FOLDS = 5
_SURE = 2.0
"""Standard errors by which a model must lead to be taken before an earlier one of the list."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Prompts, and what two subjects scored on each."""

    points: Points
    weak: Floats
    """Shape (prompts,), from 0 to 1."""
    strong: Floats

    @property
    def gains(self) -> Floats:
        """What the stronger subject scored above the weaker one; below 0 where it scored less."""
        return np.asarray(self.strong - self.weak)

    @property
    def will_do(self) -> Floats:
        """1 where the weaker subject's answer was worth as much as the stronger one's, 0 where it was not."""
        return np.asarray(self.weak >= self.strong, dtype=float)

    def __len__(self) -> int:
        return len(self.weak)

    def part(self, which: Places) -> Evidence:
        """Some of the prompts."""
        return Evidence(self.points.part(which), self.weak[which], self.strong[which])

    def and_also(self, others: Evidence) -> Evidence:
        """This evidence, then newer one; the newest `MOST` prompts of both."""
        weak, strong = np.r_[self.weak, others.weak], np.r_[self.strong, others.strong]
        both = Evidence(self.points.and_also(others.points), weak, strong)
        return both if len(both) <= MOST else both.part(np.arange(len(both) - MOST, len(both)))


@dataclass(frozen=True, slots=True)
class Taught:
    """What came of teaching."""

    model: str
    calibration: Calibration
    compared: Mapping[str, float]
    """Of each model, the area under the recovered gain on prompts that it was not taught; chance is 0.5."""
    error: float
    """The expected calibration error, on prompts that neither model nor calibration was taught."""


def enough(evidence: Evidence) -> None:
    """Raise `BadRequest` with what is missing where nothing can be learned from the evidence."""
    gained = int((evidence.will_do == 0).sum())
    if len(evidence) < LEAST:
        raise BadRequest(
            f"{len(evidence)} prompts are scored for both subjects, and a router needs {LEAST}:"
            f" ask both for {LEAST - len(evidence)} more"
        )
    if gained < LEAST_OF_EACH:
        raise BadRequest(
            f"the stronger subject is better on {gained} of {len(evidence)} prompts, and a router needs {LEAST_OF_EACH}"
            " such to learn from: ask for more, or consider the weaker subject alone ('freehold eval compare')"
        )
    if len(evidence) - gained < LEAST_OF_EACH:
        raise BadRequest(
            f"the weaker subject does as well on {len(evidence) - gained} of {len(evidence)} prompts alone, and a"
            f" router needs {LEAST_OF_EACH} such to learn from"
        )
    if float(evidence.gains.sum()) <= 0:
        raise BadRequest("the subject that is to be the stronger one scores no more than the other; turn them round")


def teach(
    evidence: Evidence,
    *,
    models: Mapping[str, Model] = MODELS,
    seed: int = 0,
    goes_on: Callable[[], None] = lambda: None,
) -> Taught:
    """Choose the model and calibrate it; raises `BadRequest` where the evidence is too little.

    `goes_on` is called between the steps, and ends it by raising.
    """
    enough(evidence)
    fold = _folds(evidence, seed)
    scored = {name: _left_out(evidence, model, fold, goes_on) for name, model in models.items()}
    compared = {name: recovered(scores, evidence.gains) for name, scores in scored.items()}
    best = _best(scored, evidence.gains)
    return Taught(
        best, calibrate(scored[best], evidence.will_do), compared, _error(scored[best], evidence.will_do, fold)
    )


def fitted(model: str, evidence: Evidence) -> Scores:
    """The model of a name, taught all of the evidence; the same evidence always gives the same."""
    return MODELS[model](evidence.points, evidence.gains)


def _best(scored: Mapping[str, Floats], gains: Floats) -> str:
    """The first model, unless another surely recovers more: with few labels the highest of three is mostly luck."""
    best, *others = scored
    for name in others:
        more, error_of_it = lead(scored[name], scored[best], gains)
        if more > _SURE * error_of_it:
            best = name
    return best


def _folds(evidence: Evidence, seed: int) -> Places:
    """Which part each prompt is left out with; each has its share of those on which something is gained."""
    fold = np.empty(len(evidence), dtype=np.intp)
    order = np.random.default_rng(seed).permutation(len(evidence))
    dealt = order[np.argsort(evidence.will_do[order], kind="stable")]
    fold[dealt] = np.arange(len(evidence)) % _FOLDS
    return fold


def _left_out(evidence: Evidence, model: Model, fold: Places, goes_on: Callable[[], None]) -> Floats:
    """The score of each prompt by a model that was taught the other parts."""
    scores = np.empty(len(evidence))
    for part in range(_FOLDS):
        goes_on()
        inside, outside = np.flatnonzero(fold == part), np.flatnonzero(fold != part)
        taught = evidence.part(outside)
        scores[inside] = model(taught.points, taught.gains)(evidence.points.part(inside))
    return scores


def _error(scores: Floats, will_do: Floats, fold: Places) -> float:
    chances = np.empty(len(scores))
    for part in range(_FOLDS):
        inside = fold == part
        chances[inside] = calibrate(scores[~inside], will_do[~inside]).chances(scores[inside])
    return error(chances, will_do)
