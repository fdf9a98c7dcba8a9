"""A gate before each target: so many at a time, a short queue, and a circuit breaker.

The breaker opens after `FAILURES` failures in a row, for `OPEN_SECONDS`, doubled each time it opens again without a
success between, up to `OPEN_LIMIT`; then one request is let through to see. (Nygard, "Release It!", 2007, names the
pattern.) Only failures that say something of the target's health count; a refused request or a rate limit does not.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from freehold.core.errors import TIMEOUTS, AttemptFailed, Fault
from freehold.core.target import Target

FAILURES = 5
OPEN_SECONDS = 5.0
OPEN_LIMIT = 120.0

_UNHEALTHY = TIMEOUTS | {Fault.CONNECT, Fault.SERVER, Fault.PROTOCOL, Fault.BROKEN, Fault.AUTH}


class Gate:
    """The gate of one target. For one event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._busy = 0
        self._queue: deque[asyncio.Future[None]] = deque()
        self._failures = 0
        self._opened = 0
        self._until = 0.0
        self._probing = False

    @property
    def state(self) -> str:
        """``closed`` (requests pass), ``open`` or ``half-open``."""
        if self._failures < FAILURES:
            return "closed"
        return "open" if self._clock() < self._until else "half-open"

    @property
    def busy(self) -> int:
        """Requests inside."""
        return self._busy

    @asynccontextmanager
    async def enter(self, target: Target) -> AsyncIterator[None]:
        """Be inside for as long as a request lasts; raises `AttemptFailed` (``breaker_open`` or ``queue_full``)."""
        self._check_breaker(target)
        await self._take_place(target)
        try:
            yield
        finally:
            self._leave()

    def succeeded(self) -> None:
        """The target answered: close the breaker."""
        self._failures = self._opened = 0
        self._probing = False

    def failed(self, fault: Fault) -> None:
        """The target failed in this way."""
        self._probing = False
        if fault not in _UNHEALTHY:
            return
        self._failures += 1
        if self._failures >= FAILURES:
            self._until = self._clock() + min(OPEN_LIMIT, OPEN_SECONDS * 2**self._opened)
            self._opened += 1

    def abandoned(self) -> None:
        """The request was left before it could tell anything."""
        self._probing = False

    def _check_breaker(self, target: Target) -> None:
        state = self.state
        if state == "closed":
            return
        if state == "open" or self._probing:
            wait = max(0.0, self._until - self._clock())
            raise AttemptFailed(
                Fault.BREAKER,
                f"{target.name} failed {self._failures} times in a row and is left alone for {wait:.0f} s",
                retry_after=wait,
            )
        self._probing = True

    async def _take_place(self, target: Target) -> None:
        limits = target.limits
        if self._busy < limits.concurrency:
            self._busy += 1
            return
        if len(self._queue) >= limits.queue:
            self.abandoned()
            raise AttemptFailed(Fault.QUEUE, f"{target.name} has {self._busy} requests running and its queue is full")
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        try:
            async with asyncio.timeout(limits.queue_seconds):
                await place
        except BaseException as error:
            self.abandoned()
            if place.done() and not place.cancelled():
                self._leave()  # The place was handed over in the very moment of giving up.
            else:
                self._queue.remove(place)
            if isinstance(error, TimeoutError):
                raise AttemptFailed(
                    Fault.QUEUE, f"no place at {target.name} came free within {limits.queue_seconds:g} s"
                ) from None
            raise

    def _leave(self) -> None:
        while self._queue:
            place = self._queue.popleft()
            if not place.done():
                place.set_result(None)  # The place passes on; the number inside stays.
                return
        self._busy -= 1


class Gates:
    """The gates of all targets, by name."""

    def __init__(self) -> None:
        self._gates: dict[str, Gate] = {}

    def of(self, target: Target) -> Gate:
        """The gate of this target."""
        gate = self._gates.get(target.name)
        if gate is None:
            gate = self._gates[target.name] = Gate()
        return gate

    def states(self) -> dict[str, str]:
        """Each known target's breaker state."""
        return {name: gate.state for name, gate in self._gates.items()}
