"""The differences to the first subject, as a whole and by slices."""

from __future__ import annotations

from collections.abc import Iterator

from freehold.evaluate.report.comparison import Comparison, Difference
from freehold.evaluate.report.plots.forest import Axis, Line, forest
from freehold.evaluate.report.sections.cell import ranged
from freehold.evaluate.report.sections.subjects import series
from freehold.evaluate.report.written import chance, points, spanned, times, told
from freehold.pages.markup import Markup, element
from freehold.pages.parts import rows, section

_MOST_DRAWN = 40
_AXIS = Axis("points more than the first subject", points, -1.0, 1.0, 0.0)


def pairs(comparison: Comparison) -> list[Markup]:
    """Paired differences of quality, and ratios of cost and time; nothing where there is one subject."""
    if not comparison.pairs:
        return []
    first = comparison.pairs[0].first
    lead = (
        f"Each is held against {first} on the examples that both answered: right of the line is better. A difference "
        "counts as told where its p-value, corrected for all of them (Holm), is at most 0.05."
    )
    return [section("differences", f"Beside {first}", *_differences(comparison), _ratios(comparison), lead=lead)]


def slices(comparison: Comparison) -> list[Markup]:
    """The same in each part of the dataset that has enough examples."""
    if not comparison.slices and not comparison.small_slices:
        return []
    return [section("slices", "Slices", *_slices(comparison))]


def _differences(comparison: Comparison) -> Iterator[Markup]:
    many = len({one.scorer for each in comparison.pairs for one in each.scores}) > 1
    lines = [
        Line(f"{each.other} · {one.scorer}" if many else each.other, one.delta, one.always, series(place))
        for place, each in enumerate(comparison.pairs, 1)
        for one in each.scores
        if one.delta is not None
    ]
    if lines:
        yield forest("delta", "Difference to the first subject", lines, _AXIS)
    head = ("subject", "scorer", "it is", "points, one look", "any look", "won, lost, alike", "p", "p, any look")
    body = [
        (
            each.other,
            one.scorer,
            _badge(one),
            ranged(one.delta, points),
            spanned(one.always, points),
            f"{one.won:,}, {one.lost:,}, {one.tied:,}",
            chance(one.corrected),
            chance(one.always_corrected),
        )
        for each in comparison.pairs
        for one in each.scores
    ]
    if body:
        yield rows("Differences of quality", head, body, numbers=head[3:])


def _ratios(comparison: Comparison) -> Markup:
    head = ("subject", "pairs", "times the cost", "times as long")
    body = [
        (each.other, f"{each.both:,}", ranged(each.cost, times), ranged(each.time, times)) for each in comparison.pairs
    ]
    return rows("Cost and time beside the first subject", head, body, numbers=head[1:])


def _slices(comparison: Comparison) -> Iterator[Markup]:
    others = [each.other for each in comparison.pairs]
    several = len(others) > 1 or len({each.scorer for each in comparison.slices}) > 1
    lines = [
        Line(
            f"{each.key} = {each.value}" + (f" · {each.other} · {each.scorer}" if several else ""),
            each.delta,
            None,
            series(others.index(each.other) + 1),
        )
        for each in comparison.slices[:_MOST_DRAWN]
        if each.delta is not None
    ]
    if lines:
        yield forest("slices-plot", "Difference in each slice", lines, _AXIS)
    head = ("slice", "subject", "scorer", "examples", "points", "p, corrected")
    body = [
        (
            f"{each.key} = {each.value}",
            each.other,
            each.scorer,
            f"{each.size:,}",
            ranged(each.delta, points),
            chance(each.corrected),
        )
        for each in comparison.slices
    ]
    if body:
        yield rows("Differences in each slice", head, body, numbers=head[3:])
    if comparison.small_slices:
        yield element("p", f"Too few examples to say: {', '.join(comparison.small_slices)}.", class_="faint")


def _badge(one: Difference) -> Markup:
    if one.delta is None:
        return element("span", "nothing to compare", class_="badge")
    kind = {"better": "good", "worse": "bad"}.get(one.told) if one.gates else None
    return element("span", told(one), class_=f"badge {kind}" if kind else "badge")
