"""A gate before each target: so many at a time, a short queue, and a circuit breaker.

The breaker opens after `FAILURES` failures in a row, for `OPEN_SECONDS`, doubled each time it opens again without a
success between, up to `OPEN_LIMIT`; then one request is let through to see. (Nygard, "Release It!", 2007, names the
pattern.) Only failures that say something of the target's health count; a refused request or a rate limit does not.
An answer that breaks off counts as a failure; one that its caller leaves counts as a success, since it had begun.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from freehold.core.errors import TIMEOUTS, AttemptFailed, Fault
from freehold.core.target import Target

FAILURES = 5
OPEN_SECONDS = 5.0
OPEN_LIMIT = 120.0

_UNHEALTHY = TIMEOUTS | {Fault.CONNECT, Fault.SERVER, Fault.PROTOCOL, Fault.BROKEN, Fault.AUTH}


class Visit:
    """One request inside a gate, which tells the gate how it goes."""

    def __init__(self, gate: Gate, *, probe: bool) -> None:
        self._gate = gate
        self._probe = probe
        self._answered = False
        self._failed = False

    def answered(self) -> None:
        """The first event has come: others need not wait for this request to see whether the target answers."""
        self._answered = True
        self._end_probe()
        self._gate.reopen()

    def failed(self, fault: Fault) -> None:
        """The target failed in this way."""
        if fault in _UNHEALTHY and not self._failed:
            self._failed = True
            self._gate.count_failure(probe=self._probe)

    def end(self) -> None:
        """The request is over, however it went."""
        self._end_probe()
        if self._answered and not self._failed:
            self._gate.count_success()

    def _end_probe(self) -> None:
        if self._probe:
            self._gate.probing = False


class Gate:
    """The gate of one target. For one event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._busy = 0
        self._queue: deque[asyncio.Future[None]] = deque()
        self._failures = 0
        self._opened = 0
        self._until = 0.0
        self.probing = False
        """A request is inside to see whether the target has recovered."""

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

    @property
    def queued(self) -> int:
        """Requests waiting for a place."""
        return sum(not place.done() for place in self._queue)

    def enter(self, target: Target) -> Entrance:
        """Be inside for as long as a request lasts; raises `AttemptFailed` (``breaker_open`` or ``queue_full``)."""
        return Entrance(self, target)

    async def admit(self, target: Target) -> Visit:
        """Wait for a place and take it; `dismiss` gives it back. Raises as `enter` does."""
        self._check_breaker(target)
        await self._take_place(target)
        try:
            self._check_breaker(target)  # It may have opened while this request stood in the queue.
        except AttemptFailed:
            self._leave()
            raise
        probe = self.state == "half-open"
        self.probing = self.probing or probe
        return Visit(self, probe=probe)

    def dismiss(self, visit: Visit) -> None:
        """The request of this visit is over, however it went."""
        visit.end()
        self._leave()

    def reopen(self) -> None:
        """The target answers again: let requests pass, yet open the breaker at the next failure."""
        self._failures = min(self._failures, FAILURES - 1)

    def count_success(self) -> None:
        """An answer went well."""
        self._failures = self._opened = 0

    def count_failure(self, *, probe: bool) -> None:
        """A request failed for want of the target's health."""
        if self.state != "closed" and not probe:
            return  # It began before the breaker opened; what it tells is known.
        self._failures += 1
        if self._failures >= FAILURES:
            self._until = self._clock() + min(OPEN_LIMIT, OPEN_SECONDS * 2**self._opened)
            self._opened += 1

    def _check_breaker(self, target: Target) -> None:
        state = self.state
        if state == "open" or (state == "half-open" and self.probing):
            wait = max(0.0, self._until - self._clock())
            raise AttemptFailed(
                Fault.BREAKER,
                f"{target.name} failed {self._failures} times in a row and is left alone for {wait:.0f} s",
                retry_after=wait,
            )

    async def _take_place(self, target: Target) -> None:
        limits = target.limits
        if self._busy < limits.concurrency:
            self._busy += 1
            return
        if len(self._queue) >= limits.queue:
            raise AttemptFailed(Fault.QUEUE, f"{target.name} has {self._busy} requests running and its queue is full")
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        try:
            async with asyncio.timeout(limits.queue_seconds):
                await place
        except BaseException as error:
            if place.done() and not place.cancelled():
                self._leave()  # The place was handed over in the very moment of giving up.
            with suppress(ValueError):  # One that leaves may have found it given up, and taken it out.
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


class Entrance:
    """A request's way into a gate and out of it; `leave` may be called without waiting, and twice."""

    __slots__ = ("_gate", "_target", "_visit")

    def __init__(self, gate: Gate, target: Target) -> None:
        self._gate = gate
        self._target = target
        self._visit: Visit | None = None

    async def __aenter__(self) -> Visit:
        self._visit = visit = await self._gate.admit(self._target)
        return visit

    async def __aexit__(self, *_: object) -> None:
        self.leave()

    def leave(self) -> None:
        """Give the place to the next."""
        visit, self._visit = self._visit, None
        if visit is not None:
            self._gate.dismiss(visit)


class Gates:
    """The gates of all targets, by name."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._gates: dict[str, Gate] = {}

    def of(self, target: Target) -> Gate:
        """The gate of this target."""
        gate = self._gates.get(target.name)
        if gate is None:
            gate = self._gates[target.name] = Gate(self._clock)
        return gate

    def states(self) -> dict[str, str]:
        """Each known target's breaker state."""
        return {name: gate.state for name, gate in self._gates.items()}
