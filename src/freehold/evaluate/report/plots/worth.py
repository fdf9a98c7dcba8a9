"""Quality against cost: which subject gives as much for less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from freehold.evaluate.report.comparison import Figure
from freehold.evaluate.report.written import dollars, percent
from freehold.pages.drawing import NARROW, SIGN, WIDE, Field, apart, dot, fitted, grid, line, picture, words
from freehold.pages.markup import Markup
from freehold.pages.parts import drawn
from freehold.pages.scale import Scale, logarithmic

_HEIGHT = 320.0


class Point(msgspec.Struct, frozen=True):
    """A subject: the cost of an answer, and its quality."""

    name: str
    cost: Figure
    quality: Figure
    series: str


def worth(points: Sequence[Point]) -> Markup:
    """The plot, for screens and for phones. Costs are above 0: equal steps are equal multiples."""
    return drawn(_plot(points, WIDE), _plot(points, NARROW))


def _plot(points: Sequence[Point], width: int) -> Markup:
    field = Field(left=62, top=14, right=width - 14, bottom=_HEIGHT - 44)
    costs = [end for each in points for end in (each.cost.low, each.cost.value, each.cost.high) if end]
    ends = [end for each in points for end in (each.quality.low, each.quality.high) if end is not None]
    low, high = min(ends), max(ends)
    room = 0.08 * (high - low) or 0.05
    x = logarithmic(costs, field.left + 6, field.right - 6, room=1.6)
    y = Scale(max(0.0, low - room), min(1.0, high + room), field.bottom, field.top)
    return picture(
        "worth",
        width,
        _HEIGHT,
        "Quality against the cost of an answer",
        "; ".join(f"{e.name} {percent(e.quality.value)} at {dollars(e.cost.value)}" for e in points) + ".",
        grid(field, x, y, show_x=dollars, show_y=percent),
        words(((field.left + field.right) / 2, _HEIGHT - 6), "cost of an answer", anchor="middle", style="axis-name"),
        *(part for each in points for part in _cross(each, x, y)),
        *_names(points, field, x, y),
    )


def _cross(each: Point, x: Scale, y: Scale) -> Iterator[Markup]:
    at = (x(each.cost.value), y(each.quality.value))
    for quality in (each.quality.low, each.quality.high):
        if quality is not None:
            yield line(at, (at[0], y(quality)), f"thin {each.series}")
    for cost in (each.cost.low, each.cost.high):
        if cost:
            yield line(at, (x(cost), at[1]), f"thin {each.series}")
    yield dot(at, 6, f"point {each.series}")


def _names(points: Sequence[Point], field: Field, x: Scale, y: Scale) -> Iterator[Markup]:
    """Beside each point, on the side that has room, and none over another."""
    heights = apart([y(each.quality.value) - 9 for each in points], 16, field.top + 8, field.bottom - 4)
    for each, height in zip(points, heights, strict=True):
        at = x(each.cost.value)
        ends = at > (field.left + field.right) / 2
        room = at - field.left if ends else field.right - at
        name = fitted(each.name, room - 12) if room > 12 * SIGN else fitted(each.name, 12 * SIGN)
        yield words((at - 10 if ends else at + 10, height), name, anchor="end" if ends else None, style="name")
