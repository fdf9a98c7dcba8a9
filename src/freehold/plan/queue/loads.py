"""What users see at each load of a given number of replicas, and what asks for the last of them."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
from msgspec import structs

from freehold.plan.queue.simulate import Served
from freehold.plan.queue.table import Table, needed
from freehold.plan.requests import Floats
from freehold.plan.result import Interval, LoadPoint

SHARES = (0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.9, 1.0, 1.1)
"""Of the load that replicas carry when any wait is allowed, where the curve has its points."""

RUNGS = tuple(2 ** (-rung / 8) for rung in range(96))
"""Of the same, the loads at which replicas are looked at beside the planned one: they do not move with it."""
BELOW = 0.5
"""Of the planned load, how far down they are looked at so closely."""

MORE = 8
"""Times as many requests at once as the engine takes on by default: whether its default is what binds."""


class Loads:
    """One server at one speed."""

    def __init__(self, table: Table, speed: float) -> None:
        self._table = table
        self._speed = speed

    def point(self, replicas: int, load: float) -> LoadPoint | None:
        """At one load; `None` of no replicas. More than are simulated are seen as some of them, at a share of it."""
        if not replicas:
            return None
        served = self._run(replicas, load)
        ttft, tpot = served.ttft_s / self._speed, served.tpot_s / self._speed
        table = self._table
        share = max(replicas / table.rows[-1], 1.0)
        return LoadPoint(
            requests_a_second=load * table.requests.rate,
            ttft_s=_spread(ttft),
            tpot_s=_spread(tpot),
            concurrency=served.concurrency * share,
            holds=needed(ttft, tpot, table.objectives) <= 1,
        )

    def curve(self, replicas: int) -> tuple[LoadPoint, ...]:
        """From little to more than they can carry, the busiest hour among them.

        Each point has the longest times of all loads up to its own: who comes in a quiet minute of the busiest hour
        sees those of that minute. They are longer where answers are so short that what reads one's own prompt with
        many others' does so before one's first token, and with few others' prompts between one's tokens.
        """
        carried = self._carried(replicas)
        loads = sorted({1.0, *(share * carried for share in SHARES)}) if replicas else []
        points = [point for load in loads if (point := self.point(replicas, load))]
        return tuple(accumulate(points, _worse))

    def keep(self, replicas: int, load: float) -> bool:
        """Whether so many replicas keep the objectives at a load and at lesser ones.

        The lesser ones are the same whatever the load is, so that more load is not kept by luck with fewer replicas.
        """
        carried = self._carried(replicas)
        near = [rung * carried for rung in RUNGS if BELOW * load <= rung * carried < load]
        loads = [load, *near, *(share * carried for share in SHARES if share * carried < load)]
        return all(point.holds for each in loads if (point := self.point(replicas, each)))

    def bound_by(self, replicas: int) -> str:
        """What one replica fewer does not keep in the busiest hour."""
        if why := self.alone_too_slow():
            return why
        if replicas <= 1:
            return "one is enough"
        fewer = self._run(replicas - 1, 1.0)
        table = self._table
        if table.slots < table.scheduler.sequences:
            if self._kept_with(table.scheduler.sequences, replicas - 1):
                return "memory"
        elif table.slots < table.room and self._kept_with(min(table.room, MORE * table.slots), replicas - 1):
            return f"requests at once: {table.slots}, as the engine has it unless told otherwise, and memory for more"
        first = _kept(fewer.ttft_s, table.objectives.ttft_s, self._speed)
        each = _kept(fewer.tpot_s, table.objectives.tpot_s, self._speed)
        return "time to first token" if first <= each else "time per token"

    def _kept_with(self, slots: int, replicas: int) -> bool:
        """Whether so many replicas kept the objectives in the busiest hour, were there so many slots in each."""
        roomy = self._table.run(*self._scaled(replicas, 1.0), slots=slots)
        return needed(roomy.ttft_s, roomy.tpot_s, self._table.objectives) <= self._speed

    def alone_too_slow(self) -> str:
        """Which objective a request breaks though nobody else is there, with the numbers; empty where none is."""
        table = self._table
        if self._speed >= table.alone:
            return ""
        goals = table.objectives
        first, each = (seconds / self._speed for seconds in table.lone())
        of_first, of_each = _kept(first, goals.ttft_s, 1.0), _kept(each, goals.tpot_s, 1.0)
        name, seconds, goal = "time per token", each, goals.tpot_s
        if of_first <= of_each:
            name, seconds, goal = "time to first token", first, goals.ttft_s
        took = float(np.quantile(seconds, goals.percentile))
        return (
            f"{name}: a request that is alone takes {took:.3g} s at the {goals.percentile:.0%} mark, and the objective "
            f"is {goal:g} s, so no number of replicas keeps it"
        )

    def _carried(self, replicas: int) -> float:
        """The load that so many carry when any wait is allowed."""
        return replicas * self._table.most * self._speed

    def _run(self, replicas: int, load: float) -> Served:
        return self._table.run(*self._scaled(replicas, load))

    def _scaled(self, replicas: int, load: float) -> tuple[int, float]:
        """So many replicas as are simulated, and load over speed for them."""
        count = min(replicas, self._table.rows[-1])
        return count, load / self._speed * count / replicas


def _kept(seconds: Floats, goal: float | None, speed: float) -> float:
    """Share of the requests that keep one objective."""
    return 1.0 if goal is None else float(np.mean(seconds / speed <= goal))


def _worse(lesser: LoadPoint, point: LoadPoint) -> LoadPoint:
    """A point with the longer times of the two."""
    return structs.replace(
        point,
        ttft_s=_longer(lesser.ttft_s, point.ttft_s),
        tpot_s=_longer(lesser.tpot_s, point.tpot_s),
        concurrency=max(lesser.concurrency, point.concurrency),
        holds=lesser.holds and point.holds,
    )


def _longer(one: Interval, other: Interval) -> Interval:
    return Interval(value=max(one.value, other.value), low=max(one.low, other.low), high=max(one.high, other.high))


def _spread(seconds: Floats) -> Interval:
    low, middle, high = np.quantile(seconds, [0.05, 0.5, 0.95])
    return Interval(value=float(middle), low=float(low), high=float(high))
