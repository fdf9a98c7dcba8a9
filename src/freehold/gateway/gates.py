"""A gate before each target: so many at a time, so much a minute, a short and fair queue, and a circuit breaker.

The breaker opens after `FAILURES` failures in a row, for `OPEN_SECONDS`, doubled each time it opens again without a
success between, up to `OPEN_LIMIT`; then one request is let through to see. (Nygard, "Release It!", 2007, names the
pattern.) Only failures that say something of the target's health count; a refused request or a rate limit does not.
An answer that breaks off counts as a failure; one that its caller leaves counts as a success, since it had begun.

A target's rates are counted as a request goes in, its tokens as they are reckoned by then, and set right when it is
over. A request that is larger than the rate takes all of it. One that finds no room is not kept waiting: another target
may have some.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from freehold.core.errors import TIMEOUTS, AttemptFailed, Fault
from freehold.core.target import Target
from freehold.gateway.waiting import Waiting
from freehold.policy.windows import Taking, Window

FAILURES = 5
OPEN_SECONDS = 5.0
OPEN_LIMIT = 120.0

_UNHEALTHY = TIMEOUTS | {Fault.CONNECT, Fault.SERVER, Fault.PROTOCOL, Fault.BROKEN, Fault.AUTH}


class Visit(Protocol):
    """One request inside a gate, which tells the gate how it goes."""

    def answered(self) -> None:
        """The first event has come: others need not wait for this request to see whether the target answers."""
        ...

    def failed(self, fault: Fault) -> None:
        """The target failed in this way."""
        ...

    def used(self, tokens: int) -> None:
        """So many tokens it came to, in and out."""
        ...


class Door(Protocol):
    """A gate, wherever it is kept."""

    async def admit(self, target: Target, key: str, tokens: int) -> Visit:
        """Wait for a place and take it; `dismiss` gives it back.

        Raises `AttemptFailed` (``breaker_open``, ``queue_full`` or ``rate_limited``).
        """
        ...

    def dismiss(self, visit: Visit) -> None:
        """The request of this visit is over, however it went."""
        ...


class Doors(Protocol):
    """The gates of all targets."""

    def enter(self, target: Target, key: str, tokens: int) -> Entrance:
        """The way in for a request of this key; `tokens` are reckoned where the target has a rate of them."""
        ...


class _Visit:
    """A request inside a gate of this process."""

    __slots__ = ("_answered", "_failed", "_gate", "_probe", "_taking")

    def __init__(self, gate: Gate, *, probe: bool, taking: Taking | None) -> None:
        self._gate = gate
        self._probe = probe
        self._taking = taking
        self._answered = False
        self._failed = False

    def answered(self) -> None:
        self._answered = True
        self._end_probe()
        self._gate.reopen()

    def failed(self, fault: Fault) -> None:
        if fault in _UNHEALTHY and not self._failed:
            self._failed = True
            self._gate.count_failure(probe=self._probe)

    def used(self, tokens: int) -> None:
        if self._taking is not None:
            self._gate.amend(self._taking, tokens)

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
        self._room = 0
        """Places, as whoever came last knows the target."""
        self._queue = Waiting()
        self._requests: Window | None = None
        self._tokens: Window | None = None
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
        return len(self._queue)

    def enter(self, target: Target, key: str = "", tokens: int = 0) -> Entrance:
        """Be inside for as long as a request lasts; raises `AttemptFailed` as `admit` does."""
        return Entrance(self, target, key, tokens)

    async def admit(self, target: Target, key: str = "", tokens: int = 0) -> Visit:
        """Wait for a place and take it; `dismiss` gives it back.

        Raises `AttemptFailed` (``breaker_open``, ``queue_full`` or ``rate_limited``).
        """
        visit = self.admit_now(target, tokens)
        if visit is not None:
            return visit
        await self._stand_in_line(target, key)
        # The breaker may have opened meanwhile.
        return self._go_in(target, tokens)

    def admit_now(self, target: Target, tokens: int = 0) -> Visit | None:
        """The same where nobody need be waited for; else `None`, and nothing is taken."""
        room = target.limits.concurrency
        if room != self._room:
            self._room = room
            self._call()  # There may be more places than there were, and those who wait come first.
        if self._busy >= room:
            self._check_breaker(target)
            return None
        self._busy += 1
        return self._go_in(target, tokens)

    def dismiss(self, visit: Visit) -> None:
        """The request of this visit is over, however it went."""
        assert isinstance(visit, _Visit)
        visit.end()
        self._leave()

    def amend(self, taking: Taking, tokens: int) -> None:
        """Say how many tokens a request came to that was counted with an estimate."""
        if self._tokens is not None:
            self._tokens.amend(taking, tokens)

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

    def _go_in(self, target: Target, tokens: int) -> Visit:
        """Begin the visit of a request that has its place; gives that back where it may not go in."""
        limits, taking = target.limits, None
        try:
            self._check_breaker(target)
            if limits.rpm is not None or limits.tpm is not None:
                taking = self._count(target, tokens)
        except AttemptFailed:
            self._leave()
            raise
        probe = self.state == "half-open"
        self.probing = self.probing or probe
        return _Visit(self, probe=probe, taking=taking)

    def _count(self, target: Target, tokens: int) -> Taking | None:
        """Count a request against the target's rates; raises `AttemptFailed` where it is over one of them."""
        requests = self._requests = _window(self._requests, target.limits.rpm, self._clock)
        of_tokens = self._tokens = _window(self._tokens, target.limits.tpm, self._clock)
        tokens = min(tokens, target.limits.tpm or 0)
        wait = max(
            0.0 if requests is None else requests.wait(),
            0.0 if of_tokens is None else of_tokens.wait(tokens),
        )
        if wait > 0.0:
            raise AttemptFailed(
                Fault.RATE_LIMITED,
                f"{target.name} has had what it may get in a minute, and has room in {wait:.0f} s",
                retry_after=wait,
            )
        if requests is not None:
            requests.book()
        return None if of_tokens is None else of_tokens.book(tokens)

    async def _stand_in_line(self, target: Target, key: str) -> None:
        limits = target.limits
        place = self._queue.join(key, limits.queue)
        if place is None:
            raise AttemptFailed(Fault.QUEUE, f"{target.name} has {self._busy} requests running and its queue is full")
        try:
            async with asyncio.timeout(limits.queue_seconds):
                kept = await place
        except BaseException as error:
            if place.done() and not place.cancelled() and place.result():
                self._leave()  # The place was handed over in the very moment of giving up.
            self._queue.leave(key, place)
            if isinstance(error, TimeoutError):
                raise AttemptFailed(
                    Fault.QUEUE, f"no place at {target.name} came free within {limits.queue_seconds:g} s"
                ) from None
            raise
        if not kept:
            raise AttemptFailed(
                Fault.QUEUE, f"the queue of {target.name} is full, and most of those in it are of this key"
            )

    def _leave(self) -> None:
        self._busy -= 1
        self._call()

    def _call(self) -> None:
        """Let in whoever's turn it is, as long as there is a place; it is theirs from now on."""
        while self._busy < self._room and self._queue.next():
            self._busy += 1


def _window(held: Window | None, limit: int | None, clock: Callable[[], float]) -> Window | None:
    """The window of a rate as it is configured now."""
    if limit is None:
        return None
    if held is None:
        return Window(limit, clock=clock)
    held.limit = limit
    return held


class Entrance:
    """A request's way into a gate and out of it; `leave` may be called without waiting, and twice."""

    __slots__ = ("_gate", "_key", "_target", "_tokens", "_visit")

    def __init__(self, gate: Door, target: Target, key: str, tokens: int) -> None:
        self._gate = gate
        self._target = target
        self._key = key
        self._tokens = tokens
        self._visit: Visit | None = None

    async def __aenter__(self) -> Visit:
        self._visit = visit = await self._gate.admit(self._target, self._key, self._tokens)
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

    def enter(self, target: Target, key: str = "", tokens: int = 0) -> Entrance:
        """The way into this target's gate."""
        return Entrance(self.of(target), target, key, tokens)

    def states(self) -> dict[str, str]:
        """Each known target's breaker state."""
        return {name: gate.state for name, gate in self._gates.items()}
