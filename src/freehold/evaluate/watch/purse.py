"""The day's money for watching. What is spent is counted from the rows at the first look, and by what is told after."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from freehold.evaluate.watch.rows import Kind, WatchRows

_DAY = 86_400 * 10**9
_KINDS: tuple[Kind, ...] = ("audit", "asking")


class Purse:
    """For one event loop. An answer that is under way when the last of it goes may go beyond it; the next does not."""

    def __init__(self, rows: WatchRows, clock: Callable[[], int] = time.time_ns) -> None:
        self._rows = rows
        self._clock = clock
        self._day = -1
        self._spent = 0
        self._asking = asyncio.Lock()

    async def spent(self) -> int:
        """Nanodollars of this day of UTC."""
        async with self._asking:
            today = self._clock() // _DAY
            if today != self._day:
                since = today * _DAY
                self._spent = await asyncio.to_thread(lambda: sum(self._rows.spent(kind, since) for kind in _KINDS))
                self._day = today
            return self._spent

    async def has(self, budget: int) -> bool:
        """Whether something of a budget is left."""
        return await self.spent() < budget

    def pay(self, cost: int) -> None:
        """So much was spent."""
        self._spent += cost
