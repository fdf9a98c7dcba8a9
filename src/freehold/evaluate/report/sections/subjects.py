"""The subjects side by side."""

from __future__ import annotations

from collections.abc import Iterator

from freehold.evaluate.report.comparison import Comparison, Subject
from freehold.evaluate.report.plots.forest import Axis, Line, forest
from freehold.evaluate.report.plots.worth import Point, worth
from freehold.evaluate.report.sections.cell import ranged
from freehold.evaluate.report.text import spent
from freehold.evaluate.report.written import dollars, milliseconds, percent, spanned
from freehold.pages.markup import Markup
from freehold.pages.parts import bullets, rows, section

COLOURS = 8


def series(place: int) -> str:
    """The class of a subject's colour, the same in every plot."""
    return f"s{place + 1}" if place < COLOURS else "s-more"


def subjects(comparison: Comparison) -> Markup:
    """Quality with its intervals, quality against cost, and every figure as a table."""
    return section(
        "subjects",
        "The subjects",
        *_qualities(comparison),
        *_worth(comparison),
        _table(comparison),
        bullets(f"{each.name}: {spent(each)}" for each in comparison.subjects),
        lead="The thick line is the 95 % interval for one look, the thin one holds at every look together.",
    )


def _qualities(comparison: Comparison) -> Iterator[Markup]:
    many = len({score.scorer for each in comparison.subjects for score in each.scores}) > 1
    lines = [
        Line(_named(each, score.scorer if many else "", gates=score.gates), score.quality, score.always, series(place))
        for place, each in enumerate(comparison.subjects)
        for score in each.scores
        if score.quality is not None
    ]
    if lines:
        yield forest("quality", "Quality of each subject", lines, Axis("mean score", percent, 0.0, 1.0))


def _named(subject: Subject, scorer: str, *, gates: bool) -> str:
    name = f"{subject.name} · {scorer}" if scorer else subject.name
    return name if gates else f"{name} (not certified)"


def _worth(comparison: Comparison) -> Iterator[Markup]:
    points = [
        Point(each.name, each.cost, each.scores[0].quality, series(place))
        for place, each in enumerate(comparison.subjects)
        if each.scores and each.scores[0].quality is not None and each.cost is not None and each.cost.value > 0
    ]
    if len(points) > 1:
        yield worth(points)


def _table(comparison: Comparison) -> Markup:
    head = ("figure", *(f"{each.letter} {each.name}".strip() for each in comparison.subjects))
    body = list(_body(comparison))
    return rows("The subjects side by side", head, body, numbers=head[1:])


def _body(comparison: Comparison) -> Iterator[list[str]]:
    for scorer in dict.fromkeys(score.scorer for each in comparison.subjects for score in each.scores):
        found = [next((s for s in each.scores if s.scorer == scorer), None) for each in comparison.subjects]
        yield [scorer, *(ranged(one.quality if one else None, percent) for one in found)]
        yield [f"{scorer}, any look", *(spanned(one.always if one else None, percent) for one in found)]
    for name, key, write in (
        ("cost of an answer", "cost", dollars),
        ("50 of 100 within", "p50_ms", milliseconds),
        ("95 of 100 within", "p95_ms", milliseconds),
        ("first token", "first_ms", milliseconds),
        ("failures", "failures", percent),
        ("refusals", "refusals", percent),
        ("escalated", "escalations", percent),
    ):
        yield [name, *(ranged(getattr(each, key), write) for each in comparison.subjects)]
    yield ["state", *(each.state for each in comparison.subjects)]
