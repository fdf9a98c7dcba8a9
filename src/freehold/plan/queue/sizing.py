"""How many replicas the busiest hour needs, for ten thousand worlds at once, from a table of simulations."""

from __future__ import annotations

from functools import cached_property
from typing import Protocol

import numpy as np

from freehold.plan.capacity.memory import Room
from freehold.plan.queue.headroom import HeadRoom
from freehold.plan.queue.loads import Loads
from freehold.plan.queue.scheduler import USUAL, Scheduler
from freehold.plan.queue.steps import Speed
from freehold.plan.queue.table import Table
from freehold.plan.requests import Floats
from freehold.plan.result import Sizing
from freehold.plan.scenario import Objectives, Server, Workload

TRIES = 8
"""Replicas more than twice those looked up that are tried at the most."""


class Serving(Speed, Protocol):
    """A server's speed, and what is known of it."""

    @property
    def evidence(self) -> str:
        """In a sentence."""
        ...


class Sizer:
    """Sizes one server for one workload. It simulates what is asked for, and remembers it.

    Loads are multiples of the first month's busiest hour. Arguments may have any shapes that spread over one another.

    The number comes from simulations of 1, 2, 4, 8 and 16 replicas, each at up to fourteen loads. Between two loads
    the speed that they need is interpolated by chords, which lie above it since it is convex; between two numbers
    of replicas, what one of them bears; and above the last number it is what one bears there. The more replicas
    there are, the better they share their work (square-root staffing), so all three rather ask for too many. Of 400
    loads and speeds, for up to ten replicas, 390 came to the number found by simulating one after the other, nine
    to one more, one to one fewer: it lay within 3 % of the load, and one or two in a hundred requests more than
    allowed missed the objectives. At forty replicas it is up to a tenth too many.
    """

    def __init__(
        self,
        serving: Serving,
        room: Room,
        workload: Workload,
        objectives: Objectives,
        *,
        months: int = 1,
        scheduler: Scheduler = USUAL,
        before_s: float = 0.0,
        speed: float = 1.0,
    ) -> None:
        """`room` at the mean length of a request; `months` of the plan, whose last one `sizing` speaks of as well.

        `before_s`: seconds from a request's arrival to the first work on it, where nobody else is there. `speed`: that
        which is planned with, at which the number for the first and the last month's busiest hour is simulated itself.
        """
        self._serving = serving
        self._room = room
        self._table = Table(serving, room.slots, workload.busiest, objectives, scheduler, before_s)
        self._head_room = HeadRoom(workload.busiest, objectives.percentile)
        self._last_load = (1 + workload.growth_a_month.value) ** (months - 1)
        self._speed = speed

    def replicas(self, load: Floats | float, speed: Floats | float) -> Floats:
        """Replicas that keep the objectives, without spares; infinite where no number does."""
        pace = np.asarray(speed, float)
        found = self._looked_up(np.asarray(load, float), pace)
        for least, count in self._simulated:
            # No world that asks for as much, or more, of a server that is no faster gets by with fewer.
            harder = (np.asarray(load) >= least * (1 - 1e-9)) & (pace <= self._speed * (1 + 1e-9))
            found = np.where(harder, np.maximum(found, count), found)
        return found

    @cached_property
    def _simulated(self) -> tuple[tuple[float, float], ...]:
        """Loads that are planned for, and the fewest replicas, from what is looked up on, that keep them if simulated.

        Infinite where twice as many and `TRIES` more do not: then others' prompts are not what breaks the objective.
        """
        loads, speed = Loads(self._table, self._speed), np.asarray(self._speed)
        found = []
        for load in sorted({1.0, self._last_load}):
            first = float(self._looked_up(np.asarray(load), speed))
            if not np.isfinite(first):
                continue
            tried = range(int(first), 2 * int(first) + TRIES)
            found.append((load, next((float(count) for count in tried if loads.keep(count, load)), np.inf)))
        return tuple(found)

    def _looked_up(self, load: Floats, pace: Floats) -> Floats:
        """The same from the table alone."""
        ratio = load / pace
        rows = self._rows(ratio, pace)
        short = np.ones(ratio.shape)
        for count in range(1, max(rows) + 1):
            short += _between(rows, count) < ratio
        last = max(rows)
        borne = np.broadcast_to(rows[last], ratio.shape) / last
        with np.errstate(divide="ignore", invalid="ignore"):
            beyond = np.where(borne > 0, np.ceil(ratio / borne - 1e-9), np.inf)
        found = np.where(short <= last, short, beyond)
        return np.where(np.broadcast_to(pace < self._table.alone, found.shape), np.inf, found)

    def busy(self, load: Floats | float, speed: Floats | float, replicas: Floats | float) -> Floats:
        """Share of the time in which each of so many replicas works, 0 to 1; 0 of none and of infinitely many."""
        count = np.asarray(replicas, float)
        ratio = np.asarray(load, float) / np.asarray(speed, float)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(count > 0, self._table.busy(np.nan_to_num(ratio / count)), 0.0)

    def extra_for_start(self, minutes: Floats | float) -> Floats:
        """By what the load is to be multiplied so that there is room for what it grows while a replica starts."""
        return self._head_room.factor(np.asarray(minutes, float))

    def impossible(self, speed: float = 1.0, *, given: bool = False) -> str:
        """Why no number of replicas keeps the objectives, with the numbers; empty where some number does.

        `given`: the number is not asked for, and only what a lone request cannot keep counts.
        """
        if why := Loads(self._table, speed).alone_too_slow():
            return why
        if given or np.all(np.isfinite(self.replicas(1.0, speed))):
            return ""
        return (
            "no number of replicas that was tried keeps the objectives in the busiest hour, though a request that is "
            "alone does: the requests come in bursts, and what reads one's prompt holds up the answer of another"
        )

    def sizing(self, server: Server) -> Sizing:
        """At the server's own speed, for a reader."""
        speed = server.speed.value
        loads = Loads(self._table, speed)
        asked = self.replicas(1.0, speed), self.replicas(self._last_load, speed)
        given = server.replicas
        first, last = (given if given is not None else _finite(each) for each in asked)
        curve = loads.curve(first)
        return Sizing(
            replicas=first + server.spares,
            spares=server.spares,
            gpus=(first + server.spares) * server.gpus,
            replicas_last_month=last + server.spares,
            utilisation=float(self.busy(1.0, speed, float(first))),
            bound_by=loads.bound_by(first),
            memory=self._room.sentence,
            evidence=self._serving.evidence,
            loads=curve,
            peak=next((point for point in curve if point.requests_a_second == self._table.requests.rate), None),
        )

    def _rows(self, ratio: Floats, speed: Floats) -> dict[int, Floats]:
        """What so many replicas bear, of the shape of `speed`: up to the number that bears all that is asked."""
        found: dict[int, Floats] = {}
        for count in self._table.rows:
            found[count] = self._table.borne(count, speed)
            if np.all(found[count] >= ratio):
                break
        return found


def _between(rows: dict[int, Floats], count: int) -> Floats:
    """What `count` replicas bear: each as much as one of them does among the next fewer and the next more simulated."""
    if count in rows:
        return rows[count]
    below = max(each for each in rows if each < count)
    above = min(each for each in rows if each > count)
    part = (count - below) / (above - below)
    return count * ((1 - part) * rows[below] / below + part * rows[above] / above)


def _finite(replicas: Floats) -> int:
    return int(replicas) if np.isfinite(replicas) else 0
