"""What was used: totals that are kept, and the records that are in none yet, added up in one look at the database.

A span of time is covered by kept totals of whole UTC days and of quarters of an hour; what lies at its ends, outside
any whole quarter, and what has ended of late or is still under way, comes from the records themselves. Every zone in
use is some quarters away from UTC, so that days and hours of any of them are made of whole quarters.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, tzinfo
from typing import Literal

import msgspec

from freehold.core.money import Nanodollars
from freehold.ledger.facts import NAMES, Dimension, Facts, Place
from freehold.ledger.histogram import quantile
from freehold.ledger.moments import DAY_NS, LAST_NS, NS, QUARTER_NS, When, named, ns_of, starts
from freehold.ledger.tally import COLUMNS, Tally

By = Literal["model", "key", "team", "label", "route", "target", "day", "hour", "error", "all"]

_KEPT = f"""
SELECT s.name, s.shown, t.start_ns, {", ".join(f"t.{name}" for name in COLUMNS)}
FROM usage_series s CROSS JOIN usage_totals t ON t.series_id = s.id
WHERE s.dimension = :dimension AND (:name IS NULL OR s.name = :name)
  AND t.span_s = :span AND t.start_ns >= :since AND t.start_ns < :until
"""  # noqa: S608  Words of ours.

_BETWEEN = "e.started_ns >= :since AND e.started_ns < :until"
_UNDER_WAY = f"e.ending = 'open' AND {_BETWEEN}"
_IN_NO_TOTAL = f"e.ending <> 'open' AND e.id IN (SELECT exchange_id FROM usage_pending) AND {_BETWEEN}"  # noqa: S608


class Only(msgspec.Struct, frozen=True):
    """Whose usage is wanted: of all that is given, each must fit. `key` is an id."""

    key: str | None = None
    team: str | None = None
    model: str | None = None
    label: str | None = None
    route: str | None = None

    @property
    def given(self) -> dict[str, str]:
        """What is given, by the name of its dimension."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value is not None}


class Span(msgspec.Struct, frozen=True):
    """From when, included, until when, not included; `None`: from the first, until the last. `tz`: where days begin."""

    since: datetime | None = None
    until: datetime | None = None
    tz: tzinfo = UTC


ALL = Only()
EVER = Span()


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
        found = collected(connection, "all", span, only, starts(by, span.tz))
        return [usage_row(named(at, by, span.tz), found.tallies[at, name]) for at, name in sorted(found.tallies)]
    found = collected(connection, by, span, only)
    tallies = {name: tally for (_, name), tally in found.tallies.items()}
    if by == "key":
        return [usage_row(found.shown.get(name, name), tally, key_id=name) for name, tally in tallies.items()]
    return [usage_row(name or None, tally, counts_requests=by != "target") for name, tally in tallies.items()]


class Collected(msgspec.Struct, frozen=True):
    """Tallies by moment and name. `shown`: the names of keys, by their ids."""

    tallies: dict[Place, Tally]
    shown: dict[str, str]


def collected(
    connection: sqlite3.Connection, dimension: Dimension, span: Span, only: Only = ALL, when: When | None = None
) -> Collected:
    """The tallies of a dimension. `when` must say the same of a whole quarter of an hour; without it there is no when.

    Two filters at once, or one by another property than the dimension, are answered from the records alone.
    """
    since, until = ns_of(span.since, 0), ns_of(span.until, LAST_NS)
    facts = Facts((dimension,), when)
    conditions = "".join(f" AND {NAMES[name]} = :{name}" for name in NAMES if name in only.given)

    def read(which: str, since: int, until: int) -> None:
        if since < until:
            facts.read(connection, which + conditions, {"since": since, "until": until, **only.given})

    kept = _kept_as(dimension, only)
    first, last = -(-since // QUARTER_NS) * QUARTER_NS, until // QUARTER_NS * QUARTER_NS
    if kept is None or first >= last:
        read(_BETWEEN, since, until)
        return Collected(facts.tallies[dimension], facts.shown)
    shown = _add_kept(connection, facts, kept, (first, last))
    read(_BETWEEN, since, first)
    read(_BETWEEN, last, until)
    read(_UNDER_WAY, first, last)
    read(_IN_NO_TOTAL, first, last)
    return Collected(facts.tallies[dimension], shown | facts.shown)


class _Series(msgspec.Struct, frozen=True):
    """The kept totals that answer a question: of each name of a dimension, or of one alone."""

    dimension: Dimension
    name: str | None
    asked: Dimension
    """Under which it is answered: the same, or ``all`` where only one name was asked for."""


def _kept_as(dimension: Dimension, only: Only) -> _Series | None:
    """The totals that answer a question; `None` where none do."""
    asked = [(name, only.given[name]) for name in NAMES if name in only.given]
    match asked:
        case []:
            return _Series(dimension, None, dimension)
        case [(name, value)] if dimension in {name, "all"}:
            return _Series(name, value, dimension)
    return None


def _add_kept(connection: sqlite3.Connection, facts: Facts, kept: _Series, between: tuple[int, int]) -> dict[str, str]:
    """Add the totals of whole quarters; returns the names of keys."""
    first, last = between
    days = -(-first // DAY_NS) * DAY_NS, last // DAY_NS * DAY_NS
    if facts.dated or days[0] >= days[1]:
        parts = [(QUARTER_NS, first, last)]
    else:
        parts = [(QUARTER_NS, first, days[0]), (DAY_NS, *days), (QUARTER_NS, days[1], last)]
    shown: dict[str, str] = {}
    for span_ns, since, until in parts:
        values = {"dimension": kept.dimension, "name": kept.name, "span": span_ns // NS, "since": since, "until": until}
        for name, called, start_ns, *sums in connection.execute(_KEPT, values):
            facts.at(kept.asked, start_ns, "" if kept.asked == "all" else name).add_kept(sums)
            if called is not None:
                shown[name] = called
    return shown


def usage_row(group: str | None, tally: Tally, *, key_id: str | None = None, counts_requests: bool = True) -> UsageRow:
    """A tally as a row. Where it counts attempts instead of requests, none is open: they are known by their ends."""
    ended = sum(tally[name] for name in ("completed", "failed", "refused", "cancelled", "lost"))
    baselined = tally["baselined"] > 0
    return UsageRow(
        group=group,
        id=key_id,
        requests=tally["requests"],
        completed=tally["completed"],
        failed=tally["failed"],
        refused=tally["refused"],
        cancelled=tally["cancelled"],
        lost=tally["lost"],
        open=tally["requests"] - ended if counts_requests else 0,
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
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
