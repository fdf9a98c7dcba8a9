"""What a server's users wait for against its load, beside what they may."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from freehold.pages.drawing import NARROW, Field, band, dot, grid, line, path, picture, words
from freehold.pages.markup import Markup
from freehold.pages.scale import Scale, linear, logarithmic
from freehold.plan.report.figures import count, seconds
from freehold.plan.result import Interval, LoadPoint, Sizing

_HEIGHT = 230


def latency(name: str, title: str, sizing: Sizing, times: str, limit: float | None) -> Markup:
    """One kind of time: `times` is ``ttft_s`` or ``tpot_s``, `limit` its objective in seconds.

    The line is the median of the requests, the band holds 90 of 100 of them.
    """
    loads = sizing.loads
    field = Field(left=58, top=26, right=NARROW - 12, bottom=_HEIGHT - 40)
    spans: list[Interval] = [getattr(load, times) for load in loads]
    ends = [end for span in spans for end in (span.low, span.high)] + ([limit] if limit else [])
    x = linear([load.requests_a_second for load in loads], field.left, field.right, room=0.02)
    y = logarithmic(ends, field.bottom, field.top)
    return picture(
        name,
        NARROW,
        _HEIGHT,
        title,
        _told(loads, spans, limit),
        grid(field, x, y, show_x=count, show_y=seconds),
        words(((field.left + field.right) / 2, _HEIGHT - 6), "requests a second", anchor="middle", style="axis-name"),
        *_peak(sizing, field, x),
        *_spans(loads, spans, x, y),
        *_limit(limit, field, y),
    )


def _spans(loads: Sequence[LoadPoint], spans: Sequence[Interval], x: Scale, y: Scale) -> Iterator[Markup]:
    places = [x(load.requests_a_second) for load in loads]
    lower = [(at, y(span.low)) for at, span in zip(places, spans, strict=True)]
    upper = [(at, y(span.high)) for at, span in zip(places, spans, strict=True)]
    middle = [(at, y(span.value)) for at, span in zip(places, spans, strict=True)]
    yield band(lower, upper, "band s1")
    yield path(upper, "edge")
    yield path(middle, "curve s1")
    for at, load in zip(middle, loads, strict=True):
        yield dot(at, 3.5, "dot" if load.holds else "dot broken")


def _limit(limit: float | None, field: Field, y: Scale) -> Iterator[Markup]:
    if limit:
        yield line((field.left, y(limit)), (field.right, y(limit)), "limit")
        yield words((field.right, y(limit) - 5), f"may take {seconds(limit)}", anchor="end", style="limit-name")


def _peak(sizing: Sizing, field: Field, x: Scale) -> Iterator[Markup]:
    if sizing.peak is not None:
        at = x(sizing.peak.requests_a_second)
        yield line((at, field.top - 4), (at, field.bottom), "here")
        side = "end" if at > (field.left + field.right) / 2 else None
        yield words((at + (-4 if side else 4), field.top - 8), "the busiest hour", anchor=side, style="here-name")


def _told(loads: Sequence[LoadPoint], spans: Sequence[Interval], limit: float | None) -> str:
    """What one would see."""
    if not loads:
        return "No load was tried."
    first, last = spans[0], spans[-1]
    kept = [load.requests_a_second for load in loads if load.holds]
    until = f"The objectives hold up to {count(max(kept))} requests a second." if kept else "They hold at no load."
    said = f" It may take {seconds(limit)}. {until}" if limit else ""
    return (
        f"The median goes from {seconds(first.value)} at {count(loads[0].requests_a_second)} requests a second"
        f" to {seconds(last.value)} at {count(loads[-1].requests_a_second)}; the slowest twentieth from"
        f" {seconds(first.high)} to {seconds(last.high)}.{said}"
    )
