"""What was used, in groups: requests by their endings, tokens, money, durations, errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Literal

import msgspec

from freehold.core.money import Nanodollars
from freehold.ledger.facts import Place
from freehold.ledger.histogram import quantile
from freehold.ledger.moments import named
from freehold.ledger.scope import ALL, EVER, Only, Span
from freehold.ledger.tally import Tally
from freehold.ledger.totals import Collected, collected

By = Literal["model", "key", "team", "label", "route", "target", "day", "hour", "error", "all"]

NOWHERE: Place = (0, "")
"""Where everything is that is parted neither by time nor by name."""

_NOTHING = Tally()


class UsageRow(msgspec.Struct, frozen=True):
    """What one group used. Tokens and money are sums over attempts; durations are in milliseconds, good to 1 %.

    A row counts requests, each with one ending; only one by ``target`` counts what was asked of that target: `requests`
    asked it at all, `completed` are the answers of its that were shown, `failed` and `cancelled` its attempts.
    """

    group: str | None
    """`None`: what has no such property, such as the route of a request refused before it had one."""
    id: str | None
    """By ``key``, the key's id; else `None`."""
    requests: int
    completed: int
    failed: int
    refused: int
    cancelled: int
    lost: int
    open: int
    """Still under way."""
    input_tokens: int
    output_tokens: int
    cached_input_tokens: int
    cache_write_tokens: int
    reasoning_tokens: int
    cost: Nanodollars
    baseline: Nanodollars | None
    """The counterfactual cost of those that have one."""
    saved: Nanodollars | None
    """`baseline` less what those same ones cost."""
    home: int
    """Completed by a target of the team's own."""
    escalated: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    first_p50_ms: float | None
    """To the first event of the answer that was shown."""
    first_p95_ms: float | None
    errors: dict[str, int]
    """By kind, those that failed, were refused or were lost."""
    thumbs_up: int
    """Said of answers, by whoever gave feedback; so is `thumbs_down`."""
    thumbs_down: int

    @property
    def share_home(self) -> float | None:
        """Of what was completed, the part that stayed at home, from 0 to 1; `None` where nothing was."""
        return _share(self.home, self.completed)

    @property
    def escalation_rate(self) -> float | None:
        """Of all requests, the part that was escalated."""
        return _share(self.escalated, self.requests)

    @property
    def cache_share(self) -> float | None:
        """Of all input tokens, the part that the targets had in their caches."""
        return _share(self.cached_input_tokens, self.input_tokens)


class UsageReader:
    """Answers what was used. `connect` opens a read-only connection; the methods block on the disk."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect

    def usage(self, by: By, span: Span = EVER, only: Only = ALL) -> list[UsageRow]:
        """What was used, by group: days and hours in order, else dearest first."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN")  # All statements see the same moment.
            rows = grouped(connection, by, span, only)
        if by in {"day", "hour"}:
            return rows
        return sorted(rows, key=lambda row: (-row.cost, -row.requests, row.group or ""))


def grouped(connection: sqlite3.Connection, by: By, span: Span, only: Only = ALL) -> list[UsageRow]:
    """The row of each group, days and hours in order, within the transaction that is open."""
    if by == "day" or by == "hour":  # noqa: PLR1714  # the type checker follows this form alone
        found = collected(connection, "all", span, only, by)
        return [usage_row(named(place[0], by, span.tz), found, place) for place in sorted(found.tallies)]
    found = collected(connection, by, span, only)
    if by == "key":
        return [usage_row(found.shown.get(place[1], place[1]), found, place, key=place[1]) for place in found.tallies]
    return [usage_row(place[1] or None, found, place, attempts=by == "target") for place in found.tallies]


def usage_row(
    group: str | None, found: Collected, place: Place = NOWHERE, *, key: str | None = None, attempts: bool = False
) -> UsageRow:
    """What was collected at a place, as a row; all zero where that is nothing. `attempts`: those are what it counts."""
    tally = found.tallies.get(place, _NOTHING)
    up, down = found.thumbs.get(place, (0, 0))
    ended = sum(tally[name] for name in ("completed", "failed", "refused", "cancelled", "lost"))
    baselined = tally["baselined"] > 0
    return UsageRow(
        group=group,
        id=key,
        requests=tally["requests"],
        completed=tally["completed"],
        failed=tally["failed"],
        refused=tally["refused"],
        cancelled=tally["cancelled"],
        lost=tally["lost"],
        open=0 if attempts else tally["requests"] - ended,
        input_tokens=tally["input_tokens"],
        output_tokens=tally["output_tokens"],
        cached_input_tokens=tally["cached_input_tokens"],
        cache_write_tokens=tally["cache_write_tokens"],
        reasoning_tokens=tally["reasoning_tokens"],
        cost=Nanodollars(tally["cost_nano"]),
        baseline=Nanodollars(tally["baseline_nano"]) if baselined else None,
        saved=Nanodollars(tally["baseline_nano"] - tally["compared_nano"]) if baselined else None,
        home=tally["home"],
        escalated=tally["escalated"],
        p50_ms=quantile(tally.total, 50),
        p95_ms=quantile(tally.total, 95),
        p99_ms=quantile(tally.total, 99),
        first_p50_ms=quantile(tally.first, 50),
        first_p95_ms=quantile(tally.first, 95),
        errors=dict(sorted(tally.errors.items(), key=lambda error: (-error[1], error[0]))),
        thumbs_up=up,
        thumbs_down=down,
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
