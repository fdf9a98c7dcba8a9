"""What to do, in plain words, and what would overturn it."""

from __future__ import annotations

from freehold.plan.report.figures import share
from freehold.plan.report.markup import Markup, element
from freehold.plan.report.palette import Palette
from freehold.plan.report.sections.pieces import bullets
from freehold.plan.result import Plan


def answer(plan: Plan, palette: Palette) -> Markup:
    """The top of the page."""
    found = plan.recommendation
    first, *rest = found.sentences or ("Nothing can be recommended.",)
    inside = [
        element("h2", "Recommendation", id="answer", class_="eyebrow"),
        element("p", first, class_="answer"),
        *(element("p", sentence) for sentence in rest),
    ]
    if found.wins:
        inside.append(_wins(found.wins, palette, plan.draws))
    if found.overturned_by:
        inside += [element("h3", "What would overturn it"), bullets(found.overturned_by)]
    return element("section", *inside, aria_labelledby="answer", class_="card top")


def _wins(wins: dict[str, float], palette: Palette, draws: int) -> Markup:
    """How often each option is the cheapest, from the most down; what is never so is left out."""
    ordered = sorted((each for each in wins.items() if each[1] > 0), key=lambda each: -each[1])
    said = [
        element("li", element("b", share(part)), " ", palette.title(option), class_=palette.series(option))
        for option, part in ordered
    ]
    lead = f"Cheapest of the options that may be compared, of {draws:,} draws"
    return element("div", element("h3", lead), element("ul", *said, class_="wins"))
