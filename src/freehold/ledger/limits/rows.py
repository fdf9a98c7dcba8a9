"""Limits as rows of the ledger. What is said here is SQL; who decides is `budgets`.

Statements that the ledger's writer repeats after a failure change nothing the second time. Rows of a budget that was
removed meanwhile are not written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable
from contextlib import closing
from typing import NamedTuple

from freehold.core.limits import Budget, Rate, Scope
from freehold.core.money import Nanodollars
from freehold.ledger.limits.periods import Span

_BUDGETS = "SELECT id, scope, subject, amount_nano, period, warn_at, when_spent FROM budgets ORDER BY created_ns, id"
_SAVE_BUDGET = """
INSERT INTO budgets (id, scope, subject, amount_nano, period, warn_at, when_spent, created_ns)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  amount_nano = excluded.amount_nano, warn_at = excluded.warn_at, when_spent = excluded.when_spent
"""
_RATES = "SELECT scope, subject, requests, tokens, parallel FROM rates ORDER BY scope, subject"
_SAVE_RATE = """
INSERT INTO rates (scope, subject, requests, tokens, parallel) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (scope, subject) DO UPDATE SET
  requests = excluded.requests, tokens = excluded.tokens, parallel = excluded.parallel
"""
_ACCOUNT = "SELECT spent_nano, warned FROM accounts WHERE budget_id = ? AND starts_ns = ?"
_RENEW = """
INSERT INTO accounts (budget_id, starts_ns, spent_nano, warned)
SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM budgets WHERE id = ?1)
ON CONFLICT (budget_id, starts_ns) DO UPDATE SET spent_nano = excluded.spent_nano, warned = excluded.warned
"""
_HOLD = """
INSERT INTO reservations (exchange_id, budget_id, starts_ns, amount_nano)
SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM budgets WHERE id = ?2)
ON CONFLICT (exchange_id, budget_id) DO UPDATE SET starts_ns = excluded.starts_ns, amount_nano = excluded.amount_nano
"""
_FREE = "DELETE FROM reservations WHERE exchange_id = ?"

_OF: dict[Scope, str] = {"key": "e.key_id", "team": "e.team", "route": "e.route", "target": "a.target"}
_SPENT = """
SELECT coalesce(sum(a.cost_nano), 0) FROM attempts a JOIN exchanges e ON e.id = a.exchange_id
WHERE {subject} = ? AND e.started_ns >= ? AND e.started_ns < ?
"""
_MOST_IDS = 500

AccountRow = tuple[str, int, int, bool]
"""A budget's id, the first moment of the period, what was spent in it, whether its soft limit was told of."""

Hold = tuple[str, int, int]
"""A budget's id, the first moment of the period, the amount."""


class Opened(NamedTuple):
    """What the rows say of a budget in one period. `known`: it had a row of its own, and was not summed up anew."""

    spent: int
    warned: bool
    known: bool


def read_budgets(connection: sqlite3.Connection) -> list[Budget]:
    """All budgets, the oldest first."""
    return [
        Budget(
            id=name,
            scope=scope,
            subject=subject,
            amount=Nanodollars(amount),
            period=period,
            warn_at=warn_at,
            when_spent=when_spent,
        )
        for name, scope, subject, amount, period, warn_at, when_spent in connection.execute(_BUDGETS)
    ]


def read_rates(connection: sqlite3.Connection) -> list[Rate]:
    """All rates."""
    return [
        Rate(scope=scope, subject=subject, requests=requests, tokens=tokens, parallel=parallel)
        for scope, subject, requests, tokens, parallel in connection.execute(_RATES)
    ]


def save_budget(connection: sqlite3.Connection, budget: Budget, now_ns: int) -> None:
    """Have a budget as it is."""
    row = (budget.id, budget.scope, budget.subject, budget.amount, budget.period, budget.warn_at, budget.when_spent)
    connection.execute(_SAVE_BUDGET, (*row, now_ns))


def remove_budget(connection: sqlite3.Connection, budget_id: str) -> None:
    """Remove a budget with all its accounts; in the transaction of the caller."""
    connection.execute("DELETE FROM reservations WHERE budget_id = ?", (budget_id,))
    connection.execute("DELETE FROM accounts WHERE budget_id = ?", (budget_id,))
    connection.execute("DELETE FROM budgets WHERE id = ?", (budget_id,))


def save_rate(connection: sqlite3.Connection, rate: Rate) -> None:
    """Have a rate as it is."""
    connection.execute(_SAVE_RATE, (rate.scope, rate.subject, rate.requests, rate.tokens, rate.parallel))


def remove_rate(connection: sqlite3.Connection, scope: Scope, subject: str) -> None:
    """Remove a rate."""
    connection.execute("DELETE FROM rates WHERE scope = ? AND subject = ?", (scope, subject))


def release_all(connection: sqlite3.Connection) -> int:
    """Free what requests held that an earlier run left under way; returns how many requests."""
    count = connection.execute("SELECT count(DISTINCT exchange_id) FROM reservations").fetchone()[0]
    if count:
        connection.execute("DELETE FROM reservations")
    return int(count)


def renew_accounts(connection: sqlite3.Connection, rows: Iterable[AccountRow]) -> None:
    """Write what was spent; in the transaction of the caller."""
    for row in rows:
        connection.execute(_RENEW, row)


def write_holds(connection: sqlite3.Connection, holds: Iterable[tuple[str, tuple[Hold, ...] | None]]) -> None:
    """Write what exchanges hold back; `None` frees it."""
    for exchange, held in holds:
        if held is None:
            connection.execute(_FREE, (exchange,))
        for budget, starts_ns, amount in held or ():
            connection.execute(_HOLD, (exchange, budget, starts_ns, amount))


def open_account(
    reader: Callable[[], sqlite3.Connection], budget: Budget, span: Span, ended: Collection[str]
) -> Opened:
    """What was spent of a budget in one period, by its row; where it has none yet, by the attempts on record.

    `ended` is read once the moment of reading is fixed: the exchanges whose cost the caller has counted itself, and
    which are therefore left out of a sum.
    """
    with closing(reader()) as connection:
        connection.execute("BEGIN")
        row = connection.execute(_ACCOUNT, (budget.id, span.starts_ns)).fetchone()
        if row is not None:
            return Opened(int(row[0]), bool(row[1]), known=True)
        statement = _SPENT.format(subject=_OF[budget.scope])
        values = (budget.subject, span.starts_ns, span.ends_ns)
        spent = int(connection.execute(statement, values).fetchone()[0])
        counted = list(ended)
        for start in range(0, len(counted), _MOST_IDS):
            some = counted[start : start + _MOST_IDS]
            places = ", ".join("?" * len(some))
            without = f"{statement} AND e.id IN ({places})"
            spent -= int(connection.execute(without, (*values, *some)).fetchone()[0])
        return Opened(spent, warned=False, known=False)
