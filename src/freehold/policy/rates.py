"""Rates: how many requests and tokens in any sixty seconds, and how many requests at once, by key, team and route.

A request must find room under all of them at once, or it is counted under none. Its tokens are counted by estimate when
it begins and put right when it ends, at the moment at which they were taken. What is refused counts for nothing. A
target's own rates are kept where targets are asked. For one event loop.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable

from freehold.core.errors import RateLimited
from freehold.core.limits import Allowance, Entry, Quota, Rate, Scope
from freehold.policy.windows import MINUTE, Taking, Window

Clock = Callable[[], float]

_AGAIN = 1.0
"""Seconds after which a request that finds too many at once may come again; when one of them ends is not known."""


class _Count:
    """What one thing has under way and has done in the last minute, against its rate."""

    __slots__ = ("busy", "rate", "requests", "tokens")

    def __init__(self, rate: Rate, clock: Clock) -> None:
        self.requests = Window(0, MINUTE, clock)
        self.tokens = Window(0, MINUTE, clock)
        self.busy = 0
        self.limit(rate)

    def limit(self, rate: Rate) -> None:
        """Go on by another rate; what was counted stays counted."""
        self.rate = rate
        self.requests.limit = rate.requests or 0
        self.tokens.limit = rate.tokens or 0

    def lacks(self, tokens: int, now: float) -> tuple[float, str] | None:
        """Seconds until there is room for a request of so many tokens, and of what there is none; `None`: there is."""
        rate, found = self.rate, []
        if rate.parallel is not None and self.busy >= rate.parallel:
            found.append((_AGAIN, f"{rate.parallel} requests at once"))
        if rate.requests is not None and (wait := self.requests.wait(1, now)) > 0.0:
            found.append((wait, f"{rate.requests} requests a minute"))
        if rate.tokens is not None and (wait := self.tokens.wait(tokens, now)) > 0.0:
            found.append((wait, f"{rate.tokens} tokens a minute"))
        return max(found) if found else None

    def take(self, tokens: int, now: float) -> Taking | None:
        """Count a request in; what `lacks` allowed."""
        self.busy += 1
        if self.rate.requests is not None:
            self.requests.book(1, now)
        return None if self.rate.tokens is None else self.tokens.book(tokens, now)

    def free(self, taking: Taking | None, tokens: int) -> None:
        """The request is over, and came to so many tokens."""
        self.busy -= 1
        if taking is not None:
            self.tokens.amend(taking, tokens)


class Pace:
    """All rates that are set, and what is counted against them."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._counts: dict[tuple[Scope, str], _Count] = {}
        self._under_way: dict[str, list[tuple[_Count, Taking | None]]] = {}

    @property
    def rates(self) -> list[Rate]:
        """Those that are set."""
        return [count.rate for count in self._counts.values()]

    def set(self, rates: Iterable[Rate]) -> None:
        """Have these rates and no others, from the next request on."""
        before, self._counts = self._counts, {}
        for rate in rates:
            count = before.get((rate.scope, rate.subject))
            if count is None:
                count = _Count(rate, self._clock)
            else:
                count.limit(rate)
            self._counts[rate.scope, rate.subject] = count

    def standing(self, scope: Scope, subject: str) -> tuple[Allowance, int]:
        """What is left of one rate, and the requests under way; raises `KeyError` where none is set."""
        count = self._counts[scope, subject]
        return _allowance([count], self._clock()), count.busy

    def governs(self, key: str, team: str | None, route: str) -> bool:
        """Whether any rate holds for such a request."""
        counts = self._counts
        if not counts:
            return False
        return ("key", key) in counts or ("route", route) in counts or (team is not None and ("team", team) in counts)

    def begin(self, entry: Entry) -> Allowance:
        """Count a request in, and say what is left; raises `RateLimited`, and then nothing was counted."""
        counts = self._holding(entry.key, entry.team, entry.route)
        if not counts:
            return Allowance()
        now = self._clock()
        lacking = [(lack, count) for count in counts if (lack := count.lacks(entry.tokens, now)) is not None]
        if lacking:
            (wait, what), count = max(lacking, key=lambda each: each[0])
            raise _limited(count.rate, what, wait, entry.tokens, _allowance(counts, now))
        self._under_way[entry.exchange] = [(count, count.take(entry.tokens, now)) for count in counts]
        return _allowance(counts, now)

    def end(self, exchange: str, tokens: int) -> None:
        """A request is over, and came to so many tokens. One that was never counted in changes nothing."""
        for count, taking in self._under_way.pop(exchange, ()):
            count.free(taking, tokens)

    def _holding(self, key: str, team: str | None, route: str) -> list[_Count]:
        subjects: tuple[tuple[Scope, str | None], ...] = ("key", key), ("team", team), ("route", route)
        counts = self._counts
        return [counts[subject] for subject in subjects if subject in counts] if counts else []


def _allowance(counts: list[_Count], now: float) -> Allowance:
    return Allowance(
        _tightest([count.requests.standing(now) for count in counts if count.rate.requests is not None]),
        _tightest([count.tokens.standing(now) for count in counts if count.rate.tokens is not None]),
    )


def _tightest(quotas: list[Quota]) -> Quota | None:
    if len(quotas) == 1:
        return quotas[0]
    return min(quotas, key=lambda quota: (quota.remaining, quota.limit), default=None)


def _limited(rate: Rate, what: str, wait: float, tokens: int, allowance: Allowance) -> RateLimited:
    whose = "this key" if rate.scope == "key" else f"{rate.scope} {rate.subject!r}"
    if math.isinf(wait):
        text = f"{whose} may have {what}, and this request counts for {tokens}; shorten it, or ask for fewer max_tokens"
        # It would not pass later either, yet a caller that waits for a window does the least harm.
        return RateLimited(text, retry_after=MINUTE, allowance=allowance)
    return RateLimited(f"{whose} is at its limit of {what}", retry_after=wait, allowance=allowance)
