"""A run's own budget: what is held back for answers that are under way, so that together they never cost more.

Where the most that an answer can cost is known, so much is held before it is asked for. Where it is not, because
neither the request nor the target bounds the answer, one is asked for at a time, and as much must be left as the
dearest so far has cost; only an answer dearer than all before it can then go beyond the budget.
"""

from __future__ import annotations

import asyncio

from freehold.core.money import ZERO, Nanodollars, dollars


class Spent(Exception):
    """What is left does not do for another answer; the text says so, for a note."""


class Purse:
    """The money of one run; for one event loop."""

    def __init__(self, budget: Nanodollars | None, spent: Nanodollars) -> None:
        self._budget = budget
        self._spent: int = spent
        self._held: dict[int, int] = {}
        self._dearest = 0
        self._changed = asyncio.Condition()

    async def take(self, place: int, worst: Nanodollars | None) -> Nanodollars:
        """Hold back what the answer for an example can cost, once there is room; raises `Spent` where none will be.

        Returns what it may be expected to cost at the most, so far as that is known.
        """
        async with self._changed:
            while not self._fits(worst):
                if not self._held:
                    raise Spent(self._why(worst))
                await self._changed.wait()
            self._held[place] = self._left() if worst is None else worst
            return Nanodollars(self._dearest) if worst is None else worst

    async def settle(self, place: int, cost: Nanodollars) -> None:
        """The answer is there, or will not come: what it held is free, what it cost is spent."""
        async with self._changed:
            self._held.pop(place, None)
            self._spent += cost
            self._dearest = max(self._dearest, cost)
            self._changed.notify_all()

    def _left(self) -> int:
        return 0 if self._budget is None else self._budget - self._spent - sum(self._held.values())

    def _fits(self, worst: Nanodollars | None) -> bool:
        if self._budget is None:
            return True
        if worst is None:
            return not self._held and self._left() > 0 and self._left() >= self._dearest
        return worst <= self._left()

    def _why(self, worst: Nanodollars | None) -> str:
        left = max(self._left(), ZERO)
        if worst is None:
            return (
                f"of the budget {dollars(left)} US dollars are left, and one answer has cost {dollars(self._dearest)}"
            )
        return (
            f"of the budget {dollars(left)} US dollars are left, and one answer can cost {dollars(worst)}; a lower"
            " max_tokens in the examples lowers that"
        )
