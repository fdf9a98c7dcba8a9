"""One budget in one period: what was spent of it, and what requests under way hold back."""

from __future__ import annotations

from freehold.core.limits import Budget
from freehold.core.money import Nanodollars
from freehold.ledger.limits.periods import Span


class Account:
    """In memory; what it says decides. `held` is the sum of all holds, each under its exchange."""

    __slots__ = ("budget", "held", "holds", "span", "spent", "warned")

    def __init__(self, budget: Budget, span: Span, spent: int = 0, *, warned: bool = False) -> None:
        self.budget = budget
        """As it stands now; replaced when it is changed."""
        self.span = span
        self.spent = spent
        self.warned = warned
        """Its soft limit was told of, and is told of no more in this period."""
        self.holds: dict[str, int] = {}
        self.held = 0

    @property
    def left(self) -> Nanodollars:
        """What may still be held back; below zero where more was spent than the budget is now."""
        return self.budget.amount - self.spent - self.held  # type: ignore[return-value]  # a sum of money is one

    def hold(self, exchange: str, amount: int) -> None:
        """Hold so much back for an exchange."""
        self.holds[exchange] = self.holds.get(exchange, 0) + amount
        self.held += amount

    def release(self, exchange: str) -> int:
        """Free what an exchange held, and say how much that was."""
        amount = self.holds.pop(exchange, 0)
        self.held -= amount
        return amount

    def near(self) -> bool:
        """Whether its soft limit is reached and was not told of yet."""
        share = self.budget.warn_at
        return share is not None and not self.warned and self.spent > 0 and self.spent >= share * self.budget.amount
