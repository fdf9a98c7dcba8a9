"""Runs a sample of traffic through replicas of a server and says what each request waited."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from operator import attrgetter

import numpy as np

from freehold.plan.queue.replica import Replica
from freehold.plan.queue.scheduler import USUAL
from freehold.plan.queue.steps import Speed, steps
from freehold.plan.requests import Floats, Requests

_HELD = attrgetter("held")


@dataclass(frozen=True)
class Served:
    """What came of each request; arrays have the shape (n,), in the order of arrival. Seconds."""

    at: Floats
    """When it came."""
    ttft_s: Floats
    """From then to its first token."""
    tpot_s: Floats
    """For each further token on average; 0 where there is none."""
    end: Floats
    """When it had its last token."""
    busy: float
    """Share of the time, from the beginning to the last answer, that a replica worked; mean over replicas."""
    concurrency: float
    """Mean number of requests there, waiting or served, in the same time."""

    @property
    def stay_s(self) -> Floats:
        """From arrival to last token."""
        return self.end - self.at

    def after(self, count: int) -> Served:
        """The same without the first so many requests; `busy` and `concurrency` are still those of all."""
        kept = {name: getattr(self, name)[count:] for name in ("at", "ttft_s", "tpot_s", "end")}
        return replace(self, **kept)


def simulate(
    serving: Speed, requests: Requests, replicas: int, slots: int, speed: float = 1.0, budget: int = USUAL.tokens
) -> Served:
    """Serve `requests` on so many replicas, each with at most `slots` requests at once.

    A request goes to the replica that has the fewest when it comes, and stays there. `speed` is the true speed over
    that which `serving` says; `budget` the tokens of a step. Nothing is refused: who comes too early waits. The same
    arguments give the same answer.
    """
    count = len(requests)
    first, end = [0.0] * count, [0.0] * count
    tables = steps(serving, requests, slots, speed)
    engines = [Replica(tables, slots, budget, first, end) for _ in range(replicas)]
    for request, at in enumerate(requests.at.tolist()):
        for engine in engines:
            if engine.due < at:
                engine.advance(at)
        least = engines[0] if replicas == 1 else min(engines, key=_HELD)
        least.take(request, at)
    for engine in engines:
        engine.advance(math.inf)
    firsts, ends = np.array(first), np.array(end)
    more, lasted = np.array(tables.answer) - 1, float(ends.max())
    return Served(
        at=requests.at,
        ttft_s=firsts - requests.at,
        tpot_s=(ends - firsts) / np.maximum(more, 1),
        end=ends,
        busy=sum(engine.busy_s for engine in engines) / (replicas * lasted),
        concurrency=float(np.sum(ends - requests.at)) / lasted,
    )
