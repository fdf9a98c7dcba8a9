"""Reads the ledger: what was asked of late, and what became of it. Each call opens a connection that can only read.

The functions block on the disk; call them in a thread. Rows are found by time without any belief in its order, since
the wall clock may have been set back between two of them.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import Any

import msgspec

from freehold.core.errors import BadRequest, NotFound
from freehold.ledger.decision import decision, summary
from freehold.ledger.facts import KIND
from freehold.ledger.moments import LAST_NS, NS, ns_of

_ONE = f"SELECT *, {KIND} AS error_kind FROM exchanges e WHERE e.id = ?"  # noqa: S608  Words of ours.
_RECENT = f"""
SELECT *, {KIND} AS error_kind FROM exchanges e WHERE {{conditions}} ORDER BY e.started_ns DESC, e.id DESC LIMIT :limit
"""  # noqa: S608  Words of ours.
_SAID = "SELECT * FROM feedback WHERE exchange_id = ? ORDER BY at_ns, id"
_OLDEST_OPEN = "SELECT min(started_ns) FROM exchanges WHERE ending = 'open' AND started_ns > ?"

_WATCHED_NS = 900 * NS
"""For how long a list waits for the end of what is under way; whatever takes longer is seen when it is read anew."""
_SLACK_NS = NS
"""A row may come to the disk after one that began later."""


class Filter(msgspec.Struct, frozen=True):
    """Which exchanges to list; `None`: any. Times are wall clock, `since` included and `until` not."""

    key_id: str | None = None
    key: str | None = None
    """A key's id or its name."""
    team: str | None = None
    model: str | None = None
    target: str | None = None
    label: str | None = None
    ending: str | None = None
    route: str | None = None
    error: str | None = None
    """The kind of its error, such as ``upstream_failed``."""
    escalated: bool | None = None
    since: datetime | None = None
    until: datetime | None = None


class Page(msgspec.Struct, frozen=True):
    """Some exchanges, newest first."""

    items: list[dict[str, Any]]
    next: str | None
    """The cursor that continues the list; `None` at its end."""
    newest: str | None = None
    """What to ask for newer ones with. Some come again then: those that were under way, and the very last."""


class LedgerReader:
    """Answers questions about the ledger. `connect` opens a read-only connection with named columns."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect

    def decision(self, exchange_id: str) -> dict[str, Any]:
        """One exchange with all that was decided about it; raises `NotFound`."""
        with closing(self._connect()) as connection:
            row = connection.execute(_ONE, (exchange_id,)).fetchone()
            if row is None:
                raise NotFound(f"there is no request {exchange_id!r} in the ledger")
            attempts = connection.execute(
                "SELECT * FROM attempts WHERE exchange_id = ? ORDER BY number", (exchange_id,)
            ).fetchall()
            said = connection.execute(_SAID, (exchange_id,)).fetchall()
        return decision(row, attempts, said)

    def recent(
        self, which: Filter | None = None, *, cursor: str | None = None, newer: str | None = None, limit: int = 50
    ) -> Page:
        """Exchanges newest first, 1 to 500 a page; raises `BadRequest` for a limit or a cursor that is none.

        `cursor` is the `next` of an earlier page, `newer` the `newest` of one.
        """
        if not 1 <= limit <= 500:
            raise BadRequest("limit must be from 1 to 500", param="limit")
        conditions, values = _conditions(which or Filter())
        if cursor is not None:
            values["at"], values["after"] = _read_cursor(cursor, "cursor")
            conditions.append("(e.started_ns < :at OR (e.started_ns = :at AND e.id < :after))")
        if newer is not None:
            values["above"], _ = _read_cursor(newer, "newer_than")
            conditions.append("e.started_ns >= :above")
        statement = _RECENT.format(conditions=" AND ".join(conditions))
        with closing(self._connect()) as connection:
            connection.execute("BEGIN")  # Both statements see the same moment.
            rows = connection.execute(statement, {**values, "limit": limit + 1}).fetchall()
            [oldest_open] = connection.execute(_OLDEST_OPEN, (time.time_ns() - _WATCHED_NS,)).fetchone()
        page = rows[:limit]
        following = f"{page[-1]['started_ns']}.{page[-1]['id']}" if len(rows) > limit else None
        newest = newer if not page else _newest(page[0]["started_ns"], oldest_open)
        return Page([summary(row) for row in page], following, newest)


def _newest(started_ns: int, oldest_open_ns: int | None) -> str:
    """From where to look again: the newest that was shown, or before it the oldest that has not ended."""
    first = started_ns if oldest_open_ns is None else min(started_ns, oldest_open_ns)
    return f"{max(first - _SLACK_NS, 0)}.newest"


_EACH = {
    "key_id": "e.key_id = :key_id",
    "key": "(e.key_id = :key OR e.key_name = :key)",
    "team": "e.team = :team",
    "model": "e.alias = :model",
    "label": "e.label = :label",
    "ending": "e.ending = :ending",
    "route": "e.route = :route",
    "error": f"{KIND} = :error",
    "escalated": "coalesce(e.escalated, 0) = :escalated",
    "target": "EXISTS (SELECT 1 FROM attempts a WHERE a.exchange_id = e.id AND a.target = :target)",
}


def _conditions(which: Filter) -> tuple[list[str], dict[str, Any]]:
    """The words of a WHERE, each one of this file, and the values bound to them."""
    conditions = ["e.started_ns >= :since", "e.started_ns < :until"]
    values: dict[str, Any] = {"since": ns_of(which.since, 0), "until": ns_of(which.until, LAST_NS)}
    for name, condition in _EACH.items():
        value = getattr(which, name)
        if value is not None:
            conditions.append(condition)
            values[name] = value
    return conditions, values


def _read_cursor(cursor: str, param: str) -> tuple[int, str]:
    at, _, after = cursor.partition(".")
    if not (at.isascii() and at.isdigit() and after and len(at) <= 19):
        raise BadRequest("this is no cursor of an earlier page", param=param)
    return min(int(at), LAST_NS), after
