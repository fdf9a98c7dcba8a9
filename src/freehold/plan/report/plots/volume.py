"""What each option costs a month against the volume, where they cross, and where the team stands."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from freehold.pages.drawing import (
    SIGN,
    WIDE,
    Field,
    Point,
    apart,
    band,
    dot,
    fitted,
    folded,
    grid,
    line,
    path,
    picture,
    words,
)
from freehold.pages.markup import Markup, joined
from freehold.pages.scale import Scale, logarithmic
from freehold.plan.report.figures import count, money
from freehold.plan.report.palette import Palette
from freehold.plan.result import BreakEven, Curve, Plan

_ROW = 18.0


def volume(plan: Plan, palette: Palette, width: int) -> Markup:
    """Both axes logarithmic: a price for each request rises at one slope, a machine is flat until another is needed."""
    curves = [curve for curve in plan.curves if any(month.value > 0 for month in curve.month)]
    marks = crossings(plan)
    beside = min(max((len(palette.title(each.option)) for each in curves), default=0) * SIGN + 20, 190.0)
    wide = width >= WIDE
    top = 24 + _ROW * (len(_rows(marks)) + 1)
    field = Field(left=58, top=top, right=width - (beside if wide else 10), bottom=top + (300 if wide else 230))
    x, y = _scales(plan, curves, field)
    height = field.bottom + 44 + (0 if wide else _ROW * len(curves))
    return picture(
        "volume",
        width,
        height,
        "Cost a month against requests a day",
        _told(plan, curves, palette),
        grid(field, x, y, show_x=_short, show_y=lambda tick: money(tick, plan.currency)),
        words(
            ((field.left + field.right) / 2, field.bottom + 36), "requests a day", anchor="middle", style="axis-name"
        ),
        *_bands(curves, palette, x, y),
        *_here(plan, field, x),
        *(joined(_line(curve, palette, x, y)) for curve in curves),
        *_crossed(marks, curves, x, y, width),
        *(_beside(curves, palette, field, y, beside) if wide else _below(curves, palette, field, width)),
    )


def crossings(plan: Plan) -> list[BreakEven]:
    """The break-evens of the volume that there are, from the smallest up."""
    found = [each for each in plan.break_evens if each.variable == "volume" and each.at is not None]
    return sorted(found, key=_at)


def _at(mark: BreakEven) -> float:
    return mark.at.value if mark.at is not None else math.inf


def _scales(plan: Plan, curves: Sequence[Curve], field: Field) -> tuple[Scale, Scale]:
    volumes = [volume for curve in curves for volume in curve.requests_a_day]
    sums = [end for curve in curves for month in curve.month for end in (month.low, month.value, month.high)]
    x = logarithmic([*volumes, plan.requests_a_day.value], field.left, field.right, room=1.0001)
    return x, logarithmic(sums, field.bottom, field.top)


def _points(curve: Curve, end: str, x: Scale, y: Scale) -> list[Point]:
    pairs = zip(curve.requests_a_day, curve.month, strict=True)
    return [(x(volume), y(getattr(month, end))) for volume, month in pairs if getattr(month, end) > 0]


def _bands(curves: Sequence[Curve], palette: Palette, x: Scale, y: Scale) -> Iterator[Markup]:
    for curve in curves:
        lower, upper = _points(curve, "low", x, y), _points(curve, "high", x, y)
        if lower and upper:
            yield band(lower, upper, f"band {palette.series(curve.option)}")


def _line(curve: Curve, palette: Palette, x: Scale, y: Scale) -> Iterator[Markup]:
    yield path(_points(curve, "value", x, y), f"curve {palette.series(curve.option)}")


def _here(plan: Plan, field: Field, x: Scale) -> Iterator[Markup]:
    """Where the team stands."""
    at = x(plan.requests_a_day.value)
    yield line((at, field.top - 6), (at, field.bottom), "here")
    side = "end" if at > (field.left + field.right) / 2 else None
    said = f"planned: {count(plan.requests_a_day.value)} a day"
    yield words((at + (-5 if side else 5), field.top - 10), said, anchor=side, style="here-name")


def _rows(marks: Sequence[BreakEven]) -> list[float]:
    """Where each row of labels above the plot begins to be free; three at most."""
    return [0.0] * min(len(marks), 3)


def _crossed(marks: Sequence[BreakEven], curves: Sequence[Curve], x: Scale, y: Scale, width: float) -> Iterator[Markup]:
    """A ring where two lines cross, and its volume above the plot."""
    rows = _rows(marks)
    by_name = {curve.option: curve for curve in curves}
    for mark in marks:
        curve = by_name.get(mark.first) or by_name.get(mark.second)
        if curve is None or not x.low <= _at(mark) <= x.high:
            continue
        at = (x(_at(mark)), y(_height(curve, _at(mark))))
        label = _short(_at(mark))
        half = len(label) * SIGN / 2 + 4
        middle = min(max(at[0], half), width - half)
        yield dot(at, 5, "ring")
        row = next((place for place, free in enumerate(rows) if free <= middle - half), None)
        if row is None:
            continue  # Its neighbours' labels stand for it; the table has its number.
        rows[row] = middle + half
        above = 16 + _ROW * row
        yield line((at[0], above + 4), (at[0], at[1] - 5), "lead")
        yield words((middle, above), label, anchor="middle", style="mark")


def _height(curve: Curve, volume: float) -> float:
    """What an option costs at a volume between two that were computed."""
    points = list(zip(curve.requests_a_day, curve.month, strict=True))
    for (low, below), (high, above) in pairwise(points):
        if low <= volume <= high and below.value > 0 and above.value > 0:
            along = math.log(volume / low) / math.log(high / low)
            return below.value * math.exp(along * math.log(above.value / below.value))
    return points[-1][1].value


def _beside(curves: Sequence[Curve], palette: Palette, field: Field, y: Scale, room: float) -> Iterator[Markup]:
    """Names at the ends of the lines, in two rows where they are long."""
    ends = [y(max(curve.month[-1].value, 1e-9)) for curve in curves]
    names = [folded(palette.title(curve.option), room - 18) for curve in curves]
    gap = 16.0 if all(len(name) == 1 for name in names) else 31.0
    places = apart(ends, gap, field.top + 10, field.bottom)
    for curve, name, wanted, at in zip(curves, names, ends, places, strict=True):
        series = palette.series(curve.option)
        yield path([(field.right + 2, wanted), (field.right + 10, at), (field.right + 14, at)], f"tie {series}")
        for place, part in enumerate(name):
            height = at + 4 + 14 * place - 7 * (len(name) - 1)
            yield words((field.right + 18, height), part, style=f"name {series}")


def _below(curves: Sequence[Curve], palette: Palette, field: Field, width: float) -> Iterator[Markup]:
    for place, curve in enumerate(curves):
        at = field.bottom + 56 + _ROW * place
        series = palette.series(curve.option)
        yield path([(12, at - 4), (40, at - 4)], f"curve {series}")
        yield words((48, at), fitted(palette.title(curve.option), width - 52), style=f"name {series}")


def _short(number: float) -> str:
    """A volume beside an axis: ``3.3k``, ``1M``.

    >>> _short(250), _short(3338), _short(100_000), _short(2_500_000)
    ('250', '3.3k', '100k', '2.5M')
    """
    for size, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= 0.9995 * size:
            return f"{number / size:.2g}{sign}" if number < 99.5 * size else f"{number / size:.0f}{sign}"
    return f"{number:.3g}"


def _told(plan: Plan, curves: Sequence[Curve], palette: Palette) -> str:
    """What one would see."""
    if not curves:
        return "There is no option to draw."
    first, last = curves[0].requests_a_day[0], curves[0].requests_a_day[-1]
    ends = "; ".join(
        f"{palette.title(curve.option)} from {money(curve.month[0].value, plan.currency)}"
        f" to {money(curve.month[-1].value, plan.currency)}"
        for curve in curves
    )
    crossed = " ".join(mark.sentence for mark in crossings(plan)) or "No two of them cross."
    return f"From {count(first)} to {count(last)} requests a day: {ends}. {crossed}"
