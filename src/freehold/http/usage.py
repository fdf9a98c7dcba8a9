"""Usage over HTTP: what was asked and what it cost, in groups or at one look.

Whoever does not see all keys' records gets its own key's, as if it had asked for that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, get_args

import msgspec

from freehold.assemble import Stack
from freehold.core.caller import Caller
from freehold.core.errors import BadRequest
from freehold.core.money import dollars
from freehold.http.asgi import Header, Http
from freehold.http.parameters import moment, zone
from freehold.ledger.decision import moment as iso
from freehold.ledger.overview import Overview, Stretch
from freehold.ledger.scope import Only, Span
from freehold.ledger.spreadsheet import counts_cell, csv_text
from freehold.ledger.usage import By, UsageRow

FIGURES = (
    *("id", "requests", "completed", "failed", "refused", "cancelled", "lost", "open"),
    *("input_tokens", "output_tokens", "cached_input_tokens", "cache_write_tokens", "reasoning_tokens"),
    *("cost", "baseline", "saved", "home", "share_home", "escalated", "escalation_rate", "cache_share"),
    *("p50_ms", "p95_ms", "p99_ms", "first_p50_ms", "first_p95_ms", "errors", "thumbs_up", "thumbs_down"),
)
"""Every figure of a row, in the order of the columns of CSV."""

_CSV: Header = (b"content-type", b"text/csv; charset=utf-8; header=present")
_MONEY = ("cost", "baseline", "saved")
_SHARES = ("share_home", "escalation_rate", "cache_share")


class UsageApi:
    """The endpoints about usage, over one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    async def usage(self, http: Http, caller: Caller) -> None:
        """``GET /api/usage``."""
        query = http.query
        by = query.get("by", "model")
        if by not in _GROUPS:
            raise BadRequest(f"by is one of {', '.join(_GROUPS)}", param="by")
        tz = zone(query.get("tz"))
        span = Span(moment(query.get("since"), "since", tz), moment(query.get("until"), "until", tz), tz)
        only = Only(
            key=await self._key(query.get("key"), caller),
            team=query.get("team"),
            model=query.get("model"),
            label=query.get("label"),
            route=query.get("route"),
        )
        rows = await self._stack.usage(by, span, only)  # type: ignore[arg-type]  # checked above
        told = [usage_row(row) for row in rows]
        form = query.get("format", "json")
        if form not in {"json", "csv"}:
            raise BadRequest("format is json or csv", param="format")
        if form == "csv":
            await http.reply(200, usage_csv(by, told).encode(), kind=_CSV)
        else:
            await http.tell({"by": by, "data": told})

    async def overview(self, http: Http, caller: Caller) -> None:
        """``GET /api/overview``: of today, where nothing else is said."""
        query = http.query
        tz = zone(query.get("tz"))
        now = datetime.now(UTC)
        until = moment(query.get("until"), "until", tz) or now
        midnight = now.astimezone(tz).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        since = moment(query.get("since"), "since", tz) or midnight
        only = Only() if caller.sees_all else Only(key=caller.key_id)
        found = await self._stack.overview(since, until, tz, only)
        told = {"since": _iso(since), "until": _iso(until), "tz": query.get("tz", "UTC")}
        await http.tell(told | {"scope": "all" if caller.sees_all else "key"} | overview_row(found))

    async def _key(self, asked: str | None, caller: Caller) -> str | None:
        """The id of the key whose usage is told, given by its id or its name; raises `NotFound`."""
        if not caller.sees_all:
            return caller.key_id
        return None if asked is None else (await asyncio.to_thread(self._stack.keys.get, asked)).id


_GROUPS = [by for by in get_args(By) if by != "all"]


def usage_row(row: UsageRow) -> dict[str, Any]:
    """A row of usage as JSON: money in decimal dollars, shares from 0 to 1."""
    found: dict[str, Any] = msgspec.to_builtins(row)
    for name in _MONEY:
        found[name] = None if found[name] is None else dollars(found[name])
    return found | {name: getattr(row, name) for name in _SHARES}


def usage_csv(by: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of usage as CSV: the group, then every figure, errors in one cell."""
    cells = [[row["group"], *(_csv_cell(row[name]) for name in FIGURES)] for row in rows]
    return csv_text((by, *FIGURES), cells)


def _csv_cell(value: Any) -> Any:
    return counts_cell(value) if isinstance(value, dict) else value


def overview_row(found: Overview) -> dict[str, Any]:
    """An overview as JSON; the endpoint adds ``since``, ``until``, ``tz`` and ``scope``, which is ``all`` or ``key``.

    ``totals``, ``before`` and the rows of ``models`` and ``targets`` are rows of usage. ``series`` has an object for
    every hour or day (``step``), in order: ``start`` in UTC, ``requests``, ``failed`` (those lost among them),
    ``escalated``, ``cost``, ``saved``, ``share_home``, ``p50_ms``, ``p95_ms``. ``errors`` are those of ``totals``, as
    ``kind`` and ``count``, most first.
    """
    return {
        "step": found.step,
        "totals": usage_row(found.totals),
        "before": usage_row(found.before),
        "series": [_stretch_row(stretch) for stretch in found.series],
        "models": [usage_row(row) for row in found.models],
        "targets": [usage_row(row) for row in found.targets],
        "errors": [{"kind": kind, "count": count} for kind, count in found.totals.errors.items()],
    }


def _stretch_row(stretch: Stretch) -> dict[str, Any]:
    row = stretch.row
    return {
        "start": iso(stretch.start_ns),
        "requests": row.requests,
        "failed": row.failed + row.lost,
        "escalated": row.escalated,
        "cost": dollars(row.cost),
        "saved": None if row.saved is None else dollars(row.saved),
        "share_home": row.share_home,
        "p50_ms": row.p50_ms,
        "p95_ms": row.p95_ms,
    }


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
