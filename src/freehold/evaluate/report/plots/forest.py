"""Values with their intervals, one below another on one axis: what statisticians call a forest plot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from freehold.evaluate.report.comparison import Figure
from freehold.evaluate.report.written import spanned
from freehold.pages.drawing import NARROW, SIGN, WIDE, Field, dot, fitted, line, picture, words
from freehold.pages.markup import Markup, element
from freehold.pages.parts import drawn
from freehold.pages.scale import Scale

_ROW = 34.0
_TOP = 8.0


class Line(msgspec.Struct, frozen=True):
    """One row: what it is, its figure, and where there is one the same for any look, drawn thinner."""

    name: str
    figure: Figure
    always: Figure | None = None
    series: str = "s1"


class Axis(msgspec.Struct, frozen=True):
    """What the values are: from where to where, how they are written, and a line to hold them against."""

    name: str
    write: Callable[[float], str]
    least: float
    most: float
    mark: float | None = None


def forest(name: str, title: str, lines: Sequence[Line], axis: Axis) -> Markup:
    """The plot, for screens and for phones; `name` tells it from every other in the page."""
    return drawn(_plot(name, title, lines, axis, WIDE), _plot(name, title, lines, axis, NARROW))


def _plot(name: str, title: str, lines: Sequence[Line], axis: Axis, width: int) -> Markup:
    wide = width >= WIDE
    row = _ROW if wide else _ROW + 18
    left = min(max(len(each.name) for each in lines) * SIGN + 20, 240.0) if wide else 6.0
    field = Field(left=left, top=_TOP, right=width - 64, bottom=_TOP + row * len(lines))
    low, high = _range(lines, axis)
    x = Scale(low, high, field.left, field.right)
    return picture(
        name,
        width,
        field.bottom + 44,
        title,
        _told(lines, axis),
        *_grid(field, x, axis),
        *(part for place, each in enumerate(lines) for part in _row(each, x, axis, _TOP + row * place, wide=wide)),
        words(((field.left + field.right) / 2, field.bottom + 40), axis.name, anchor="middle", style="axis-name"),
    )


def _range(lines: Sequence[Line], axis: Axis) -> tuple[float, float]:
    """Of the axis: what the intervals reach, with room, within what the values can be."""
    marked = [] if axis.mark is None else [axis.mark]
    seen = [end for each in lines for figure in (each.figure, each.always) for end in _ends(figure)] + marked
    low, high = min(seen), max(seen)
    room = 0.06 * (high - low) or 0.05
    return max(axis.least, low - room), min(axis.most, high + room)


def _ends(figure: Figure | None) -> list[float]:
    return [] if figure is None else [end for end in (figure.low, figure.value, figure.high) if end is not None]


def _grid(field: Field, x: Scale, axis: Axis) -> Iterator[Markup]:
    for tick in x.ticks(5):
        yield line((x(tick), field.top), (x(tick), field.bottom), "grid")
        yield words((x(tick), field.bottom + 18), axis.write(tick), anchor="middle", style="tick")
    yield line((field.left, field.bottom), (field.right, field.bottom), "axis")
    if axis.mark is not None:
        yield line((x(axis.mark), field.top), (x(axis.mark), field.bottom), "mark-line")


def _row(each: Line, x: Scale, axis: Axis, top: float, *, wide: bool) -> Iterator[Markup]:
    at = top + (17 if wide else 34)
    if wide:
        yield words((x.start - 14, at + 4), fitted(each.name, x.start - 16), anchor="end", style="name")
    else:
        yield words((x.start, top + 16), fitted(each.name, x.end), style="name")
    if each.always is not None:
        yield _span(each.always, x, at, f"thin {each.series}")
    yield _span(each.figure, x, at, f"thick {each.series}", f"{each.name}: {spanned(each.figure, axis.write)}")
    yield dot((x(each.figure.value), at), 5, f"point {each.series}")
    yield words((x.end + 10, at + 4), axis.write(each.figure.value), style="total")


def _span(figure: Figure, x: Scale, at: float, style: str, told: str = "") -> Markup:
    low = x.low if figure.low is None else figure.low
    high = x.high if figure.high is None else figure.high
    inside = [element("title", told)] if told else []
    return element("line", *inside, x1=x(low), y1=at, x2=x(high), y2=at, class_=style)


def _told(lines: Sequence[Line], axis: Axis) -> str:
    """What one would see."""
    said = (f"{each.name} {axis.write(each.figure.value)} ({spanned(each.figure, axis.write)})" for each in lines)
    return "; ".join(said) + "."
