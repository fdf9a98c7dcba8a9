"""Limits as they are set and kept, by the ledger's writer."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from freehold.core.errors import NotFound, Unavailable
from freehold.core.limits import Budget, Rate
from freehold.core.money import Nanodollars
from freehold.ledger.book import Book
from freehold.ledger.limits import rules as module
from freehold.ledger.limits.rules import Rules
from freehold.stores.sqlite import SqliteStore


def budget(amount: int = 5, **changes) -> Budget:
    return Budget(id="", **({"scope": "key", "subject": "k", "amount": Nanodollars(amount), "period": "day"} | changes))


async def test_what_is_set_is_there_after_a_start(store: SqliteStore, book: Book):
    rules = Rules(store.connect, book.do)
    first = await rules.put_budget(budget(warn_at=0.5))
    second = await rules.put_budget(budget(period="week", when_spent="owned"))
    await rules.put_rate(Rate(scope="team", subject="t", requests=5))
    again = Rules(store.connect, book.do)
    assert again.budgets == {first.id: first, second.id: second}
    assert list(again.rates.values()) == [Rate(scope="team", subject="t", requests=5)]


async def test_one_budget_of_a_subject_and_period_is_changed(store: SqliteStore, book: Book):
    rules = Rules(store.connect, book.do)
    first = await rules.put_budget(budget(5, warn_at=0.5))
    changed = await rules.put_budget(budget(9))
    assert (changed.id, changed.amount, changed.warn_at) == (first.id, 9, None)
    assert list(Rules(store.connect, book.do).budgets.values()) == [changed]


async def test_what_is_removed_is_gone(store: SqliteStore, book: Book):
    rules = Rules(store.connect, book.do)
    made = await rules.put_budget(budget())
    await rules.put_rate(Rate(scope="key", subject="k", tokens=5))
    assert await rules.drop_budget(made.id) == made
    assert (await rules.drop_rate("key", "k")).tokens == 5
    assert (rules.budgets, rules.rates) == ({}, {})
    again = Rules(store.connect, book.do)
    assert (again.budgets, again.rates) == ({}, {})
    with pytest.raises(NotFound):
        await rules.drop_budget(made.id)
    with pytest.raises(NotFound):
        await rules.drop_rate("key", "k")


async def test_one_budget_that_is_set_twice_at_once_is_one(store: SqliteStore, book: Book):
    rules = Rules(store.connect, book.do)
    made = await asyncio.wait_for(asyncio.gather(*(rules.put_budget(budget(amount)) for amount in (5, 9))), 4)
    assert made[0].id == made[1].id
    assert list(Rules(store.connect, book.do).budgets.values()) == [made[1]] == list(rules.budgets.values())


async def test_a_change_that_is_written_late_holds_from_then_on(store: SqliteStore, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "_PATIENCE", 0.01)
    asked: list[Callable[[sqlite3.Connection], bool]] = []
    told: list[int] = []
    rules = Rules(store.connect, asked.append, lambda: told.append(len(rules.budgets)))
    with pytest.raises(Unavailable):
        await rules.put_budget(budget())
    with closing(store.connect()) as connection:
        asked[0](connection)
    await asyncio.sleep(0)
    assert told == [1]
    assert rules.budgets == Rules(store.connect, asked.append).budgets


async def test_a_change_that_is_not_written_is_none(store: SqliteStore, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "_PATIENCE", 0.01)
    asked: list[Callable[[sqlite3.Connection], bool]] = []
    rules = Rules(store.connect, asked.append)
    with pytest.raises(Unavailable):
        await rules.put_budget(budget())
    assert (len(asked), rules.budgets) == (1, {})
