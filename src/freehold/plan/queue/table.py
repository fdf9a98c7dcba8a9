"""How much load so many replicas bear at a given speed: found by simulation where it is asked for, and kept.

A server that is `speed` times as fast, at `load` times the traffic, is the same server at `load / speed` times the
traffic in a time that runs `speed` times as fast. So one simulation of N replicas at the ratio x = load / speed tells
for every speed whether they do: each request needs a least speed to keep its objectives, and all that is kept is the
speed with which the asked share of the requests keep theirs.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cached_property

import numpy as np

from freehold.plan.queue.scheduler import USUAL, Scheduler
from freehold.plan.queue.simulate import Served, simulate
from freehold.plan.queue.steps import Speed
from freehold.plan.queue.traffic import WARM, at_load, sample, warmed
from freehold.plan.requests import Floats, Requests
from freehold.plan.scenario import Objectives

SHARES = (0.01, 0.03, 0.07, 0.13, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.88, 0.95, 1.0)
"""The grid of x, as shares of what so many replicas could carry, were any wait allowed."""
ROWS = (1, 2, 4, 8, 16)
"""Numbers of replicas that are simulated, where the sample is long enough."""
ROOMY = 1.1
"""Times the speed that a lone request needs: there, or at speed 1, it is looked how many requests meet."""


class Table:
    """Simulations of one server under one workload."""

    def __init__(
        self,
        serving: Speed,
        room: int,
        requests: Requests,
        objectives: Objectives,
        scheduler: Scheduler = USUAL,
        before_s: float = 0.0,
    ) -> None:
        """`room`: requests that memory holds at once. `before_s`: of each request, before the first work on it."""
        self.before_s = before_s
        self.serving = serving
        self.scheduler = scheduler
        self.room = room
        self.slots = min(room, scheduler.sequences)
        self.objectives = objectives
        self.requests = sample(requests)
        self._simulated: dict[tuple[int, int], tuple[float, float]] = {}
        self.alone = self._alone()
        """The speed that the asked share of the requests needs though nobody else is there."""
        self.most = self._most()
        """Load over speed that one replica carries when any wait is allowed."""

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """Numbers of replicas that are simulated: those of `ROWS` that the requests before the sample can fill."""
        borne = float(self.borne(1, np.array(max(1.0, ROOMY * self.alone))))
        crowd = self.run(1, borne).concurrency if borne else 0.0
        return tuple(count for count in ROWS if count == 1 or count * crowd <= len(self.requests) / WARM)

    def run(self, replicas: int, ratio: float, slots: int | None = None) -> Served:
        """The sample at load / speed = `ratio`, its end before it so that it begins as it goes on; times at speed 1."""
        requests, warm = warmed(at_load(self.requests, ratio))
        budget = self.scheduler.tokens
        served = simulate(self.serving, requests, replicas, slots or self.slots, budget=budget).after(warm)
        return replace(served, ttft_s=served.ttft_s + self.before_s)

    def borne(self, replicas: int, speed: Floats) -> Floats:
        """The greatest load / speed at which so many replicas, one of `ROWS`, keep the objectives; 0 for none.

        Any shape. The needed speed is a convex function of the load: its chords lie above it, so what is read off
        between two points of the grid is rather too little. Less than the grid's first point is taken for none.
        """
        span = self._span(replicas, float(np.min(speed)), float(np.max(speed)))
        needs = np.maximum.accumulate([self._seen(replicas, place)[0] for place in span])
        ratios = replicas * self.most * np.take(SHARES, span)
        return np.interp(speed, needs, ratios, left=0.0)

    def busy(self, ratio: Floats) -> Floats:
        """Share of the time that one replica works at load / speed = `ratio`; any shape."""
        busy = [self._seen(1, place)[1] for place in range(len(SHARES))]
        return np.interp(ratio, self.most * np.array([0.0, *SHARES]), [0.0, *busy])

    def _span(self, replicas: int, low: float, high: float) -> range:
        """The grid's points from the last that gets by with the speed `low` to the first that needs `high` or more."""
        first, above, top = 0, len(SHARES) - 1, len(SHARES) - 1
        while first < above:
            middle = (first + above + 1) // 2
            first, above = (middle, above) if self._seen(replicas, middle)[0] <= low else (first, middle - 1)
        last = first
        while last < top and self._seen(replicas, last)[0] < high:
            last += 1
        return range(first, last + 1)

    def _seen(self, replicas: int, place: int) -> tuple[float, float]:
        """At a point of the grid: the speed that the asked share of the requests needs, and how busy replicas are."""
        if (replicas, place) not in self._simulated:
            served = self.run(replicas, replicas * self.most * SHARES[place])
            self._simulated[replicas, place] = needed(served.ttft_s, served.tpot_s, self.objectives), served.busy
        return self._simulated[replicas, place]

    def _alone(self) -> float:
        return needed(*self.lone(), self.objectives)

    def lone(self) -> tuple[Floats, Floats]:
        """Times to the first and for each further token of the sample's requests where nobody else is, at speed 1."""
        requests = self.requests
        first = np.asarray(self.serving.prefill_s(requests.prompt, requests.cached), float)
        middle = requests.prompt + requests.answer / 2
        each = np.where(requests.answer > 1, self.serving.step_s(np.ones(len(requests)), middle), 0.0)
        return first + self.before_s, each

    def _most(self) -> float:
        """From the rate at which answers end when all requests are there at once, first and last tenth left out."""
        times = math.ceil(8 * self.slots / len(self.requests))
        crowd = _all_at_once(self.requests, min(max(times, 1), 8))
        ends = np.sort(simulate(self.serving, crowd, 1, self.slots, budget=self.scheduler.tokens).end)
        first, last = len(ends) // 10, len(ends) - 1 - len(ends) // 10
        return float((last - first) / (ends[last] - ends[first]) / self.requests.rate)


def needed(ttft_s: Floats, tpot_s: Floats, objectives: Objectives) -> float:
    """The least speed at which the asked share of requests keep both objectives, from their times at speed 1."""
    first = ttft_s / (objectives.ttft_s or np.inf)
    each = tpot_s / (objectives.tpot_s or np.inf)
    worst = np.sort(np.maximum(first, each))
    return float(worst[max(math.ceil(objectives.percentile * len(worst)) - 1, 0)])


def _all_at_once(requests: Requests, times: int) -> Requests:
    return replace(
        requests,
        at=np.zeros(len(requests) * times),
        prompt=np.tile(requests.prompt, times),
        answer=np.tile(requests.answer, times),
        cached=np.tile(requests.cached, times),
    )
