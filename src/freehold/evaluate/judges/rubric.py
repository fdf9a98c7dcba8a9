"""A rubric judge: one answer, one whole number on a scale, told as a value from 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from freehold.core.label import Label
from freehold.core.request import Message
from freehold.evaluate.expectation import texts
from freehold.evaluate.judges.asked import Judging, Told
from freehold.evaluate.judges.labels import LabelUnread, labels_of
from freehold.evaluate.judges.model import Judge
from freehold.evaluate.judges.prompt import rating, rating_schema
from freehold.evaluate.model import Example, Scored


async def rate(judge: Judge, judging: Judging, example: Example, answer: str, *, label: str = "") -> Scored:
    """What it gives an answer. `label`: of the answer, as the ledger writes it, beside that of the example."""
    try:
        labels = labels_of(example, label)
    except LabelUnread as error:
        return Scored(None, str(error))
    reference = next(iter(texts(example.expected)), "")
    told = await rated(judge, judging, example.request.messages, answer, reference=reference, labels=labels)
    return Scored(told.value, told.reason, cost=told.cost, detail={"off_format": 1.0} if told.off_format else {})


async def rated(
    judge: Judge,
    judging: Judging,
    question: Sequence[Message],
    answer: str,
    *,
    reference: str = "",
    labels: Sequence[Label] = (),
) -> Told[float]:
    """The same over bare material."""
    low, high = judge.scale

    def read(said: Any) -> float | None:
        score = said.get("score") if isinstance(said, dict) else None
        if isinstance(score, bool) or not isinstance(score, int) or not low <= score <= high:
            return None
        return (score - low) / (high - low)

    prompt = rating(judge, question, answer, reference)
    return await judging.ask(judge.model, prompt, rating_schema(judge), read, labels=labels)
