"""A pairwise judge: which of two answers is better, asked in both orders.

Models prefer a place (Wang et al. 2023, "Large Language Models are not Fair Evaluators", arXiv:2305.17926; Zheng et al.
2023, arXiv:2306.05685), so each pair is shown both ways, and an answer counts as better only where both say so. Where
they disagree it is a tie.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from freehold.core.label import Label
from freehold.core.money import Nanodollars
from freehold.core.request import Message
from freehold.evaluate.judges.asked import Judging, Told
from freehold.evaluate.judges.labels import LabelUnread, labels_of
from freehold.evaluate.judges.model import Judge, Preferred
from freehold.evaluate.judges.prompt import preferring, preferring_schema
from freehold.evaluate.model import Example

_FIRST = {"1": 1.0, "2": 0.0, "tie": 0.5}


async def prefer(
    judge: Judge, judging: Judging, example: Example, left: str, right: str, *, label: str = "", other: str = ""
) -> Preferred:
    """Which it prefers. `label` and `other`: of the two answers, as the ledger writes them, beside the example's."""
    try:
        labels = labels_of(example, label, other)
    except LabelUnread as error:
        return Preferred(None, str(error))
    there, back = await both(judge, judging, example.request.messages, left, right, labels=labels)
    orders = (there.value, None if back.value is None else 1 - back.value)
    cost = Nanodollars(there.cost + back.cost)
    for told in (there, back):
        if told.value is None:
            return Preferred(None, told.reason, cost, orders)
    if orders[0] != orders[1]:
        return Preferred(0.5, "a tie: the two orders disagree", cost, orders)
    return Preferred(there.value, there.reason, cost, orders)


async def both(
    judge: Judge,
    judging: Judging,
    question: Sequence[Message],
    left: str,
    right: str,
    *,
    labels: Sequence[Label] = (),
) -> tuple[Told[float], Told[float]]:
    """How much it takes the answer that is shown first for the better: with left first, and with right first."""

    async def once(first: str, second: str) -> Told[float]:
        prompt = preferring(judge, question, first, second)
        return await judging.ask(judge.model, prompt, preferring_schema(), _read, labels=labels)

    there, back = await asyncio.gather(once(left, right), once(right, left))
    return there, back


def _read(said: Any) -> float | None:
    better = said.get("better") if isinstance(said, dict) else None
    return _FIRST.get(str(better).strip().lower()) if isinstance(better, str | int) else None
