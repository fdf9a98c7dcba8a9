"""Whether an owned model's answer will do, or a stronger model should be asked.

Two looks. Form first: `structure.faults` veto an answer however sure its model was. Then one measure, chosen by the
policy:

- ``confidence``: exp of the mean log probability of the answer's tokens, which is their geometric mean. It is the
  length-normalised sequence probability of Malinin and Gales, "Uncertainty Estimation in Autoregressive Structured
  Prediction" (ICLR 2021, arXiv:2002.07650). Beside it, the least token probability: its negative logarithm is the
  Max(-log p) of Manakul, Liusie and Gales, "SelfCheckGPT" (EMNLP 2023, arXiv:2303.08896).
- ``agreement``: how far several answers to the same request agree; see `agreement`.
- ``structure``: none; a sound form will do.

**The thresholds are uncalibrated.** Neither measure is the probability that an answer is right: a model can be sure and
wrong, and the same figure means different things for different models. They are starting points until a team has
measured its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

import msgspec

from freehold.core.event import Answer, Choice
from freehold.core.record import Score
from freehold.core.request import Request
from freehold.policy.agreement import agreements
from freehold.policy.structure import faults, unchecked

_ROUNDING = 1e-4
"""How far above zero, the logarithm of certainty, a server's rounding may take a log probability."""


class Accept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a cascade keeps an answer of sound form. The thresholds are uncalibrated: starting points to measure by."""

    score: Literal["confidence", "agreement", "structure"] = "confidence"
    """What is measured: ``confidence``, the geometric mean of the answer's token probabilities; ``agreement`` among
    several answers to the same request; ``structure``, nothing: a sound form will do."""
    at_least: float = 0.8
    """The least measure with which an answer is kept, from 0 to 1."""
    least_token: float = 0.0
    """For ``confidence``: the least probability that any one token may have, from 0 to 1; 0 asks nothing. Of use where
    answers are short and exact."""
    samples: int = 3
    """For ``agreement``: how many answers are drawn, the first among them, from 2 to 16; each is paid for."""
    unknown: Literal["keep", "escalate"] = "keep"
    """What becomes of an answer that nothing measures, such as one of a target that gives no token probabilities."""

    RANGES: ClassVar[Mapping[str, tuple[float, float]]] = {
        "at_least": (0, 1),
        "least_token": (0, 1),
        "samples": (2, 16),
    }

    def __post_init__(self) -> None:
        """Raise `ValueError` for a number out of its range."""
        for name, (low, high) in self.RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"accept.{name} is {value}; it lies between {low} and {high}")


def judge(request: Request, answer: Answer, accept: Accept) -> Score:
    """Judge one answer. Where the policy asks for agreement, only its form can be judged alone; see `judge_samples`."""
    return _with_notes(_judged(request, answer, accept), unchecked(request, answer))


def _judged(request: Request, answer: Answer, accept: Accept) -> Score:
    value, least = confidence(answer)
    if found := faults(request, answer):
        return Score("structure", value, kept=False, reasons=found, least=least)
    if accept.score != "confidence":
        return Score("structure", value, kept=True, reasons=("sound in form",), least=least)
    if value is None or least is None:
        return _unmeasured("confidence", _why_unknown(answer), accept)
    if value < accept.at_least:
        reason = f"confidence {value:.4g} is below {accept.at_least:g}"
        return Score("confidence", value, kept=False, reasons=(reason,), least=least)
    if least < accept.least_token:
        reason = f"least token probability {least:.2g} is below {accept.least_token:g}"
        return Score("confidence", value, kept=False, reasons=(reason,), least=least)
    reason = f"confidence {value:.4g} is at least {accept.at_least:g}"
    return Score("confidence", value, kept=True, reasons=(reason,), least=least)


def _with_notes(score: Score, notes: tuple[str, ...]) -> Score:
    return msgspec.structs.replace(score, reasons=score.reasons + notes) if notes else score


def judge_samples(request: Request, answers: Sequence[Answer], accept: Accept) -> tuple[int, Score]:
    """Judge several answers of one target together: the place of the one most agree with, and its score.

    The first of equals wins, and an answer of faulty form never does while there is a sound one, though it has a voice.
    """
    values = agreements(answers)
    sound = [place for place, answer in enumerate(answers) if not faults(request, answer)]
    best = max(sound or range(len(answers)), key=values.__getitem__)
    if not sound:
        return best, judge(request, answers[best], accept)
    score = _agreed(values[best], answers, confidence(answers[best])[1], accept)
    return best, _with_notes(score, unchecked(request, answers[best]))


def _agreed(value: float, answers: Sequence[Answer], least: float | None, accept: Accept) -> Score:
    count = len(answers)
    if count < 2:
        return _unmeasured("agreement", "no further sample came to compare it with", accept)
    if value < accept.at_least:
        reason = f"agreement {value:.4g} among {count} samples is below {accept.at_least:g}"
        return Score("agreement", value, kept=False, reasons=(reason,), least=least)
    reason = f"agreement {value:.4g} among {count} samples is at least {accept.at_least:g}"
    return Score("agreement", value, kept=True, reasons=(reason,), least=least)


def confidence(answer: Answer) -> tuple[float | None, float | None]:
    """The geometric mean and the least of the answer's token probabilities; of several choices, the least of each.

    `None` for both where a choice has no token probabilities, or ones that cannot be.
    """
    means, leasts = [], []
    for choice in answer.choices:
        if not choice.logprobs or not _possible(choice):
            return None, None
        logs = [min(token.logprob, 0.0) for token in choice.logprobs]
        means.append(math.exp(sum(logs) / len(logs)))
        leasts.append(math.exp(min(logs)))
    return (min(means), min(leasts)) if means else (None, None)


def _possible(choice: Choice) -> bool:
    """Whether its token probabilities can be: NaN is none, and a logarithm above zero would be surer than certain."""
    return all(token.logprob <= _ROUNDING for token in choice.logprobs)


def _why_unknown(answer: Answer) -> str:
    if all(_possible(choice) for choice in answer.choices):
        return "the target gave no token probabilities"
    return "the target's token probabilities cannot be (a logarithm above 0, or no number)"


def _unmeasured(method: str, reason: str, accept: Accept) -> Score:
    kept = accept.unknown == "keep"
    then = "kept on its sound form" if kept else "not kept"
    return Score(method, None, kept=kept, reasons=(f"{reason}; {then} (accept.unknown is {accept.unknown})",))
