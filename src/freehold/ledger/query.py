"""Reads the ledger: what was asked of late, and what became of it. Each call opens a connection that can only read.

The functions block on the disk; call them in a thread. Rows are found by time without any belief in its order, since
the wall clock may have been set back between two of them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import Any

import msgspec

from freehold.core.errors import BadRequest, NotFound
from freehold.ledger.decision import decision, summary
from freehold.ledger.moments import LAST_NS, ns_of

_RECENT = """
SELECT * FROM exchanges e WHERE {conditions} ORDER BY e.started_ns DESC, e.id DESC LIMIT :limit
"""


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
    values: dict[str, Any] = {"since": ns_of(which.since, 0), "until": ns_of(which.until, LAST_NS)}
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
    return min(int(at), LAST_NS), after
