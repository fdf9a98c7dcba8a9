"""Traffic that was seen, request by request: summed as it is read, so that a month takes no more memory than two hours.

Nothing is filled in and nothing smoothed. What a plan needs of it is the volume, the means, the shape of the week and
the busiest hour as it was.
"""

from __future__ import annotations

import heapq
from array import array
from datetime import datetime

import msgspec
import numpy as np

from freehold.plan.requests import Floats, Requests

HOUR_S = 3_600.0
GAP_SHARE = 0.05
"""Of the whole span: a longer silence between two requests is told."""
GAP_S = 60.0
"""A shorter one never is."""
_GAPS = 8
MOST_HOURS = 24 * 366 * 3
"""Three years; what claims to be longer has a wrong time in it."""


class Gap(msgspec.Struct, frozen=True, order=True):
    """A silence."""

    seconds: float
    row: int
    """Of the request that ended it."""


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen."""

    first: datetime
    """When the first request came, on the clock that its times are written in."""
    seconds: float
    """From the first request to the last, both with a mean gap's half about them."""
    requests: int
    prompt: float
    """Tokens of a request, on average."""
    answer: float
    cached_share: float | None
    """Of all prompt tokens; `None` where nobody counted."""
    hourly: Floats
    """Requests in each hour since the first, shape (hours,), the last seldom whole."""
    busiest: Requests
    """The hour with the most requests, as it was; all there is, where that is less than an hour."""
    gaps: tuple[Gap, ...]
    """The longest silences, the longest first, of those longer than `GAP_SHARE` of the span."""

    @property
    def days(self) -> float:
        """How long it lasted."""
        return self.seconds / 86_400

    @property
    def requests_a_day(self) -> float:
        """On average; of less than a day, as if it went on like this."""
        return self.requests / self.days


class Observer:
    """Is shown requests one by one, in the order of their times."""

    def __init__(self, source: str, *, cached: bool) -> None:
        """`cached`: whether cached tokens are counted at all."""
        self._source = source
        self._counts_cached = cached
        self._start = self._last = 0.0
        self._first: datetime | None = None
        self._sums = [0.0, 0.0, 0.0]
        self._hours: list[int] = []
        self._current, self._most = _Hour(), _Hour()
        self._gaps: list[Gap] = []
        self.requests = 0

    def add(self, at: float, clock: datetime | None, prompt: float, answer: float, cached: float, row: int) -> None:
        """One request: seconds on any clock, no less than the last; `clock` is needed of the first alone.

        Raises `ValueError` for a time more than three years after the first.
        """
        if self.requests == 0:
            self._start, self._first = at, clock
        else:
            self._note(at - self._last, row)
        hour = int((at - self._start) // HOUR_S)
        if hour >= MOST_HOURS:
            raise ValueError("is more than three years after the first")
        while len(self._hours) < hour:
            self._turn()
        self._last = at
        self.requests += 1
        self._sums[0] += prompt
        self._sums[1] += answer
        self._sums[2] += cached
        self._current.add(at, prompt, answer, cached)

    def done(self) -> Observed:
        """What was seen; raises `ValueError` where that is less than two requests at two times."""
        span = self._last - self._start
        if self.requests < 2 or span <= 0 or self._first is None:
            raise ValueError("fewer than two requests at different times tell nothing of a rate")
        self._turn()
        seconds = span * self.requests / (self.requests - 1)
        hourly = np.array(self._hours, float)
        return Observed(
            first=self._first,
            seconds=seconds,
            requests=self.requests,
            prompt=self._sums[0] / self.requests,
            answer=self._sums[1] / self.requests,
            cached_share=self._sums[2] / self._sums[0] if self._counts_cached and self._sums[0] else None,
            hourly=hourly,
            busiest=self._busiest(seconds),
            gaps=tuple(sorted((gap for gap in self._gaps if gap.seconds > max(GAP_S, GAP_SHARE * span)), reverse=True)),
        )

    def _busiest(self, seconds: float) -> Requests:
        """Of less than an hour, the whole; else the hour from its beginning, which is whole hours after the first."""
        at = self._most.at[0]
        start = self._start + (at - self._start) // HOUR_S * HOUR_S
        return self._most.requests(start, min(HOUR_S, seconds), self._source)

    def _note(self, seconds: float, row: int) -> None:
        if seconds <= GAP_S:
            return
        if len(self._gaps) < _GAPS:
            heapq.heappush(self._gaps, Gap(seconds, row))
        else:
            heapq.heappushpop(self._gaps, Gap(seconds, row))

    def _turn(self) -> None:
        """The hour is over: count it, and keep it if it is the busiest so far."""
        self._hours.append(len(self._current.at))
        if len(self._current.at) > len(self._most.at):
            self._most = self._current
        self._current = _Hour()


class _Hour:
    """The requests of one hour."""

    def __init__(self) -> None:
        self.at, self.prompt, self.answer, self.cached = array("d"), array("d"), array("d"), array("d")

    def add(self, at: float, prompt: float, answer: float, cached: float) -> None:
        self.at.append(at)
        self.prompt.append(prompt)
        self.answer.append(answer)
        self.cached.append(cached)

    def requests(self, start: float, seconds: float, source: str) -> Requests:
        """Those from `start` on, as a sample of so many seconds."""
        return Requests(
            at=np.array(self.at) - start,
            prompt=np.array(self.prompt),
            answer=np.array(self.answer),
            cached=np.array(self.cached),
            seconds=seconds,
            source=source,
        )
