"""What to do, in plain words, and what would overturn it."""

from __future__ import annotations

from freehold.pages.markup import Markup, element
from freehold.pages.parts import bullets, disclosure
from freehold.plan.result import Plan

_FIRST = 3
"""Sentences that stand at the top; the others are shown to who asks."""


def answer(plan: Plan) -> Markup:
    """The top of the page."""
    found = plan.recommendation
    first, *rest = found.sentences or ("Nothing can be recommended.",)
    shown, more = rest[: _FIRST - 1], rest[_FIRST - 1 :]
    inside = [
        element("h2", "Recommendation", id="answer", class_="eyebrow"),
        element("p", first, class_="answer"),
        *(element("p", sentence) for sentence in shown),
    ]
    if more:
        inside.append(disclosure("What sets the others apart", bullets(more)))
    if found.overturned_by:
        inside.append(
            element("div", element("h3", "What would overturn it"), bullets(found.overturned_by), class_="list")
        )
    return element("section", *inside, aria_labelledby="answer", class_="card top")
