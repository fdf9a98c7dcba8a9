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

STEP = 1.05
"""The grid of x = load / speed is geometric, with 1 on it."""
SPEEDS = (0.1, 0.25, 0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0, 3.5, 10.0, 100.0)
"""Where the load that is borne is looked for; between two of them it is interpolated."""
ROWS = (1, 2, 4, 8, 16)
"""Numbers of replicas that are simulated, where the sample is long enough."""
LEAST_SHARE = 0.01
"""Of the load that so many replicas could carry, were any wait allowed; less than this is taken for none."""
POOLED = 0.85
"""Replicas together bear about as much as so many apart, or more: where the search begins."""


class Table:
    """Simulations of one server under one workload."""

    def __init__(
        self,
        serving: Speed,
        room: int,
        requests: Requests,
        objectives: Objectives,
        scheduler: Scheduler = USUAL,
    ) -> None:
        """`room`: requests that memory holds at once."""
        self.serving = serving
        self.scheduler = scheduler
        self.slots = min(room, scheduler.sequences)
        self.objectives = objectives
        self.requests = sample(requests)
        self._needed: dict[tuple[int, int], float] = {}
        self._borne: dict[tuple[int, float], float] = {}
        self._busy: dict[int, float] = {}
        self.alone = self._alone()
        """The speed that the asked share of the requests needs though nobody else is there."""
        self.most = self._most()
        """Load over speed that one replica carries when any wait is allowed."""

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """Numbers of replicas that are simulated: those of `ROWS` that the requests before the sample can fill."""
        speed = next((edge for edge in SPEEDS if edge >= max(self.alone, 1.0)), SPEEDS[-1])
        borne = self._at(1, speed)
        crowd = self.run(1, borne).concurrency if borne else 0.0
        return tuple(count for count in ROWS if count == 1 or count * crowd <= len(self.requests) / WARM)

    def run(self, replicas: int, ratio: float, slots: int | None = None) -> Served:
        """The sample at load / speed = `ratio`, its end before it so that it begins as it goes on; times at speed 1."""
        requests, warm = warmed(at_load(self.requests, ratio))
        served = simulate(self.serving, requests, replicas, slots or self.slots, budget=self.scheduler.tokens)
        return replace(served, ttft_s=served.ttft_s[warm:], tpot_s=served.tpot_s[warm:])

    def borne(self, replicas: int, speed: Floats) -> Floats:
        """The greatest load / speed at which so many replicas, one of `ROWS`, keep the objectives; 0 for none.

        Any shape. A concave function's chords lie below it, so what is read off between two speeds is rather too
        little.
        """
        low, high = float(np.min(speed)), float(np.max(speed))
        edges = [edge for at, edge in enumerate(SPEEDS) if edge > self.alone and _near(at, low, high)]
        if not edges:
            return np.zeros(speed.shape)
        knots = [self.alone, *edges] if edges[0] == _first_above(self.alone) else edges
        loads = [0.0 if knot == self.alone else self._at(replicas, knot) for knot in knots]
        return np.interp(speed, knots, loads)

    def busy(self, ratio: Floats) -> Floats:
        """Share of the time that one replica works at load / speed = `ratio`; any shape."""
        shares = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7)
        if not self._busy:
            self._busy = {at: self.run(1, share * self.most).busy for at, share in enumerate(shares)}
        ratios = [share * self.most for share in (0.0, *shares, 1.0)]
        return np.interp(ratio, ratios, [0.0, *self._busy.values(), 1.0])

    def _at(self, replicas: int, speed: float) -> float:
        """`borne` at one speed."""
        if (replicas, speed) not in self._borne:
            self._borne[replicas, speed] = self._search(replicas, speed)
        return self._borne[replicas, speed]

    def _search(self, replicas: int, speed: float) -> float:
        """Bisection over the grid; what is returned has been simulated and holds."""
        low = math.ceil(_steps_to(replicas * self.most * LEAST_SHARE))
        high = math.floor(_steps_to(replicas * self.most))
        if replicas > 1 and (single := self._at(1, speed)):
            near = math.floor(_steps_to(replicas * single * POOLED))
            low = near if low < near and self._needs(replicas, near) <= speed else low
        if self._needs(replicas, low) > speed:
            return 0.0
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._needs(replicas, middle) <= speed else (low, middle - 1)
        return float(STEP**low)

    def _needs(self, replicas: int, step: int) -> float:
        """The speed that the asked share of the requests needs at load / speed = `STEP` to the power of `step`."""
        if (replicas, step) not in self._needed:
            served = self.run(replicas, STEP**step)
            self._needed[replicas, step] = needed(served.ttft_s, served.tpot_s, self.objectives)
        return self._needed[replicas, step]

    def _alone(self) -> float:
        requests = self.requests
        first = np.asarray(self.serving.prefill_s(requests.prompt, requests.cached), float)
        middle = requests.prompt + requests.answer / 2
        each = np.where(requests.answer > 1, self.serving.step_s(np.ones(len(requests)), middle), 0.0)
        return needed(first, each, self.objectives)

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


def _steps_to(ratio: float) -> float:
    return math.log(ratio) / math.log(STEP)


def _first_above(speed: float) -> float:
    return next((edge for edge in SPEEDS if edge > speed), math.inf)


def _near(at: int, low: float, high: float) -> bool:
    """Whether the edge is between these speeds, or the next below or above them."""
    below = SPEEDS[at + 1] if at + 1 < len(SPEEDS) else math.inf
    above = SPEEDS[at - 1] if at else 0.0
    return below > low and above < high
