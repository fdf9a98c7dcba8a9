"""The hours of a week in a few levels of load, and how often the load climbs from one to the next.

Ten thousand worlds times 168 hours times 36 months are too many to size one by one. As power systems are planned with a
load-duration curve, so the hours are put in order and cut into levels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

HOURS = 168


@dataclass(frozen=True)
class Level:
    """Hours of about the same load; loads are multiples of the average hour's."""

    hours: int
    """How many of the week."""
    top: float
    """The busiest of them: what machines must be there for."""
    mean: float
    """Of them: what machines work on."""
    rises: int
    """How often in a week an hour of this level or above follows one below it; Monday's first follows Sunday's last."""


@cache
def levels(hours: tuple[float, ...], most: int) -> tuple[Level, ...]:
    """The levels from the quietest to the busiest, at most `most` of the same height.

    Hours without any request belong to none. `hours`: shape (168,), each hour's share of the week's requests.
    """
    over_mean = [share * HOURS / sum(hours) for share in hours]
    peak = max(over_mean)
    # An hour on a border belongs below it, also where a quotient has put it a hair above.
    place = [-1 if load <= 0 else max(math.ceil(round(load / peak * most, 9)), 1) - 1 for load in over_mean]
    found = []
    for level in sorted(set(place) - {-1}):
        within = [load for load, at in zip(over_mean, place, strict=True) if at == level]
        rises = sum(1 for hour in range(HOURS) if place[hour - 1] < level <= place[hour])
        found.append(Level(len(within), max(within), sum(within) / len(within), rises))
    return tuple(found)


def working_days(hours: tuple[float, ...]) -> int:
    """Days of the week on which anybody asks."""
    return sum(1 for day in range(0, HOURS, 24) if sum(hours[day : day + 24]) > 0)


def in_quietest(hours: tuple[float, ...], hours_a_day: float) -> float:
    """Share of the requests that come in the week's quietest hours, as many as machines on `hours_a_day` are off.

    They are off all day where nobody asks.
    """
    off = HOURS - round(hours_a_day * working_days(hours))
    return sum(sorted(hours)[: max(off, 0)]) / sum(hours)
