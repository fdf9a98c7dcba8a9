"""The limits that are set, as rows: read at the start, changed by the ledger's writer, known to who decides at once."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing

import msgspec

from freehold.core.errors import NotFound, Unavailable
from freehold.core.limits import Budget, Rate, Scope
from freehold.ledger.limits.rows import (
    read_budgets,
    read_rates,
    release_all,
    remove_budget,
    remove_rate,
    save_budget,
    save_rate,
)

Work = Callable[[sqlite3.Connection], None]

_PATIENCE = 5.0
"""Seconds for which a change is waited for."""


class Rules:
    """All budgets and rates of one database. A change holds once its row is written, and only then."""

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        do: Callable[[Callable[[sqlite3.Connection], bool]], None],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """`do` hands work to the ledger's writer, which repeats it where it fails; `changed` is called after each."""
        self._connect = connect
        self._do = do
        self._changed = changed
        self._turn = asyncio.Lock()
        """One change at a time, so that no two make a budget of one subject."""
        with closing(connect()) as connection:
            self.budgets = {budget.id: budget for budget in read_budgets(connection)}
            self.rates = {(rate.scope, rate.subject): rate for rate in read_rates(connection)}

    def release(self) -> int:
        """Free what an earlier run left held back; says of how many requests. Call before the first of this run."""
        with closing(self._connect()) as connection:
            return release_all(connection)

    async def put_budget(self, budget: Budget) -> Budget:
        """Have a budget; where there is one of its scope, subject and period, that one is changed, and keeps its id."""
        same = (budget.scope, budget.subject, budget.period)
        async with self._turn:
            earlier = [each.id for each in self.budgets.values() if (each.scope, each.subject, each.period) == same]
            name = earlier[0] if earlier else f"budget_{secrets.token_hex(6)}"
            budget = msgspec.structs.replace(budget, id=name)
            now = time.time_ns()
            await self._change(
                lambda connection: save_budget(connection, budget, now), lambda: self.budgets.update({name: budget})
            )
        return budget

    async def drop_budget(self, budget_id: str) -> Budget:
        """Remove a budget, with what was counted for it; raises `NotFound`."""
        budget = self.budgets.get(budget_id)
        if budget is None:
            raise NotFound(f"there is no budget {budget_id[:100]!r}")
        async with self._turn:
            await self._change(
                lambda connection: remove_budget(connection, budget_id), lambda: self.budgets.pop(budget_id, None)
            )
        return budget

    async def put_rate(self, rate: Rate) -> None:
        """Have a rate, in place of any that its subject had."""
        async with self._turn:
            await self._change(
                lambda connection: save_rate(connection, rate),
                lambda: self.rates.update({(rate.scope, rate.subject): rate}),
            )

    async def drop_rate(self, scope: Scope, subject: str) -> Rate:
        """Remove a rate; raises `NotFound`."""
        rate = self.rates.get((scope, subject))
        if rate is None:
            raise NotFound(f"no rate is set on {scope} {subject[:100]!r}")
        async with self._turn:
            await self._change(
                lambda connection: remove_rate(connection, scope, subject),
                lambda: self.rates.pop((scope, subject), None),
            )
        return rate

    async def _change(self, work: Work, know: Callable[[], object]) -> None:
        """Have the writer do it, whole, and then know of it here.

        Raises `Unavailable` where it is not done in time; should it be later, it holds from then on.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()

        def tell() -> None:
            know()
            self._changed()
            if not done.done():
                done.set_result(None)

        def chore(connection: sqlite3.Connection) -> bool:
            connection.execute("BEGIN IMMEDIATE")
            try:
                work(connection)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            if not loop.is_closed():
                loop.call_soon_threadsafe(tell)
            return False

        self._do(chore)
        try:
            await asyncio.wait_for(done, _PATIENCE)
        except TimeoutError:
            raise Unavailable("the ledger does not take the change at the moment", retry_after=_PATIENCE) from None
