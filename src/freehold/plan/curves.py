"""What each option costs at other volumes: a grid of requests a day, even in their logarithm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from freehold.plan.costing import Costing
from freehold.plan.draws import Case, inputs, interval, over, with_values
from freehold.plan.requests import Floats
from freehold.plan.result import Curve

DECADES = 2
"""On each side of the scenario's own volume."""
A_DECADE = 8
"""Steps of the grid."""
FINE = 512
"""The same in the world of values alone: machines come one by one, and a step that is dearer may be over soon."""


@dataclass(frozen=True)
class Grid:
    """Months over volumes; the first world has every input at its value, the others are draws."""

    volumes: Floats
    """Requests a day, rising, shape (n,)."""
    months: dict[str, Floats]
    """By option, shape (1 + draws, n)."""


def volumes(costing: Costing, a_decade: int = A_DECADE) -> Floats:
    """The requests a day that are looked at: a hundredth to a hundred times the scenario's."""
    middle = costing.scenario.workload.requests_a_day.value
    return np.asarray(middle * np.logspace(-DECADES, DECADES, 2 * DECADES * a_decade + 1))


def grid(costing: Costing, names: Iterable[str], case: Case) -> Grid:
    """Every option's month at every volume, in the world of values and in those of `case`."""
    at = volumes(costing)
    worlds = over(with_values(case, inputs(costing.scenario)), costing.scenario.workload.requests_a_day.path, at)
    shape = (case.draws + 1, len(at))
    return Grid(at, {name: costing.month(name, worlds).reshape(shape) for name in names})


def fine(costing: Costing, names: Iterable[str]) -> Grid:
    """Every option's month at many more volumes, in the world of values alone."""
    at = volumes(costing, FINE)
    worlds = over(Case(), costing.scenario.workload.requests_a_day.path, at)
    return Grid(at, {name: costing.month(name, worlds)[None, :] for name in names})


def curves(found: Grid) -> tuple[Curve, ...]:
    """Each option's month against the volume, with its interval; where none can be had the curve ends."""
    made = []
    for option, months in found.months.items():
        reached = [place for place in range(len(found.volumes)) if np.isfinite(months[0, place])]
        points = tuple(interval(months[1:, place], float(months[0, place])) for place in reached)
        made.append(Curve(option=option, requests_a_day=tuple(found.volumes[reached].tolist()), month=points))
    return tuple(made)
