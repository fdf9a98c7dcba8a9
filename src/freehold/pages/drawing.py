"""Pieces of a picture: the picture itself, words, lines, bands, and the grid that a plot stands on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from freehold.pages.markup import Markup, element, joined
from freehold.pages.scale import Scale

Point = tuple[float, float]

WIDE, NARROW = 720, 340
"""Widths in pixels: a plot is drawn once for each, so that its words are as large on a phone as on a screen."""
SIGN = 7.0
"""About how wide a character is, in pixels, at the size that plots write in."""


@dataclass(frozen=True)
class Field:
    """The part of a picture that numbers are drawn in, in pixels from the upper left."""

    left: float
    top: float
    right: float
    bottom: float


def picture(name: str, width: float, height: float, title: str, description: str, *parts: str) -> Markup:
    """A whole SVG; `name` tells it from every other in the page. Its description says what one would see."""
    words = f"{name}-{width:.0f}"
    return element(
        "svg",
        element("title", title, id=f"{words}-title"),
        element("desc", description, id=f"{words}-desc"),
        *parts,
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        width=f"{width:.0f}",
        height=f"{height:.0f}",
        role="img",
        aria_labelledby=f"{words}-title {words}-desc",
    )


def words(at: Point, text: str, *, anchor: str | None = None, style: str | None = None) -> Markup:
    """Text whose baseline begins, is centred or ends at a point (`anchor`: ``middle`` or ``end``)."""
    return element("text", text, x=at[0], y=at[1], text_anchor=anchor, class_=style)


def line(start: Point, end: Point, style: str) -> Markup:
    """A straight line."""
    return element("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], class_=style)


def path(points: Iterable[Point], style: str) -> Markup:
    """A line through points."""
    return element("path", d=_way(points), class_=style)


def band(lower: Sequence[Point], upper: Sequence[Point], style: str) -> Markup:
    """What lies between two lines."""
    return element("path", d=_way([*upper, *reversed(lower)]) + "Z", class_=style)


def box(x: float, y: float, width: float, height: float, style: str, *inside: str, round_: float = 0) -> Markup:
    """A rectangle; what is `inside` it is its title, which a pointer shows."""
    return element("rect", *inside, x=x, y=y, width=max(width, 0.0), height=height, rx=round_ or None, class_=style)


def dot(at: Point, radius: float, style: str) -> Markup:
    """A circle."""
    return element("circle", cx=at[0], cy=at[1], r=radius, class_=style)


def fitted(text: str, width: float) -> str:
    """Text cut to a width in pixels."""
    most = max(int(width / SIGN), 4)
    return text if len(text) <= most else text[: most - 1].rstrip(" ,") + "…"


def folded(text: str, width: float) -> list[str]:
    """Text in one row of a width in pixels, or in two, of which the second is cut where it must be."""
    most = max(int(width / SIGN), 4)
    if len(text) <= most:
        return [text]
    end = text.rfind(" ", 0, most + 1)
    if end <= 0:
        return [fitted(text, width)]
    return [text[:end], fitted(text[end + 1 :], width)]


def grid(field: Field, x: Scale, y: Scale, *, show_x: Callable[[float], str], show_y: Callable[[float], str]) -> Markup:
    """Lines behind a plot, with the numbers of both axes."""
    across = [
        line((field.left, y(tick)), (field.right, y(tick)), "grid")
        + words((field.left - 8, y(tick) + 4), show_y(tick), anchor="end", style="tick")
        for tick in y.ticks(6)
    ]
    widest = max((len(show_x(tick)) for tick in x.ticks(8)), default=1) * SIGN + 16
    upright = [
        line((x(tick), field.bottom), (x(tick), field.bottom + 4), "axis")
        + words((x(tick), field.bottom + 18), show_x(tick), anchor="middle", style="tick")
        for tick in x.ticks(max(int((field.right - field.left) / widest), 2))
    ]
    base = line((field.left, field.bottom), (field.right, field.bottom), "axis")
    return joined(Markup(each) for each in (*across, *upright, base))


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Heights for labels, as near to those wanted as the gap between them and the bounds allow, in the same order."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    placed: dict[int, float] = {}
    at = low - gap
    for place in order:
        at = placed[place] = max(wanted[place], at + gap)
    ceiling = high + gap
    for place in reversed(order):
        ceiling = placed[place] = min(placed[place], ceiling - gap)
    return [placed[place] for place in range(len(wanted))]


def _way(points: Iterable[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
