"""Adds up what was used: totals that are kept, and the records that are in none yet, seen at one moment.

A span of time is covered by kept totals of whole UTC days, hours and quarters of an hour; what lies at its ends outside
any whole quarter, what has ended of late and what is still under way comes from the records themselves. Every zone in
use is some quarters away from UTC, so that days and hours of any of them are made of whole quarters.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

import msgspec

from freehold.ledger.facts import NAMES, Dimension, Facts, Place
from freehold.ledger.moments import (
    DAY_NS,
    HOUR_NS,
    LAST_NS,
    NS,
    QUARTER_NS,
    Step,
    in_whole_hours,
    ns_of,
    starts,
)
from freehold.ledger.scope import ALL, Only, Span
from freehold.ledger.tally import COLUMNS, Tally

SPANS = (DAY_NS, HOUR_NS, QUARTER_NS)
"""What totals are kept of, the longest first; each is a whole number of the next."""

_KEPT = f"""
SELECT s.name, s.shown, t.start_ns, {", ".join(f"t.{name}" for name in COLUMNS)}
FROM usage_series s CROSS JOIN usage_totals t ON t.series_id = s.id
WHERE s.dimension = :dimension AND (:name IS NULL OR s.name = :name)
  AND t.span_s = :span AND t.start_ns >= :since AND t.start_ns < :until
"""  # noqa: S608  Words of ours.

_BETWEEN = "e.started_ns >= :since AND e.started_ns < :until"
_UNDER_WAY = f"e.id IN (SELECT id FROM exchanges WHERE ending = 'open') AND {_BETWEEN}"  # noqa: S608
"""By their own index: asked plainly, SQLite looks at all that began in the span, which are many."""
_IN_NO_TOTAL = f"e.ending <> 'open' AND e.id IN (SELECT exchange_id FROM usage_pending) AND {_BETWEEN}"  # noqa: S608

_THUMBS = """
SELECT e.started_ns, {name}, f.thumb FROM feedback f CROSS JOIN exchanges e ON e.id = f.exchange_id
WHERE f.thumb IS NOT NULL AND {which}
"""


class Collected(msgspec.Struct, frozen=True):
    """Tallies by moment and name."""

    tallies: dict[Place, Tally]
    shown: dict[str, str]
    """The names of keys, by their ids."""
    thumbs: dict[Place, tuple[int, int]]
    """How many are up, and how many down; of records that are still there."""


class _Series(msgspec.Struct, frozen=True):
    """The kept totals that answer a question: of each name of a dimension, or of one alone."""

    dimension: Dimension
    name: str | None
    asked: Dimension
    """Under which it is answered: the same, or ``all`` where only one name was asked for."""


def collected(
    connection: sqlite3.Connection, dimension: Dimension, span: Span, only: Only = ALL, step: Step | None = None
) -> Collected:
    """The tallies of a dimension in a span, by local days or hours where `step` says so.

    To be called within a transaction. Two filters at once, or one by another property than the dimension, are answered
    from the records alone, and so not of those that were removed.
    """
    since, until = ns_of(span.since, 0), ns_of(span.until, LAST_NS)
    facts = Facts((dimension,), None if step is None else starts(step, span.tz))
    conditions = "".join(f" AND {NAMES[name]} = :{name}" for name in NAMES if name in only.given)

    def read(which: str, since: int, until: int) -> None:
        if since < until:
            facts.read(connection, which + conditions, {"since": since, "until": until, **only.given})

    kept = _kept_as(dimension, only)
    first, last = -(-since // QUARTER_NS) * QUARTER_NS, until // QUARTER_NS * QUARTER_NS
    if kept is None or first >= last:
        read(_BETWEEN, since, until)
    else:
        spans = SPANS if step is None else _within(span, first, last)
        _add_kept(connection, facts, kept, tiles(first, last, spans))
        read(_BETWEEN, since, first)
        read(_BETWEEN, last, until)
        read(_UNDER_WAY, first, last)
        read(_IN_NO_TOTAL, first, last)
    values = {"since": since, "until": until, **only.given}
    thumbs = _thumbs(connection, facts, dimension, _BETWEEN + conditions, values)
    return Collected(facts.tallies[dimension], facts.shown, thumbs)


def tiles(first: int, last: int, spans: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Covers what lies between two whole quarters with the longest spans that fit: each a span, from when, until when.

    >>> list(tiles(1, 25, (10, 1)))
    [(1, 1, 10), (10, 10, 20), (1, 20, 25)]
    """
    longest, *shorter = spans
    begin, end = -(-first // longest) * longest, last // longest * longest
    if begin >= end:
        begin = end = last
    if shorter:
        yield from tiles(first, begin, shorter) if first < begin else ()
    if begin < end:
        yield longest, begin, end
    if shorter:
        yield from tiles(end, last, shorter) if end < last else ()


def _within(span: Span, first: int, last: int) -> Sequence[int]:
    """The spans of which each lies within one local hour."""
    return SPANS[1:] if in_whole_hours(first, min(last, _LAST_SHOWN_NS), span.tz) else SPANS[2:]


_LAST_SHOWN_NS = 4_102_444_800 * NS
"""The year 2100, up to which it is looked at how far a zone is away from UTC."""


def _kept_as(dimension: Dimension, only: Only) -> _Series | None:
    """The totals that answer a question; `None` where none do."""
    match [(name, only.given[name]) for name in NAMES if name in only.given]:
        case []:
            return _Series(dimension, None, dimension)
        case [(name, value)] if dimension in {name, "all"}:
            return _Series(name, value, dimension)
    return None


def _add_kept(
    connection: sqlite3.Connection, facts: Facts, kept: _Series, wanted: Iterator[tuple[int, int, int]]
) -> None:
    """Add the totals of these spans."""
    for span_ns, since, until in wanted:
        values = {"dimension": kept.dimension, "name": kept.name, "span": span_ns // NS, "since": since, "until": until}
        for name, shown, start_ns, *sums in connection.execute(_KEPT, values):
            facts.at(kept.asked, start_ns, "" if kept.asked == "all" else name).add_kept(sums)
            if shown is not None:
                facts.shown[name] = shown


def _thumbs(
    connection: sqlite3.Connection, facts: Facts, dimension: Dimension, which: str, values: dict[str, object]
) -> dict[Place, tuple[int, int]]:
    """What people said of the answers; of a target, of those that it gave."""
    found: dict[Place, tuple[int, int]] = {}
    name = "coalesce(e.target, '')" if dimension == "target" else NAMES[dimension]
    for started_ns, called, thumb in connection.execute(_THUMBS.format(name=name, which=which), values):
        place = facts.place(started_ns, called)
        up, down = found.get(place, (0, 0))
        found[place] = (up + 1, down) if thumb > 0 else (up, down + 1)
    return found
