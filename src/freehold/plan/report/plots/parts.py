"""The month of each option, split into what it consists of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from freehold.plan.report.figures import money
from freehold.plan.report.markup import Markup, element
from freehold.plan.report.palette import Palette
from freehold.plan.report.plots.drawing import SIGN, WIDE, Field, box, fitted, line, picture, words
from freehold.plan.report.plots.scale import Scale, linear
from freehold.plan.result import Line, Plan, Result

_BAR = 24.0


def parts(plan: Plan, palette: Palette, width: int) -> Markup:
    """One bar an option, on one axis, its parts beside one another; the whole stands at its end."""
    shown = [result for result in plan.results if result.lines and result.month is not None]
    wide = width >= WIDE
    left = min(max((len(each.title) for each in shown), default=0) * SIGN + 12, 210.0) if wide else 0.0
    ends = [f"{money(result.month.value, plan.currency)}" for result in shown if result.month]
    right = width - max(map(len, ends), default=0) * (SIGN + 0.8) - 8
    row = 44.0 if wide else 56.0
    key, below = _key(palette, width, row * len(shown) + 40)
    field = Field(left=left, top=8, right=right, bottom=row * len(shown) + 8)
    x = linear([sum(max(line.month.value, 0) for line in result.lines) for result in shown], left, right, room=0)
    return picture(
        "parts",
        width,
        below,
        "The month split into its parts",
        _told(plan, shown),
        *(_grid(field, x)),
        *(
            part
            for place, each in enumerate(shown)
            for part in _bar(plan, palette, each, x, row * place + 8, wide=wide)
        ),
        *key,
    )


def _grid(field: Field, x: Scale) -> Iterator[Markup]:
    for tick in x.ticks(5):
        yield line((x(tick), field.top), (x(tick), field.bottom), "grid")


def _bar(plan: Plan, palette: Palette, result: Result, x: Scale, top: float, *, wide: bool) -> Iterator[Markup]:
    bar = top + (8 if wide else 22)
    name = fitted(result.title, x.start - 10 if wide else 330)
    yield words((x.start - 12, bar + 16) if wide else (0, top + 14), name, anchor="end" if wide else None, style="name")
    at = 0.0
    for each in result.lines:
        size = max(each.month.value, 0.0)
        yield from _segment(plan, palette, each, x(at), x(at + size), bar)
        at += size
    if result.month is not None:
        yield words((x(at) + 8, bar + 16), money(result.month.value, plan.currency), style="total")


def _segment(plan: Plan, palette: Palette, each: Line, start: float, end: float, top: float) -> Iterator[Markup]:
    """A part, with its name in it where that has room; a pointer shows its sum."""
    told = element("title", f"{each.part}: {money(each.month.value, plan.currency)} a month")
    yield box(start, top, end - start - 1.5, _BAR, f"part {palette.part(each.part)}", told)
    if len(each.part) * SIGN + 12 <= end - start:
        yield words((start + 7, top + 16), each.part, style="inside")


def _key(palette: Palette, width: float, top: float) -> tuple[list[Markup], float]:
    """The parts and their colours, in as many rows as they need; and where they end."""
    found: list[Markup] = []
    at, row = 0.0, top
    for part in palette.parts:
        room = len(part) * SIGN + 34
        if at and at + room > width:
            at, row = 0.0, row + 20
        found += [box(at, row - 10, 12, 12, f"part {palette.part(part)}"), words((at + 18, row), part, style="key")]
        at += room
    return found, row + 10


def _told(plan: Plan, shown: Sequence[Result]) -> str:
    """What one would see: the largest parts of each."""
    said = []
    for result in shown:
        largest = sorted(result.lines, key=lambda each: -each.month.value)[:3]
        named = ", ".join(f"{each.part} {money(each.month.value, plan.currency)}" for each in largest)
        said.append(f"{result.title}: {named}")
    return "; ".join(said) + "." if said else "There is no option to draw."
