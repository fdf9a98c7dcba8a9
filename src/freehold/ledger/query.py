"""Reads the ledger: what was used, and what was asked of late. Each call opens a connection that can only read.

The functions block on the disk; call them in a thread. Rows are found by time without any belief in its order, since
the wall clock may have been set back between two of them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal

import msgspec

from freehold.core.errors import BadRequest, Fault, NotFound
from freehold.core.money import Nanodollars
from freehold.core.record import Ending
from freehold.ledger.decision import decision, summary

By = Literal["model", "key", "label", "day", "route", "target", "team"]

_NS = 1_000_000_000
_END = 2**63 - 1

_GROUPS: dict[str, str] = {
    "model": "e.alias",
    "key": "e.key_name",
    "label": "e.label",
    "day": "day_of(e.started_ns)",
    "route": "e.route",
    "team": "e.team",
    "target": "a.target",
}

_EXCHANGES = """
SELECT {group} AS name, e.total_ms AS ms,
  1 AS request,
  e.ending = :completed AS completed, e.ending IN (:failed, :lost) AS failed, e.ending = :refused AS refused,
  e.ending = :cancelled AS cancelled,
  e.input_tokens AS input, e.output_tokens AS output, e.cached_input_tokens AS cached_input, e.cost_nano AS cost,
  e.baseline_nano AS baseline, CASE WHEN e.baseline_nano IS NULL THEN NULL ELSE e.cost_nano END AS compared,
  e.ending = :completed AND e.owned AS home, e.escalated AS escalated
FROM exchanges e WHERE e.started_ns >= :since AND e.started_ns < :until
"""

_ATTEMPTS = """
SELECT {group} AS name, a.total_ms AS ms,
  a.number = (SELECT min(b.number) FROM attempts b WHERE b.exchange_id = e.id AND b.target = a.target) AS request,
  a.shown AND e.ending = :completed AS completed, a.fault IS NOT NULL AND a.fault <> :left AS failed,
  0 AS refused, a.fault = :left AS cancelled,
  a.input_tokens AS input, a.output_tokens AS output, a.cached_input_tokens AS cached_input, a.cost_nano AS cost,
  CASE WHEN a.shown THEN e.baseline_nano END AS baseline,
  CASE WHEN a.shown AND e.baseline_nano IS NOT NULL THEN a.cost_nano END AS compared,
  a.shown AND e.ending = :completed AND a.owned AS home, a.note LIKE 'escalated%' AS escalated
FROM attempts a JOIN exchanges e ON e.id = a.exchange_id WHERE e.started_ns >= :since AND e.started_ns < :until
"""

_WORDS = {**{str(ending): str(ending) for ending in Ending}, "left": str(Fault.CANCELLED)}
"""The endings in the two statements above, each bound by its own name, and the fault of an attempt that was left."""

_SUMS = """
SELECT name, sum(request) AS requests, sum(completed) AS completed, sum(failed) AS failed,
  sum(refused) AS refused, sum(cancelled) AS cancelled, sum(input) AS input, sum(output) AS output,
  sum(cached_input) AS cached_input, sum(cost) AS cost, sum(baseline) AS baseline,
  sum(baseline) - sum(compared) AS saved, sum(home) AS home, sum(escalated) AS escalated
FROM ({rows}) AS picked GROUP BY name
"""

_CUTS = """
SELECT name, min(CASE WHEN place * 100 >= n * 50 THEN ms END) AS p50,
  min(CASE WHEN place * 100 >= n * 95 THEN ms END) AS p95
FROM (
  SELECT name, ms, row_number() OVER (PARTITION BY name ORDER BY ms) AS place, count(*) OVER (PARTITION BY name) AS n
  FROM ({rows}) AS picked WHERE ms IS NOT NULL
) AS ranked GROUP BY name
"""
"""The nearest rank: the least duration that at least so many in a hundred do not exceed."""

_RECENT = """
SELECT * FROM exchanges e WHERE {conditions} ORDER BY e.started_ns DESC, e.id DESC LIMIT :limit
"""


class UsageRow(msgspec.Struct, frozen=True):
    """What one group used. Tokens and money are sums over attempts; durations are in milliseconds.

    Grouped by ``model``, ``key``, ``label``, ``day``, ``route`` or ``team``, a row counts exchanges: `failed` holds
    those that were lost, `home` those that a target of the team's own completed. Grouped by ``target``, it counts what
    was asked of that target: `failed` are its attempts that failed, retries included, `completed` the answers of its
    that were shown.
    """

    group: str | None
    """`None`: what has no such property, such as the route of a request refused before it had one."""
    requests: int
    completed: int
    failed: int
    refused: int
    cancelled: int
    input_tokens: int
    output_tokens: int
    cached_input_tokens: int
    cost: Nanodollars
    baseline: Nanodollars | None
    """The counterfactual cost of those that have one."""
    saved: Nanodollars | None
    """`baseline` less what those same ones cost."""
    home: int
    escalated: int
    p50_ms: float | None
    p95_ms: float | None

    @property
    def share_home(self) -> float | None:
        """Of what was completed, the part that stayed at home, from 0 to 1; `None` where nothing was."""
        return self.home / self.completed if self.completed else None


class Filter(msgspec.Struct, frozen=True):
    """Which exchanges to list; `None`: any. Times are wall clock, `since` included and `until` not."""

    key_id: str | None = None
    team: str | None = None
    model: str | None = None
    target: str | None = None
    label: str | None = None
    ending: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Page(msgspec.Struct, frozen=True):
    """Some exchanges, newest first, and the cursor that continues the list; `None` at its end."""

    items: list[dict[str, Any]]
    next: str | None


class LedgerReader:
    """Answers questions about the ledger. `connect` opens a read-only connection with named columns."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect

    def usage(
        self, by: By, *, since: datetime | None = None, until: datetime | None = None, tz: tzinfo = UTC
    ) -> list[UsageRow]:
        """What was used, by group: days in order, else dearest first. `tz` says when a day begins."""
        rows = (_ATTEMPTS if by == "target" else _EXCHANGES).format(group=_GROUPS[by])
        span = {**_WORDS, "since": _ns(since, 0), "until": _ns(until, _END)}
        with closing(self._connect()) as connection:
            connection.create_function("day_of", 1, lambda at: _day(at, tz), deterministic=True)
            connection.execute("BEGIN")  # Both statements see the same moment.
            sums = connection.execute(_SUMS.format(rows=rows), span).fetchall()
            cuts = {row["name"]: row for row in connection.execute(_CUTS.format(rows=rows), span)}
        used = [_usage_row(row, cuts.get(row["name"])) for row in sums]
        if by == "day":
            return sorted(used, key=lambda row: row.group or "")
        return sorted(used, key=lambda row: (-row.cost, -row.requests, row.group or ""))

    def decision(self, exchange_id: str) -> dict[str, Any]:
        """One exchange with all that was decided about it; raises `NotFound`."""
        with closing(self._connect()) as connection:
            row = connection.execute("SELECT * FROM exchanges WHERE id = ?", (exchange_id,)).fetchone()
            if row is None:
                raise NotFound(f"there is no request {exchange_id!r} in the ledger")
            attempts = connection.execute(
                "SELECT * FROM attempts WHERE exchange_id = ? ORDER BY number", (exchange_id,)
            ).fetchall()
        return decision(row, attempts)

    def recent(self, which: Filter | None = None, *, cursor: str | None = None, limit: int = 50) -> Page:
        """Exchanges newest first, 1 to 500 a page; raises `BadRequest` for a limit or a cursor that is none."""
        if not 1 <= limit <= 500:
            raise BadRequest("limit must be from 1 to 500", param="limit")
        conditions, values = _conditions(which or Filter())
        if cursor is not None:
            values["at"], values["after"] = _read_cursor(cursor)
            conditions.append("(e.started_ns < :at OR (e.started_ns = :at AND e.id < :after))")
        statement = _RECENT.format(conditions=" AND ".join(conditions))
        with closing(self._connect()) as connection:
            rows = connection.execute(statement, {**values, "limit": limit + 1}).fetchall()
        page = rows[:limit]
        more = len(rows) > limit
        return Page([summary(row) for row in page], f"{page[-1]['started_ns']}.{page[-1]['id']}" if more else None)


def _conditions(which: Filter) -> tuple[list[str], dict[str, Any]]:
    """The words of a WHERE, each one of this file, and the values bound to them."""
    conditions = ["e.started_ns >= :since", "e.started_ns < :until"]
    values: dict[str, Any] = {"since": _ns(which.since, 0), "until": _ns(which.until, _END)}
    columns = {"key_id": "key_id", "team": "team", "model": "alias", "label": "label", "ending": "ending"}
    for name, column in columns.items():
        value = getattr(which, name)
        if value is not None:
            conditions.append(f"e.{column} = :{name}")
            values[name] = value
    if which.target is not None:
        conditions.append("EXISTS (SELECT 1 FROM attempts a WHERE a.exchange_id = e.id AND a.target = :target)")
        values["target"] = which.target
    return conditions, values


def _read_cursor(cursor: str) -> tuple[int, str]:
    at, _, after = cursor.partition(".")
    if not (at.isascii() and at.isdigit() and after and len(at) <= 19):
        raise BadRequest("this is no cursor of an earlier page", param="cursor")
    return min(int(at), _END), after


def _ns(moment: datetime | None, default: int) -> int:
    return default if moment is None else int(moment.timestamp()) * _NS + moment.microsecond * 1000


def _day(started_ns: int, tz: tzinfo) -> str:
    return datetime.fromtimestamp(started_ns / _NS, tz).date().isoformat()


def _usage_row(row: sqlite3.Row, cuts: sqlite3.Row | None) -> UsageRow:
    return UsageRow(
        group=row["name"],
        requests=row["requests"],
        completed=row["completed"] or 0,
        failed=row["failed"] or 0,
        refused=row["refused"] or 0,
        cancelled=row["cancelled"] or 0,
        input_tokens=row["input"] or 0,
        output_tokens=row["output"] or 0,
        cached_input_tokens=row["cached_input"] or 0,
        cost=Nanodollars(row["cost"] or 0),
        baseline=row["baseline"],
        saved=row["saved"],
        home=row["home"] or 0,
        escalated=row["escalated"] or 0,
        p50_ms=None if cuts is None else cuts["p50"],
        p95_ms=None if cuts is None else cuts["p95"],
    )
