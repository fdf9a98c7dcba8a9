"""One look at a span of time: its totals, those of the span before it, its course, and what stands out in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta, tzinfo

import msgspec

from freehold.core.errors import BadRequest
from freehold.ledger.moments import Step, following, ns_of, starts
from freehold.ledger.scope import ALL, Only, Span
from freehold.ledger.totals import collected
from freehold.ledger.usage import UsageRow, grouped, usage_row

_IN_HOURS = timedelta(days=3, hours=1)
"""Up to three days, of which one may have 25 hours."""
_MOST_STEPS = 1000
_MOST_ROWS = 8


class Stretch(msgspec.Struct, frozen=True):
    """What one hour or day of the course came to; `start_ns` is when it begins by local clocks."""

    start_ns: int
    row: UsageRow


class Overview(msgspec.Struct, frozen=True):
    """Everything for one page. `before`: the span of the same length that ends where this one begins."""

    step: Step
    totals: UsageRow
    before: UsageRow
    series: list[Stretch]
    """Every hour or day of it, those in which nothing was asked too."""
    models: list[UsageRow]
    """Those most asked for; of `targets` as well."""
    targets: list[UsageRow]


class OverviewReader:
    """Makes overviews. `connect` opens a read-only connection; the method blocks on the disk."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect

    def overview(self, since: datetime, until: datetime, tz: tzinfo, only: Only = ALL) -> Overview:
        """Of a span, in hours up to three days and in days beyond; raises `BadRequest` for one that is none."""
        if since >= until:
            raise BadRequest(
                "the span ends before it begins; the earlier day is From (since), the later one To (until)",
                param="since",
            )
        span = Span(since, until, tz)
        step: Step = "hour" if until - since <= _IN_HOURS else "day"
        with closing(self._connect()) as connection:
            connection.execute("BEGIN")  # All statements see the same moment.
            return Overview(
                step=step,
                totals=_total(connection, span, only),
                before=_total(connection, Span(since - (until - since), since, tz), only),
                series=_series(connection, span, step, only),
                models=_most(grouped(connection, "model", span, only)),
                targets=_most(grouped(connection, "target", span, only)),
            )


def _total(connection: sqlite3.Connection, span: Span, only: Only) -> UsageRow:
    return usage_row(None, collected(connection, "all", span, only))


def _series(connection: sqlite3.Connection, span: Span, step: Step, only: Only) -> list[Stretch]:
    found = collected(connection, "all", span, only, step)
    course: list[Stretch] = []
    at, until = starts(step, span.tz)(ns_of(span.since, 0)), ns_of(span.until, 0)
    while at < until:
        if len(course) == _MOST_STEPS:
            raise BadRequest(f"an overview has at most {_MOST_STEPS} days; ask for less", param="since")
        course.append(Stretch(at, usage_row(None, found, (at, ""))))
        at = following(at, step, span.tz)
    return course


def _most(rows: list[UsageRow]) -> list[UsageRow]:
    return sorted(rows, key=lambda row: (-row.requests, -row.cost, row.group or ""))[:_MOST_ROWS]
