"""An exact sliding window: so much in any sixty seconds, whenever one begins to count.

Each taking is kept with its moment until the window has moved past it, so that neither a fixed grid's double burst nor
a leaky bucket's smoothing occurs. That costs some 100 bytes a taking of the last minute, and no more takings are kept
than the limit allows, beside what `amend` raises. Knows nothing of whom it counts for. For one event loop.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable

import msgspec

from freehold.core.limits import Quota

MINUTE = 60.0


class Taking(msgspec.Struct, gc=False):
    """What was taken at one moment; `amend` changes how much it was."""

    at: float
    amount: int


class Window:
    """At most `limit` in any `seconds`: a taking at moment t counts in [t, t + seconds).

    `limit` may be changed at any time and holds from then on; what was taken stays taken.
    """

    __slots__ = ("_clock", "_seconds", "_takings", "_used", "limit")

    def __init__(self, limit: int, seconds: float = MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._seconds = seconds
        self._clock = clock
        self._takings: deque[Taking] = deque()
        self._used = 0

    def take(self, amount: int = 1) -> float:
        """Take so much and return 0.0; or take nothing, and return the seconds until it could be taken.

        They are infinite where `amount` is above the limit.
        """
        wait = self.wait(amount)
        if wait <= 0.0:
            self.book(amount)
        return wait

    def wait(self, amount: int = 1, now: float | None = None) -> float:
        """The seconds until so much could be taken, 0.0 where it could now; takes nothing.

        `now`, here and below: what the clock says, for who asks several windows at once.
        """
        now = self._move(now)
        excess = self._used + amount - self.limit
        if excess <= 0:
            return 0.0
        for taking in self._takings:
            excess -= taking.amount
            if excess <= 0:
                return taking.at + self._seconds - now
        return math.inf

    def book(self, amount: int = 1, now: float | None = None) -> Taking:
        """Take so much whether or not there is room, and return it, to be amended."""
        taking = Taking(self._move(now), amount)
        self._takings.append(taking)
        self._used += amount
        return taking

    def amend(self, taking: Taking, amount: int) -> None:
        """Say what a taking came to in truth; where the window has moved past it, nothing changes."""
        if taking.at + self._seconds > self._move():
            self._used += amount - taking.amount
        taking.amount = amount

    def give_back(self, amount: int = 1) -> None:
        """Undo the latest takings, up to so much of them."""
        self._move()
        while amount > 0 and self._takings:
            latest = self._takings[-1]
            undone = min(amount, latest.amount)
            latest.amount -= undone
            self._used -= undone
            amount -= undone
            if latest.amount == 0:
                self._takings.pop()

    def standing(self, now: float | None = None) -> Quota:
        """How it stands now: what is left, and the seconds until all of it is."""
        now = self._move(now)
        reset = self._takings[-1].at + self._seconds - now if self._takings else 0.0
        return Quota(self.limit, max(0, self.limit - self._used), reset)

    def _move(self, now: float | None = None) -> float:
        """Let go what lies before the window; the moment it is."""
        if now is None:
            now = self._clock()
        takings = self._takings
        while takings and takings[0].at + self._seconds <= now:
            self._used -= takings.popleft().amount
        return now
