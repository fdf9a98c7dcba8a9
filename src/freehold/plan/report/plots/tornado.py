"""What each input's range does to the choice between the two best options: the widest first."""

from __future__ import annotations

from collections.abc import Iterator

from freehold.pages.drawing import SIGN, WIDE, Field, box, fitted, folded, line, picture, words
from freehold.pages.markup import Markup
from freehold.pages.scale import Scale, linear
from freehold.plan.report.figures import money, quantity
from freehold.plan.report.palette import Palette
from freehold.plan.result import Bar, Tornado

MOST = 12
"""Bars that are drawn; the table below the plot has them all."""
_BAR = 18.0


def tornado(found: Tornado, palette: Palette, currency: str, width: int) -> Markup:
    """The difference a month with one input at the ends of its range and all others at their values."""
    bars = found.bars[:MOST]
    wide = width >= WIDE
    left = min(max((len(bar.label) for bar in bars), default=0) * SIGN + 60, 270.0) if wide else 44.0
    row = 34.0 if wide else 44.0
    field = Field(left=left, top=30, right=width - 64.0 if wide else width - 44.0, bottom=36 + row * len(bars))
    ends = [end for bar in bars for end in (bar.at_low, bar.at_high)]
    x = linear([*ends, found.difference], field.left, field.right, room=0.04)
    return picture(
        "tornado",
        width,
        field.bottom + 44,
        "What the choice hangs on",
        _told(found, palette, currency),
        *_frame(found, palette, currency, field, x, width),
        *(part for place, bar in enumerate(bars) for part in _bar(bar, found, x, 40 + row * place, wide=wide)),
    )


def _frame(found: Tornado, palette: Palette, currency: str, field: Field, x: Scale, width: float) -> Iterator[Markup]:
    for tick in x.ticks(6 if width >= WIDE else 4):
        yield line((x(tick), field.top), (x(tick), field.bottom), "equal" if tick == 0 else "grid")
        yield words((x(tick), field.bottom + 16), money(tick, currency), anchor="middle", style="tick")
    if x.low < 0 < x.high:
        yield words((x(0), 12), "they cost the same", anchor="middle", style="tick")
    yield line((x(found.difference), field.top), (x(found.difference), field.bottom), "here")
    room = (field.right - field.left) / 2
    yield words(
        (field.right, field.bottom + 36), _cheaper(palette.title(found.first), room, "→"), anchor="end", style="tick"
    )
    if x.low < 0:
        yield words((field.left, field.bottom + 36), _cheaper(palette.title(found.second), room, "←"), style="tick")


def _cheaper(title: str, room: float, arrow: str) -> str:
    """Which way is good for whom."""
    name = fitted(title, room - 11 * SIGN)
    return f"{name} cheaper {arrow}" if arrow == "→" else f"{arrow} {name} cheaper"


def _bar(bar: Bar, found: Tornado, x: Scale, top: float, *, wide: bool) -> Iterator[Markup]:
    """Two pieces that meet at the difference as it is: the input below its value, and above it."""
    at = top + (0 if wide else 14)
    rows = folded(bar.label, x.start - 60) if wide else [fitted(bar.label, 330)]
    for place, part in enumerate(rows):
        yield words((0, top + (13 if wide else 8) + 14 * place - 7 * (len(rows) - 1)), part, style="name")
    middle = x(found.difference)
    ends = ((x(bar.at_low), bar.low_input, "less"), (x(bar.at_high), bar.high_input, "more"))
    lowest, highest = sorted(ends, key=lambda end: end[0])
    for end, _, style in ends:
        yield box(min(end, middle), at, abs(end - middle), _BAR, f"bar {style}", round_=2)
    beyond = (min(lowest[0], middle) - 5, max(highest[0], middle) + 5)
    yield words((beyond[0], at + 13), quantity(lowest[1], bar.unit), anchor="end", style="end")
    yield words((beyond[1], at + 13), quantity(highest[1], bar.unit), style="end")


def _told(found: Tornado, palette: Palette, currency: str) -> str:
    """What one would see."""
    first, second = palette.title(found.first), palette.title(found.second)
    known = f"{second} costs {money(found.difference, currency)} a month more than {first}."
    if found.difference < 0:
        known = f"{second} costs {money(-found.difference, currency)} a month less than {first}."
    widest = "; ".join(
        f"{bar.label}: {money(bar.at_low, currency)} at {quantity(bar.low_input, bar.unit)},"
        f" {money(bar.at_high, currency)} at {quantity(bar.high_input, bar.unit)}"
        for bar in found.bars[:3]
    )
    return f"{known} The difference with one input at the ends of its range: {widest}."
