"""What a request may spend: a pure decision over its claim and the accounts that would have to pay.

Targets whose own budget cannot pay for them are left out first. Then, where a budget that says ``owned`` cannot pay for
the rest, the hosted ones. What is left must fit every other budget, or there is nothing to grant.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from freehold.core.limits import MOST, Claim, Granted, Worst
from freehold.core.money import Nanodollars
from freehold.core.record import Refusal
from freehold.ledger.limits.account import Account

RULE = "budget"
"""The word of `Refusal.rule` for want of money."""


class Spent(Exception):
    """No target is left that may be paid for. `account` is the one that stands in the way; `needed`, what it lacks."""

    def __init__(self, account: Account, needed: Nanodollars) -> None:
        super().__init__(account.budget.id)
        self.account = account
        self.needed = needed


class Grant(msgspec.Struct, frozen=True):
    """What to tell the request, and what each account holds for it."""

    granted: Granted
    holds: tuple[tuple[Account, Nanodollars], ...]


def total(worst: Sequence[Worst]) -> Nanodollars:
    """The most that a request can cost at these targets: one that fails in part is paid, and the next one too."""
    if len(worst) == 1:
        return worst[0].amount
    return Nanodollars(min(sum(each.amount for each in worst), MOST))


def grant(claim: Claim, shared: Sequence[Account], own: Sequence[Account]) -> Grant:
    """Decide over a claim; raises `Spent`.

    `shared` pay for the request whichever target answers: its key's, team's and route's budgets. `own` are budgets of
    its targets, and each pays for its own alone.
    """
    refusals: list[Refusal] = []
    left = list(claim.worst)
    for account in own:
        target = account.budget.subject
        for each in [each for each in left if each.target == target and not _pays(account, each.amount)]:
            left.remove(each)
            refusals.append(_refusal(each, account))
            if not left:
                raise Spent(account, each.amount)
    needed = total(left)
    for account in shared:
        if account.budget.when_spent == "owned" and not _pays(account, needed):
            refusals += [_refusal(each, account) for each in left if not each.owned]
            left = [each for each in left if each.owned]
            if not left:
                raise Spent(account, needed)
            needed = total(left)
    for account in shared:
        if account.budget.when_spent == "refuse" and not _pays(account, needed):
            raise Spent(account, needed)
    holds = [(account, needed) for account in shared]
    if own:
        amounts = {each.target: each.amount for each in left}
        paying = [account for account in own if account.budget.subject in amounts]
        holds += [(account, amounts[account.budget.subject]) for account in paying]
    return Grant(Granted(needed, tuple(refusals)), tuple(holds))


def _pays(account: Account, amount: int) -> bool:
    """Whether it can hold so much back. What costs nothing needs no money, even of a budget that is overdrawn."""
    return amount <= 0 or amount <= account.left


def _refusal(worst: Worst, account: Account) -> Refusal:
    budget = account.budget
    whose = "its" if budget.scope == "target" else f"the {budget.scope}'s"
    return Refusal(worst.target, RULE, f"{whose} budget for the {budget.period} cannot pay for the most it may cost")
