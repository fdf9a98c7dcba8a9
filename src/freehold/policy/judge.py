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
from collections.abc import Sequence
from typing import Literal

import msgspec

from freehold.core.event import Answer
from freehold.core.record import Score
from freehold.core.request import Request
from freehold.policy.agreement import agreements
from freehold.policy.structure import faults


class Accept(msgspec.Struct, frozen=True):
    """When a cascade keeps an answer; raises `ValueError` for a number out of its range. Uncalibrated, all of them."""

    score: Literal["confidence", "agreement", "structure"] = "confidence"
    at_least: float = 0.8
    """The least measure with which an answer is kept, from 0 to 1."""
    least_token: float = 0.0
    """For ``confidence``: the least probability any token may have. 0 asks nothing, because in free prose a rare word
    is no sign of error; it is of use where answers are short and exact."""
    samples: int = 3
    """For ``agreement``: how many answers are drawn, the first among them; each is paid for."""
    unknown: Literal["keep", "escalate"] = "keep"
    """What becomes of an answer of sound form that nothing measures, such as one from a target that gives no token
    probabilities. ``keep``: without evidence that it falls short, nothing more is sent or spent."""

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not 0 <= self.at_least <= 1:
            raise ValueError(f"accept.at_least is {self.at_least}; it lies between 0 and 1")
        if not 0 <= self.least_token <= 1:
            raise ValueError(f"accept.least_token is {self.least_token}; it lies between 0 and 1")
        if not 2 <= self.samples <= 16:
            raise ValueError(f"accept.samples is {self.samples}; it lies between 2 and 16")


def judge(request: Request, answer: Answer, accept: Accept) -> Score:
    """Judge one answer. Where the policy asks for agreement, only its form can be judged alone; see `judge_samples`."""
    value, least = confidence(answer)
    if found := faults(request, answer):
        return Score("structure", value, kept=False, reasons=found, least=least)
    if accept.score != "confidence":
        return Score("structure", value, kept=True, reasons=("sound in form",), least=least)
    if value is None or least is None:
        return _unmeasured("confidence", "the target gave no token probabilities", accept)
    if value < accept.at_least:
        reason = f"confidence {value:.4g} is below {accept.at_least:g}"
        return Score("confidence", value, kept=False, reasons=(reason,), least=least)
    if least < accept.least_token:
        reason = f"least token probability {least:.2g} is below {accept.least_token:g}"
        return Score("confidence", value, kept=False, reasons=(reason,), least=least)
    reason = f"confidence {value:.4g} is at least {accept.at_least:g}"
    return Score("confidence", value, kept=True, reasons=(reason,), least=least)


def judge_samples(request: Request, answers: Sequence[Answer], accept: Accept) -> tuple[int, Score]:
    """Judge several answers of one target together: the place of the one most agree with, and its score.

    The first of equals wins, and an answer of faulty form never does while there is a sound one, though it has a voice.
    """
    values = agreements(answers)
    sound = [place for place, answer in enumerate(answers) if not faults(request, answer)]
    best = max(sound or range(len(answers)), key=values.__getitem__)
    if not sound:
        return best, judge(request, answers[best], accept)
    least = confidence(answers[best])[1]
    if len(answers) < 2:
        return best, _unmeasured("agreement", "no further sample came to compare it with", accept)
    value, count = values[best], len(answers)
    if value < accept.at_least:
        reason = f"agreement {value:.4g} among {count} samples is below {accept.at_least:g}"
        return best, Score("agreement", value, kept=False, reasons=(reason,), least=least)
    reason = f"agreement {value:.4g} among {count} samples is at least {accept.at_least:g}"
    return best, Score("agreement", value, kept=True, reasons=(reason,), least=least)


def confidence(answer: Answer) -> tuple[float | None, float | None]:
    """The geometric mean and the least of the answer's token probabilities; of several choices, the least of each.

    `None` for both where a choice has no token probabilities, or ones that are no numbers.
    """
    means, leasts = [], []
    for choice in answer.choices:
        logs = [min(token.logprob, 0.0) for token in choice.logprobs]
        if not logs or any(math.isnan(log) for log in logs):
            return None, None
        means.append(math.exp(sum(logs) / len(logs)))
        leasts.append(math.exp(min(logs)))
    return (min(means), min(leasts)) if means else (None, None)


def _unmeasured(method: str, reason: str, accept: Accept) -> Score:
    kept = accept.unknown == "keep"
    then = "kept on its sound form" if kept else "not kept"
    return Score(method, None, kept=kept, reasons=(f"{reason}; {then} (accept.unknown is {accept.unknown})",))
