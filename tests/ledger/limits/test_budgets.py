"""Budgets over a real ledger: under a stampede, over the turn of a period, after a crash, and changed in mid-period."""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
import time
from contextlib import closing

import pytest

from freehold.core.errors import BudgetSpent, Unavailable
from freehold.core.limits import Budget, Claim, Receipt, Worst
from freehold.core.money import Nanodollars
from freehold.ledger import book as book_module
from freehold.ledger.book import Book
from freehold.ledger.limits import budgets as budgets_module
from freehold.ledger.limits.budgets import Budgets, Standing
from freehold.ledger.limits.periods import Calendar
from freehold.ledger.limits.rules import Rules
from freehold.stores.sqlite import SqliteStore
from support.exchanges import AWAY, attempt, begun, ended

DAY_NS = 86_400 * 10**9
NOW = time.time_ns()


class House:
    """Budgets of one ledger, as a whole Freehold has them."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.book = Book(store.connect)
        self.rules = Rules(store.connect, self.book.do)
        self.near: list[Standing] = []
        self.budgets = Budgets(Calendar(), self.book, store.reader, self.near.append)
        for budget in self.rules.budgets.values():
            self.budgets.put(budget)

    async def put(self, amount: int, scope="key", subject="key_ann", **more) -> Budget:
        budget = Budget(id="", scope=scope, subject=subject, amount=Nanodollars(amount), **({"period": "day"} | more))
        budget = await self.rules.put_budget(budget)
        self.budgets.put(budget)
        return budget

    async def standing(self, budget: Budget, at_ns: int = NOW) -> tuple[int, int]:
        found = await self.budgets.standing(budget, at_ns)
        return found.spent, found.held

    async def rows(self, table: str) -> list[tuple]:
        await self.written()
        with closing(self.store.reader()) as connection:
            connection.row_factory = None
            return connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()

    async def written(self) -> None:
        """Wait until all that was handed over is on the disk, whether or not an exchange came with it."""
        self.book._write_holds()
        self.book._flush()
        done = asyncio.Event()
        loop = asyncio.get_running_loop()

        def last(_: sqlite3.Connection) -> bool:
            loop.call_soon_threadsafe(done.set)
            return False

        self.book.do(last)
        await asyncio.wait_for(done.wait(), 5)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is held back is written at once, rather than after a second."""
    monkeypatch.setattr(book_module, "_HELD_SECONDS", 0.0)


@pytest.fixture
async def house(store: SqliteStore):
    house = House(store)
    yield house
    await house.book.close()


def claim(name: str, amount: int, *, started_ns: int = NOW, target: str = "away", key: str = "key_ann") -> Claim:
    return Claim(name, key, "law", "auto", started_ns, (Worst(target, False, Nanodollars(amount)),))


def receipt(name: str, cost: int, *, started_ns: int = NOW, target: str = "away", key: str = "key_ann") -> Receipt:
    return Receipt(name, key, "law", "auto", started_ns, ((target, Nanodollars(cost)),), 10)


async def test_a_request_holds_its_worst_case_and_then_pays_what_it_cost(house: House):
    budget = await house.put(100)
    granted = await house.budgets.reserve(claim("a", 60))
    assert granted.amount == 60
    assert await house.standing(budget) == (0, 60)
    assert [row[3] for row in await house.rows("reservations")] == [60]
    house.budgets.end(receipt("a", 25))
    assert await house.standing(budget) == (25, 0)
    assert await house.rows("reservations") == []
    assert [row[2] for row in await house.rows("accounts")] == [25]


async def test_what_does_not_fit_is_refused_with_the_moment_of_renewal(house: House):
    await house.put(100)
    house.budgets.end(receipt("before", 0))
    await house.budgets.reserve(claim("a", 60))
    house.budgets.end(receipt("a", 60))
    with pytest.raises(BudgetSpent, match="has not that much left; it renews on ") as spent:
        await house.budgets.reserve(claim("b", 41))
    assert spent.value.renews is not None
    assert spent.value.renews.endswith("T00:00:00+00:00")
    assert 0 < spent.value.retry_after <= 86_400
    with pytest.raises(BudgetSpent, match=r"is .* in all; fewer max_tokens ask for less"):
        await house.budgets.reserve(claim("b", 101))
    await house.budgets.reserve(claim("b", 40))
    with pytest.raises(BudgetSpent, match="only once requests under way have ended") as held:
        await house.budgets.reserve(claim("c", 40))
    assert held.value.retry_after == 1.0


@pytest.mark.parametrize("seed", range(5))
async def test_a_stampede_never_overspends(house: House, seed: int):
    budget = await house.put(50 * 100)
    chance = random.Random(seed)
    highest = 0

    async def one(number: int) -> bool:
        nonlocal highest
        await asyncio.sleep(chance.random() / 100)
        try:
            await house.budgets.reserve(claim(f"e{number}", 100))
        except BudgetSpent:
            return False
        account = next(iter(house.budgets._accounts.values()))
        highest = max(highest, account.spent + account.held)
        try:
            await asyncio.wait_for(asyncio.sleep(chance.random() / 50), chance.random() / 50)
        except TimeoutError:
            house.budgets.end(receipt(f"e{number}", chance.randrange(0, 40)))
        else:
            house.budgets.end(receipt(f"e{number}", 100))
        return True

    granted = await asyncio.gather(*[one(number) for number in range(200)])
    spent, held = await house.standing(budget)
    assert 0 < spent <= 5000
    assert (held, highest <= 5000) == (0, True)
    assert 50 <= sum(granted) <= 200
    assert await house.rows("reservations") == []
    assert [row[2] for row in await house.rows("accounts")] == [spent]


async def test_more_than_was_held_is_booked_and_said(house: House, caplog: pytest.LogCaptureFixture):
    budget = await house.put(100)
    await house.budgets.reserve(claim("a", 60))
    with caplog.at_level(logging.WARNING):
        house.budgets.end(receipt("a", 140))
    assert await house.standing(budget) == (140, 0)
    assert "more than the $0.00000006 that were held back" in caplog.text
    with pytest.raises(BudgetSpent):
        await house.budgets.reserve(claim("b", 1))
    assert (await house.budgets.reserve(claim("c", 0))).amount == 0


async def test_a_request_belongs_to_the_period_in_which_it_started(house: House):
    budget = await house.put(100)
    yesterday = NOW - DAY_NS
    await house.budgets.reserve(claim("late", 90, started_ns=yesterday))
    await house.budgets.reserve(claim("today", 90))
    house.budgets.end(receipt("late", 80, started_ns=yesterday))
    assert await house.standing(budget) == (0, 90)
    assert await house.standing(budget, yesterday) == (80, 0)
    # And a clock that is set back finds yesterday's account as it was left.
    with pytest.raises(BudgetSpent):
        await house.budgets.reserve(claim("again", 30, started_ns=yesterday))


async def test_a_budget_made_in_mid_period_begins_with_what_was_spent(house: House):
    for number, target in enumerate(["away", "home", "away"]):
        exchange = ended(begun(started_ns=NOW, id=f"e{number}"), attempt(1, cost=Nanodollars(10), target=AWAY))
        exchange.attempts[0].target = target
        house.book.settle(exchange)
    house.book.settle(ended(begun(started_ns=NOW - 2 * DAY_NS, id="old"), attempt(1, cost=Nanodollars(500))))
    assert await house.standing(await house.put(100)) == (30, 0)
    assert await house.standing(await house.put(100, "target", "away")) == (20, 0)
    assert await house.standing(await house.put(100, "team", "law")) == (30, 0)
    assert await house.standing(await house.put(100, "route", "auto")) == (30, 0)
    assert await house.standing(await house.put(100, "team", "sales")) == (0, 0)


async def test_an_account_is_not_opened_while_what_was_spent_is_not_written(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(budgets_module, "_PATIENCE", 0.1)
    budget = await house.put(100)
    with closing(house.store.connect()) as other:
        other.execute("BEGIN IMMEDIATE")
        house.book.settle(ended(begun(started_ns=NOW, id="e1"), attempt(1, cost=Nanodollars(10))))
        with pytest.raises(Unavailable, match="written yet"):
            await house.standing(budget)
        with pytest.raises(Unavailable):
            await house.budgets.reserve(claim("a", 95))
        other.execute("ROLLBACK")
    await house.written()
    assert await house.standing(budget) == (10, 0)


async def test_what_ends_while_an_account_is_opened_counts_once(house: House, monkeypatch: pytest.MonkeyPatch):
    flush = house.book.flush

    async def slow(patience: float) -> bool:
        await flush(patience)
        # After what had ended was written, and before the rows are read: two end, and one of them is written too.
        exchange = ended(begun(started_ns=NOW, id="meanwhile"), attempt(1, cost=Nanodollars(7)))
        house.budgets.end(receipt("meanwhile", 7))
        house.book.settle(exchange)
        written = await flush(patience)
        house.budgets.end(receipt("unwritten", 5))
        return written

    monkeypatch.setattr(house.book, "flush", slow)
    budget = await house.put(100)
    assert await house.standing(budget) == (12, 0)


async def test_after_a_crash_nothing_is_held_and_what_was_spent_is_known(store: SqliteStore):
    first = House(store)
    budget = await first.put(100)
    await first.budgets.reserve(claim("a", 60))
    house_spent = receipt("b", 30)
    first.budgets.end(house_spent)
    await first.written()
    await first.book.close()
    second = House(store)
    assert len(await second.rows("reservations")) == 1
    assert second.rules.release() == 1
    assert await second.rows("reservations") == []
    assert await second.standing(budget) == (30, 0)
    await second.book.close()


async def test_a_change_holds_at_once_and_keeps_what_was_spent(house: House):
    budget = await house.put(100)
    await house.budgets.reserve(claim("a", 60))
    changed = await house.put(70)
    assert changed.id == budget.id
    with pytest.raises(BudgetSpent):
        await house.budgets.reserve(claim("b", 11))
    await house.rules.drop_budget(budget.id)
    house.budgets.drop(budget.id)
    assert not house.budgets.governs("key_ann", "law", "auto", ["away"])
    assert (await house.budgets.reserve(claim("c", 9999))).amount == 0
    house.budgets.end(receipt("a", 60))
    for table in ("budgets", "accounts", "reservations"):
        assert await house.rows(table) == []


@pytest.mark.parametrize(
    ("scope", "subject", "governed"),
    [
        ("key", "key_ann", True),
        ("team", "law", True),
        ("route", "auto", True),
        ("target", "away", True),
        ("key", "x", False),
    ],
)
async def test_a_budget_governs_what_it_is_set_on(house: House, scope, subject, governed):
    await house.put(100, scope, subject)
    assert house.budgets.governs("key_ann", "law", "auto", ["home", "away"]) is governed
    assert not house.budgets.governs("key_bob", None, "other", ["home"])


async def test_a_soft_limit_is_told_once_a_period_and_not_again_after_a_start(store: SqliteStore):
    house = House(store)
    budget = await house.put(100, warn_at=0.5)
    house.budgets.end(receipt("none", 10))
    await house.standing(budget)
    for name, cost in (("a", 49), ("b", 1), ("c", 20)):
        house.budgets.end(receipt(name, cost))
    assert [(standing.spent, standing.budget.id) for standing in house.near] == [(50, budget.id)]
    await house.written()
    await house.book.close()
    again = House(store)
    assert await again.standing(budget) == (70, 0)
    again.budgets.end(receipt("d", 5))
    assert again.near == []
    await again.book.close()


async def test_a_ledger_that_cannot_write_grants_nothing(house: House, monkeypatch: pytest.MonkeyPatch):
    await house.put(100)
    monkeypatch.setattr(Book, "trouble", property(lambda _: "the disk is full"))
    with pytest.raises(Unavailable, match="the disk is full"):
        await house.budgets.reserve(claim("a", 1))


async def test_a_request_that_is_cancelled_while_it_asks_holds_nothing(house: House):
    budget = await house.put(100)
    asking = asyncio.create_task(house.budgets.reserve(claim("a", 60)))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await house.standing(budget) == (0, 0)
    assert (await house.budgets.reserve(claim("b", 100))).amount == 100


async def test_many_wait_for_one_opening(house: House):
    await house.put(100)
    granted = await asyncio.gather(
        *[house.budgets.reserve(claim(f"e{n}", 10)) for n in range(20)], return_exceptions=True
    )
    assert sum(not isinstance(each, BudgetSpent) for each in granted) == 10
