"""Budgets that hold: the accounts of all of them in memory, where one event loop cannot race with itself.

A request is held to the period in which it started, whatever the clock does afterwards. An account is opened at its
first use: from its row, or where it has none, from the attempts on record, so that a budget made in mid-period begins
with what was spent already. What changes an account is handed to the ledger at once, to be written in the transaction
that settles the request.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Collection
from typing import NamedTuple, Protocol

from freehold.core.errors import BudgetSpent, Unavailable
from freehold.core.limits import Budget, Claim, Granted, Receipt
from freehold.core.money import Nanodollars, dollars
from freehold.ledger.limits.account import Account
from freehold.ledger.limits.grant import Spent, grant
from freehold.ledger.limits.periods import Calendar, Span
from freehold.ledger.limits.rows import Hold, open_account

_LOG = logging.getLogger(__name__)

_NOTHING = Granted()

_MOST_REMEMBERED = 4096

_PATIENCE = 5.0
"""Seconds for which an account that is opened waits until what was spent is on disk."""

_SOON = 1.0
"""Seconds after which to come again where what is held back may be free by then."""


class Pen(Protocol):
    """The ledger, as budgets need it: `freehold.ledger.book.Book`."""

    @property
    def trouble(self) -> str | None: ...

    async def flush(self, patience: float) -> bool: ...

    def renew(self, account: Account) -> None: ...

    def hold(self, exchange: str, holds: tuple[Hold, ...]) -> None: ...

    def free(self, exchange: str) -> None: ...


class Standing(NamedTuple):
    """A budget as it stands in one period."""

    budget: Budget
    span: Span
    spent: Nanodollars
    held: Nanodollars

    @property
    def left(self) -> Nanodollars:
        """What nobody has spent or holds; below zero where more was spent than it is."""
        return Nanodollars(self.budget.amount - self.spent - self.held)


AccountKey = tuple[str, int]

_Decision = tuple[Granted, list[tuple[Account, Nanodollars]]]
"""What to tell the request, and what each account holds for it."""


class _Opening:
    """An account that is being read, and what was spent of it meanwhile."""

    def __init__(self) -> None:
        self.done = asyncio.Event()
        self.spent: dict[str, int] = {}
        """By exchange."""


class Budgets:
    """All budgets and their accounts. For one event loop."""

    def __init__(
        self,
        calendar: Calendar,
        pen: Pen,
        reader: Callable[[], sqlite3.Connection],
        near: Callable[[Standing], None] = lambda _standing: None,
    ) -> None:
        """`near` is told once in a period that a budget has come to its soft limit."""
        self.calendar = calendar
        self._pen = pen
        self._reader = reader
        self._near = near
        self._budgets: dict[str, Budget] = {}
        self._of: dict[tuple[str, str | None], list[Budget]] = {}
        """By scope and subject."""
        self._paid_by: dict[tuple[str, str | None, str, tuple[str, ...]], list[Budget]] = {}
        self._accounts: dict[AccountKey, Account] = {}
        self._latest: dict[str, Account] = {}
        """By budget, the account that was used last."""
        self._opening: dict[AccountKey, _Opening] = {}
        self._holding: dict[str, list[Account]] = {}
        """By exchange, the accounts that hold something for it."""

    @property
    def all(self) -> list[Budget]:
        """Every budget, in the order in which they were made."""
        return list(self._budgets.values())

    def put(self, budget: Budget) -> None:
        """Have a budget, or have one of the same id as it is now; holds from the next request on."""
        self._budgets[budget.id] = budget
        for account in self._accounts.values():
            if account.budget.id == budget.id:
                account.budget = budget
        self._sort()

    def drop(self, budget_id: str) -> None:
        """Have a budget no longer."""
        self._budgets.pop(budget_id, None)
        self._latest.pop(budget_id, None)
        for key in [key for key in self._accounts if key[0] == budget_id]:
            for exchange in self._accounts.pop(key).holds:
                self._holding[exchange] = [each for each in self._holding[exchange] if each.budget.id != budget_id]
        self._sort()

    def governs(self, key: str, team: str | None, route: str, targets: Collection[str]) -> bool:
        """Whether any budget would have to pay for such a request."""
        of = self._of
        if not of:
            return False
        if ("key", key) in of or ("route", route) in of or (team is not None and ("team", team) in of):
            return True
        return any(("target", target) in of for target in targets)

    async def reserve(self, claim: Claim) -> Granted:
        """Hold back the most that a request may cost.

        Raises `BudgetSpent` where no target is left that may be paid for, and `Unavailable` where the ledger cannot
        write. From the decision to the hold nothing is awaited, so no two requests are granted the same money.
        """
        targets = tuple([each.target for each in claim.worst])
        budgets = self._paying(claim.key, claim.team, claim.route, targets)
        if not budgets:
            return _NOTHING
        if (trouble := self._pen.trouble) is not None:
            raise _unavailable(trouble)
        accounts = self._open_ones(budgets, claim.started_ns)
        while accounts is None:
            for budget in budgets:
                await self._open(budget, self.calendar.span(budget.period, claim.started_ns))
            budgets = self._paying(claim.key, claim.team, claim.route, targets)
            accounts = self._open_ones(budgets, claim.started_ns)
        return self._grant(claim, accounts)

    def _grant(self, claim: Claim, accounts: list[Account]) -> Granted:
        granted, holds = self._granted_at_once(claim, accounts) or self._decided(claim, accounts)
        holds = [(account, amount) for account, amount in holds if amount > 0]
        if holds:
            for account, amount in holds:
                account.hold(claim.exchange, amount)
            self._holding[claim.exchange] = [account for account, _ in holds]
            self._pen.hold(
                claim.exchange, tuple([(account.budget.id, account.span[0], amount) for account, amount in holds])
            )
        return granted

    @staticmethod
    def _granted_at_once(claim: Claim, accounts: list[Account]) -> _Decision | None:
        """What `grant` decides where one target may be asked and every account can pay, at a third of its cost."""
        if len(claim.worst) > 1:
            return None
        amount = claim.worst[0].amount
        for account in accounts:
            if amount > account.left:
                return None
        return Granted(amount), [(account, amount) for account in accounts]

    def _decided(self, claim: Claim, accounts: list[Account]) -> _Decision:
        shared = [account for account in accounts if account.budget.scope != "target"]
        own = [account for account in accounts if account.budget.scope == "target"]
        try:
            decided = grant(claim, shared, own)
        except Spent as spent:
            raise self._refused(spent.account, spent.needed, claim.started_ns) from None
        return decided.granted, list(decided.holds)

    def end(self, receipt: Receipt) -> None:
        """Free what a request held, and book what it cost."""
        held, holding = 0, self._holding.pop(receipt.exchange, None)
        if holding is not None:
            for account in holding:
                held = max(held, account.release(receipt.exchange))
            self._pen.free(receipt.exchange)
        cost = sum(amount for _, amount in receipt.spent)
        if cost == 0:
            return
        if 0 < held < cost:
            _LOG.warning(
                "request %s cost $%s, more than the $%s that were held back for it: a target counted more than it said"
                " it would take; what it cost is booked",
                receipt.exchange,
                dollars(cost),
                dollars(held),
            )
        spent: dict[str, int] = {}
        for name, amount in receipt.spent:
            spent[name] = spent.get(name, 0) + amount
        for budget in self._paying(receipt.key, receipt.team, receipt.route, tuple(spent)):
            self._book(budget, receipt, spent[budget.subject] if budget.scope == "target" else cost)

    def _book(self, budget: Budget, receipt: Receipt, amount: int) -> None:
        account = self._account(budget, receipt.started_ns)
        if account is not None:
            account.spent += amount
            if budget.warn_at is not None:
                self._look(account)
            self._pen.renew(account)
            return
        key = (budget.id, self.calendar.span(budget.period, receipt.started_ns).starts_ns)
        if (opening := self._opening.get(key)) is not None:
            opening.spent[receipt.exchange] = amount
        # Otherwise it has no row either, and is summed up from what is on record when it is opened.

    async def standing(self, budget: Budget, at_ns: int) -> Standing:
        """A budget in the period of a moment."""
        account = await self._open(budget, self.calendar.span(budget.period, at_ns))
        return _standing(account)

    def standings(self) -> list[Standing]:
        """The accounts that are in use, told without waiting; of each budget the latest."""
        latest = {account.budget.id: account for account in sorted(self._accounts.values(), key=lambda each: each.span)}
        return [_standing(account) for account in latest.values()]

    def _paying(self, key: str, team: str | None, route: str, targets: tuple[str, ...]) -> list[Budget]:
        """The budgets that pay for such a request. Remembered, since the same ones ask again and again."""
        asked = (key, team, route, targets)
        found = self._paid_by.get(asked)
        if found is None:
            subjects = [("key", key), ("team", team), ("route", route), *(("target", target) for target in targets)]
            found = [budget for subject in subjects for budget in self._of.get(subject, ())]
            if len(self._paid_by) >= _MOST_REMEMBERED:
                self._paid_by.clear()
            self._paid_by[asked] = found
        return found

    def _sort(self) -> None:
        self._of = {}
        self._paid_by = {}
        for budget in self._budgets.values():
            self._of.setdefault((budget.scope, budget.subject), []).append(budget)

    def _open_ones(self, budgets: list[Budget], at_ns: int) -> list[Account] | None:
        """Their accounts; `None` where one of them must be opened first."""
        found = []
        for budget in budgets:
            account = self._account(budget, at_ns)
            if account is None:
                return None
            found.append(account)
        return found

    def _account(self, budget: Budget, at_ns: int) -> Account | None:
        """A budget's account at a moment, where it is in memory: nearly always the one that was used last."""
        account = self._latest.get(budget.id)
        if account is None or not account.span[0] <= at_ns < account.span[1]:
            account = self._accounts.get((budget.id, self.calendar.span(budget.period, at_ns).starts_ns))
            if account is not None:
                self._latest[budget.id] = account
        return account

    async def _open(self, budget: Budget, span: Span) -> Account:
        """The account of a budget in one period, read where it is not in memory; raises `Unavailable`."""
        key = (budget.id, span.starts_ns)
        while (account := self._accounts.get(key)) is None:
            opening = self._opening.get(key)
            if opening is not None:
                await opening.done.wait()
                if budget.id not in self._budgets:
                    return Account(budget, span)
                continue
            opening = self._opening[key] = _Opening()
            try:
                account = await self._read(budget, span, opening)
            finally:
                del self._opening[key]
                opening.done.set()
            if budget.id in self._budgets:
                self._forget(budget.id, span)
                self._accounts[key] = account
                self._look(account)
                self._pen.renew(account)
            break
        return account

    async def _read(self, budget: Budget, span: Span, opening: _Opening) -> Account:
        """What the rows say, and what was spent while they were read.

        What ended before was handed to the ledger by then and is written first. What ends meanwhile is counted here;
        a sum of the rows may have it too, so there it is left out.
        """
        written = await self._pen.flush(_PATIENCE)
        if (trouble := self._pen.trouble) is not None or not written:
            raise _unavailable(trouble or "what requests have cost is not written yet")
        try:
            found = await asyncio.to_thread(open_account, self._reader, budget, span, opening.spent)
        except sqlite3.Error as error:
            raise _unavailable(str(error)) from error
        spent = found.spent + sum(opening.spent.values())
        return Account(self._budgets.get(budget.id, budget), span, spent, warned=found.warned)

    def _forget(self, budget_id: str, span: Span) -> None:
        """Let go of earlier accounts that nothing is held in; should one be wanted again, its row has it."""
        over = [
            key
            for key, account in self._accounts.items()
            if key[0] == budget_id and account.span.ends_ns < span.starts_ns and not account.holds
        ]
        self._latest.pop(budget_id, None)
        for key in over:
            del self._accounts[key]

    def _look(self, account: Account) -> None:
        if account.near():
            account.warned = True
            self._near(_standing(account))

    def _refused(self, account: Account, needed: Nanodollars, started_ns: int) -> BudgetSpent:
        budget, renews_ns = account.budget, account.span.ends_ns
        wait = (renews_ns - started_ns) / 10**9
        whose = "this key" if budget.scope == "key" else f"{budget.scope} {budget.subject!r}"
        if needed > budget.amount:
            why = f"is ${dollars(budget.amount)} in all; fewer max_tokens ask for less"
        elif account.spent + needed > budget.amount:
            why = "has not that much left"
        else:
            why = "has that much left only once requests under way have ended"
            wait = _SOON
        return BudgetSpent(
            f"this request may cost up to ${dollars(needed)}, and the {budget.period}'s budget of {whose} {why};"
            f" it renews {self.calendar.words(renews_ns)}",
            retry_after=max(_SOON, wait),
            renews=self.calendar.iso(renews_ns),
        )


def _standing(account: Account) -> Standing:
    return Standing(account.budget, account.span, Nanodollars(account.spent), Nanodollars(account.held))


def _unavailable(trouble: str) -> Unavailable:
    return Unavailable(f"the ledger cannot keep budgets, so nothing may be asked: {trouble}", retry_after=1.0)
