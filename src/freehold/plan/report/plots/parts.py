"""The month of each option, split into what it consists of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from freehold.pages.drawing import SIGN, WIDE, Field, box, fitted, folded, line, picture, words
from freehold.pages.markup import Markup, element
from freehold.pages.scale import Scale, linear
from freehold.plan.report.figures import money
from freehold.plan.report.palette import Palette, colour, kind
from freehold.plan.result import Plan, Result

_BAR = 24.0


def parts(plan: Plan, palette: Palette, width: int) -> Markup:
    """One bar an option on one axis, the cheapest first; parts of a kind are one piece, the sum stands at its end."""
    shown = sorted((result for result in plan.results if result.lines and not result.refusal), key=_whole)
    wide = width >= WIDE
    left = min(max((len(each.title) for each in shown), default=0) * SIGN + 16, 200.0) if wide else 0.0
    ends = [money(_whole(result), plan.currency) for result in shown]
    right = width - max(map(len, ends), default=0) * (SIGN + 0.8) - 8
    row = 44.0 if wide else 56.0
    key, below = _key(palette, width, row * len(shown) + 40)
    field = Field(left=left, top=8, right=right, bottom=row * len(shown) + 8)
    x = linear(map(_whole, shown), left, right, room=0)
    return picture(
        "parts",
        width,
        below,
        "The month split into its parts",
        _told(plan, shown),
        *_grid(field, x),
        *(
            part
            for place, each in enumerate(shown)
            for part in _bar(plan, palette, each, x, row * place + 8, wide=wide)
        ),
        *key,
    )


def pieces(result: Result, palette: Palette) -> dict[str, float]:
    """An option's month by kind of part, in the order of the bar; what costs nothing is left out."""
    sums = dict.fromkeys(palette.kinds, 0.0)
    for each in result.lines:
        sums[kind(each.part)] += max(each.month.value, 0.0)
    return {drawn: amount for drawn, amount in sums.items() if amount > 0}


def _whole(result: Result) -> float:
    return sum(max(each.month.value, 0.0) for each in result.lines)


def _grid(field: Field, x: Scale) -> Iterator[Markup]:
    for tick in x.ticks(5):
        yield line((x(tick), field.top), (x(tick), field.bottom), "grid")


def _bar(plan: Plan, palette: Palette, result: Result, x: Scale, top: float, *, wide: bool) -> Iterator[Markup]:
    bar = top + (8 if wide else 22)
    if wide:
        name = folded(result.title, x.start - 14)
        for place, part in enumerate(name):
            yield words((x.start - 12, bar + 16 + 14 * place - 7 * (len(name) - 1)), part, anchor="end", style="name")
    else:
        yield words((0, top + 14), fitted(result.title, 336), style="name")
    at = 0.0
    for drawn, amount in pieces(result, palette).items():
        yield from _piece(plan, drawn, amount, (x(at), x(at + amount)), bar)
        at += amount
    yield words((x(at) + 8, bar + 16), money(at, plan.currency), style="total")


def _piece(plan: Plan, drawn: str, amount: float, ends: tuple[float, float], top: float) -> Iterator[Markup]:
    """A part, with its name in it where that has room; a pointer shows its sum."""
    told = element("title", f"{drawn}: {money(amount, plan.currency)} a month")
    yield box(ends[0], top, ends[1] - ends[0] - 1.5, _BAR, f"part {colour(drawn)}", told)
    if len(drawn) * SIGN + 12 <= ends[1] - ends[0]:
        yield words((ends[0] + 7, top + 16), drawn, style="inside")


def _key(palette: Palette, width: float, top: float) -> tuple[list[Markup], float]:
    """The kinds of parts and their colours, in as many rows as they need; and where they end."""
    found: list[Markup] = []
    at, row = 0.0, top
    for drawn in palette.kinds:
        room = len(drawn) * SIGN + 34
        if at and at + room > width:
            at, row = 0.0, row + 20
        found += [box(at, row - 10, 12, 12, f"part {colour(drawn)}"), words((at + 18, row), drawn, style="key")]
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
