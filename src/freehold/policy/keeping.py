"""Applies a promise: from what the owned voices answered, the chance that keeping the last one's answer does no harm.

The measures here are the very ones that a promise is calibrated from, so that a threshold means the same in both.
How it was chosen is no concern of this module; see docs/explanation/promises.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec

from freehold.catalog.promises import Keeping, Screen, Term
from freehold.core.event import Answer
from freehold.core.record import Score
from freehold.core.request import Request, TextPart
from freehold.policy.agreement import likeness
from freehold.policy.judge import confidence
from freehold.policy.structure import faults, unchecked

METHOD = "promise"
"""The `Score.method` of a judgement made here."""

LEAST_ODDS = 1e-6
"""A probability nearer than this to 0 or 1 counts as this near: servers round, and rounding is not certainty."""

Measures = Mapping[str, float | None]

_VITAL = ("confidence:", "least:", "forecast")
"""How measures begin that a target or a router may one day cease to give: without one that is weighed, nothing is
kept."""


class Heard(msgspec.Struct, frozen=True):
    """What one voice answered, and how sure of it it was."""

    answer: Answer
    confidence: float | None = None
    """The geometric mean of its tokens' probabilities."""
    least: float | None = None
    """The least of them."""

    @classmethod
    def of(cls, answer: Answer) -> Heard:
        """An answer that has its token probabilities with it."""
        return cls(answer, *confidence(answer))


def measures(
    request: Request, voices: Sequence[str], heard: Mapping[str, Heard], slices: Mapping[str, str] | None = None
) -> dict[str, float | None]:
    """All that can be weighed, by name; `None` for what is not known.

    `voices` in the promise's order: the last one's answer is the one to keep. ``support:V`` is how far voice V speaks
    for that answer: minus the logarithm of the doubt that V leaves, times its likeness to it, which runs from -1, where
    it says something else, to 1, where it says the same. `slices` stand in place of the request's metadata.
    """
    kept = heard[voices[-1]].answer
    found: dict[str, float | None] = {}
    for voice in voices:
        found[f"confidence:{voice}"], found[f"least:{voice}"] = heard[voice].confidence, heard[voice].least
    for voice in voices[:-1]:
        alike = likeness(kept, heard[voice].answer)
        found[f"likeness:{voice}"] = alike
        found[f"support:{voice}"] = support(alike, heard[voice].confidence)
    found["length"] = math.log1p(len(kept.choices[0].text) if kept.choices else 0)
    return {**found, **asked_measures(request, request.metadata if slices is None else slices)}


def asked_measures(request: Request, slices: Mapping[str, str]) -> dict[str, float | None]:
    """What can be weighed of a request itself: the length of its texts, what form it asks for, what it says it is.

    Passages from documents do not count: questions are measured as they are asked, here as where it is calibrated.
    """
    texts = [part.text for message in request.written for part in message.parts if isinstance(part, TextPart)]
    found: dict[str, float | None] = {
        "prompt": math.log1p(sum(map(len, texts))),
        "json": float(request.output is not None),
        "tools": float(bool(request.tools)),
    }
    for key, value in slices.items():
        found[f"slice:{key}={value}"] = 1.0
    return found


def support(alike: float, probability: float | None) -> float:
    """How far a voice of this confidence speaks for an answer that its own is so alike to.

    One of unknown confidence counts as even.
    """
    doubt = max(LEAST_ODDS, 1.0 - (0.5 if probability is None else probability))
    return (2.0 * alike - 1.0) * -math.log(doubt)


def weighable(value: float, *, logit: bool) -> float:
    """A measure as it is weighed: as it is, or its log odds."""
    if not logit:
        return value
    bounded = min(max(value, LEAST_ODDS), 1.0 - LEAST_ODDS)
    return math.log(bounded) - math.log1p(-bounded)


def chance(terms: Sequence[Term], intercept: float, found: Measures) -> float:
    """The logistic function of the weighted sum of the measures, from 0 to 1.

    A measure that is not known counts as its mean; a request that names another value of a slice's key is not in it.
    """
    total = intercept + sum(term.weight * _standing(term, found) / term.scale for term in terms)
    return 1.0 / (1.0 + math.exp(-total)) if total >= 0 else math.exp(total) / (1.0 + math.exp(total))


def _standing(term: Term, found: Measures) -> float:
    value = found.get(term.name)
    if value is None and term.name.startswith("slice:"):
        key = term.name.partition("=")[0]
        value = 0.0 if any(name.startswith(f"{key}=") for name in found) else None
    return 0.0 if value is None else weighable(value, logit=term.logit) - term.mean


def judge(
    request: Request, keeping: Keeping, answers: Mapping[str, Answer], promise: str, forecast: float | None = None
) -> Score:
    """Whether the last voice's answer is kept, and by which promise.

    `answers` holds what each voice answered; where one is missing, or its form is faulty, nothing is kept, as nothing
    was measured on such answers. `forecast` is what the router before generation expects.
    """
    for voice in keeping.voices:
        if voice not in answers:
            return Score(METHOD, None, kept=False, reasons=(f"no answer of {voice} to judge by (promise {promise})",))
        if found := faults(request, answers[voice]):
            return Score("structure", None, kept=False, reasons=tuple(f"{voice}: {fault}" for fault in found))
    heard = {voice: Heard.of(answers[voice]) for voice in keeping.voices}
    known = {**measures(request, keeping.voices, heard), "forecast": forecast}
    return _weighed(keeping, known, promise, unchecked(request, answers[keeping.voices[-1]]))


def weighs_forecast(keeping: Keeping) -> bool:
    """Whether nothing is kept where the router tells no chance."""
    rules: tuple[Keeping | Screen, ...] = (*keeping.screens, keeping)
    return any(term.name == "forecast" for rule in rules for term in rule.terms)


def _weighed(keeping: Keeping, known: Measures, promise: str, notes: tuple[str, ...]) -> Score:
    least = known[f"least:{keeping.voices[-1]}"]
    screens = (*keeping.screens, Screen(keeping.terms, keeping.intercept, keeping.threshold))
    if (lost := _lost(screens, known)) is not None:
        return Score(
            METHOD, None, kept=False, reasons=(f"{lost} is not known (promise {promise})", *notes), least=least
        )
    weighed = [(chance(each.terms, each.intercept, known), each) for each in screens]
    value, screen = next(((value, each) for value, each in weighed if value < each.threshold), weighed[-1])
    kept = value >= screen.threshold
    than = "at least" if kept else "below"
    reason = f"chance {value:.4g} is {than} {screen.threshold:.4g} (promise {promise})"
    return Score(METHOD, value, kept=kept, reasons=(reason, *notes), least=least)


def _lost(screens: Sequence[Screen], known: Measures) -> str | None:
    """A vital measure that is weighed and not known; `None` where there is none."""
    names = (term.name for screen in screens for term in screen.terms)
    return next((name for name in names if name.startswith(_VITAL) and known.get(name) is None), None)
