"""What a rule's words are worth in a comparison; what is not there, or decides nothing, says so."""

from __future__ import annotations

from typing import TypeVar

from freehold.catalog.words import mend_for
from freehold.evaluate.report.comparison import Comparison, Difference, Figure, Pair, Score, Subject
from freehold.evaluate.report.rules.grammar import Measure
from freehold.evaluate.report.rules.words import PAIRED

Scored = TypeVar("Scored", Score, Difference)


MOST_MISSING = 0.1
"""The share of what was asked that may be without an answer where quality decides."""


class Untold(ValueError):
    """Why a rule cannot be judged."""


def value(comparison: Comparison, measure: Measure, about: Subject) -> float:
    """What a measure is; `about` is whom it is of where the rule names no subject.

    Raises:
        Untold: there is no such subject, scorer or figure, or it may decide nothing.
    """
    subject = _subject(comparison, measure.subject) if measure.subject else about
    if measure.metric in PAIRED:
        return _paired(comparison, measure, subject)
    if measure.metric == "quality":
        _check_answers(subject)
        score = _gating(subject.scores, measure.scorer, subject.name)
        _check_judged(subject, score.scorer)
        return _end(score.always if measure.end.startswith("always") else score.quality, measure, subject.name)
    _no_always(measure)
    found = getattr(subject, "answered" if measure.metric == "size" else measure.metric)
    if isinstance(found, int | float):
        if measure.end:
            raise Untold(f"{measure.metric} has no interval")
        return float(found)
    return _end(found, measure, subject.name)


def _paired(comparison: Comparison, measure: Measure, subject: Subject) -> float:
    pair = next((each for each in comparison.pairs if each.other == subject.name), None)
    if pair is None:
        raise Untold(f"{measure.metric} is of a second subject beside the first, and {subject.name} is none")
    if measure.metric == "quality.delta":
        found = _gating(pair.scores, measure.scorer, _both(pair))
        for each in comparison.subjects:
            if each.name in {pair.first, pair.other}:
                _check_answers(each)
                _check_judged(each, found.scorer)
        return _end(found.always if measure.end.startswith("always") else found.delta, measure, _both(pair))
    _no_always(measure)
    return _end(pair.cost if measure.metric == "cost.ratio" else pair.time, measure, _both(pair))


def _check_answers(subject: Subject) -> None:
    """Quality is over the answers that came: where many did not, it says nothing of the subject."""
    missing = subject.asked - subject.answered
    if subject.asked and missing / subject.asked > MOST_MISSING:
        raise Untold(f"{subject.name} gave no answer to {missing} of {subject.asked}, so its quality is not known")


def _check_judged(subject: Subject, scorer: str) -> None:
    """A judge is silent about what it may not be shown or what leads it astray: too often, and the rest is a choice."""
    untold = next((each.untold for each in subject.scores if each.scorer == scorer), 0)
    if scorer.startswith("judge:") and untold > MOST_MISSING * subject.answered:
        raise Untold(f"{scorer} could not tell of {untold} of {subject.answered} answers of {subject.name}")


def _gating(scores: tuple[Scored, ...], scorer: str, of: str) -> Scored:
    """The score that a rule means: the one it names, or the first that may decide."""
    if scorer:
        found = next((each for each in scores if each.scorer == scorer), None)
        if found is None:
            raise Untold(f"no scorer '{scorer}' scored {of}; {mend_for(scorer, [each.scorer for each in scores])}")
        if not found.gates:
            raise Untold(f"the judge of {scorer} is not certified, and decides nothing; certify it first")
        return found
    gating = [each for each in scores if each.gates]
    if not gating:
        why = "its judges are not certified" if scores else "nothing scored it"
        raise Untold(f"there is no quality of {of} that may decide: {why}")
    return gating[0]


def _end(figure: Figure | None, measure: Measure, of: str) -> float:
    if figure is None:
        raise Untold(f"there is no {measure.metric} of {of}")
    found = {"lower": figure.low, "upper": figure.high}.get(measure.end.removeprefix("always_"), figure.value)
    if found is None:
        raise Untold(f"the {measure.end} end of {measure.metric} of {of} is not bounded by {figure.size} examples")
    return found


def _no_always(measure: Measure) -> None:
    if measure.end.startswith("always"):
        raise Untold(f"{measure.metric} has no interval for every look; only quality has")


def _subject(comparison: Comparison, named: str) -> Subject:
    for each in comparison.subjects:
        if each.name == named:
            return each
    for each in comparison.subjects:
        if each.letter == named:
            return each
    names = {name for each in comparison.subjects for name in (each.letter, each.name)}
    raise Untold(f"there is no subject '{named}'; {mend_for(named, names)}")


def _both(pair: Pair) -> str:
    return f"{pair.other} beside {pair.first}"
