"""From what came of asking to the result that is kept, with the evidence that can be had of an answer."""

from __future__ import annotations

import msgspec

from freehold.core.event import Answer
from freehold.core.money import ZERO
from freehold.core.record import Attempt
from freehold.core.request import Request
from freehold.evaluate.model import Asked, Evidence, Example, Result
from freehold.policy.judge import confidence
from freehold.policy.structure import faults


def result_of(place: int, example: Example, asked: Asked) -> Result:
    """What is kept of an example that was asked."""
    shown = next((attempt for attempt in asked.attempts if attempt.shown), None)
    answer = asked.answer
    return Result(
        place=place,
        example=example.id,
        state=asked.state,
        text=asked.text,
        answer=None if answer is None else _lighter(answer),
        evidence=Evidence() if answer is None else evidence_of(example.request, answer, shown),
        target=asked.target,
        owned=asked.owned,
        escalated=any(each.owned and not each.shown and _not_kept(each) for each in asked.attempts),
        asked=tuple(attempt.target for attempt in asked.attempts),
        cost=asked.cost,
        input_tokens=sum(each.usage.input for each in asked.attempts if each.usage is not None),
        output_tokens=sum(each.usage.output for each in asked.attempts if each.usage is not None),
        first_ms=None if shown is None else _first_ms(asked.attempts[0], shown),
        total_ms=asked.total_ms,
        label=asked.label,
        exchange=asked.exchange,
        error=asked.error,
        code=asked.code,
    )


def repeated(place: int, example: Example, earlier: Result) -> Result:
    """The answer of an earlier run in place of a new one: what it cost then is saved."""
    return msgspec.structs.replace(
        earlier, place=place, example=example.id, cost=ZERO, saved=earlier.spent, repeated=True, scores={}
    )


def evidence_of(request: Request, answer: Answer, shown: Attempt | None = None) -> Evidence:
    """What can be known of an answer without knowing what is right; where it has no token probabilities, by its score.

    `shown` is the attempt that it came of: a cascade asks for probabilities that its caller does not get.
    """
    mean, least = confidence(answer)
    score = None if shown is None else shown.score
    if mean is None and score is not None and score.method == "confidence":
        mean, least = score.value, score.least
    return Evidence(mean, least, sound=not faults(request, answer))


def _lighter(answer: Answer) -> Answer:
    """The answer without token probabilities, which are many times its text; what they say is in the evidence."""
    return msgspec.structs.replace(
        answer, choices=[msgspec.structs.replace(choice, logprobs=type(choice)().logprobs) for choice in answer.choices]
    )


def _not_kept(attempt: Attempt) -> bool:
    return attempt.score is not None and not attempt.score.kept


def _first_ms(first: Attempt, shown: Attempt) -> float | None:
    """Milliseconds from when the first target was asked to when the answer that was shown began."""
    if shown.first_ms is None:
        return None
    return shown.first_ms + max(0.0, (shown.started_ns - first.started_ns) / 1e6)
