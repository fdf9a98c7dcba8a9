"""Which single input would make a claim true, and at what value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from freehold.plan.draws import Case
from freehold.plan.quantity import Quantity
from freehold.plan.requests import Floats

POINTS = 401
"""Where a figure is looked at between a lever's ends; between two of them it is taken for straight."""

SMOOTH = 0.005
"""A figure that moves by more of itself than this within a hundred-thousandth of a lever does not move, it leaps."""

Figure = Callable[[Case], Floats]
"""The claim's figure in each world of a case, shape (draws,)."""


@dataclass(frozen=True)
class Lever:
    """Inputs that move together from one end to the other."""

    kind: str
    """``batch``, ``cached``, ``range`` of an input, or ``far`` beyond one."""
    inputs: tuple[Quantity, ...]
    start: tuple[float, ...]
    end: tuple[float, ...]

    def at(self, share: Floats) -> Iterator[tuple[Quantity, Floats]]:
        """Every input at a share of the way, shape of `share`."""
        for quantity, start, end in zip(self.inputs, self.start, self.end, strict=True):
            yield quantity, start + share * (end - start)


@dataclass(frozen=True)
class Pull:
    """What a lever does to a figure."""

    lever: Lever
    reach: tuple[float, float] | None
    """From which to which value of its first input the claim is true; `None`: nowhere."""
    at_end: float
    """The figure with the lever at its end."""
    way: float = 0.0
    """How much of the lever's length lies between its first input as it is and `reach`."""


def pulls(levers: Sequence[Lever], figure: Figure, base: Case, low: float, high: float) -> list[Pull]:
    """Each lever alone, over `base`, a case of one world: where the figure is from `low` to `high`."""
    if not levers:
        return []

    def look(closer: Lever) -> Floats:
        return np.asarray(_figures([closer], figure, base)[0])

    found = []
    for lever, row in zip(levers, _figures(levers, figure, base), strict=True):
        reach = _reach(lever, row, low, high) or _passed(lever, row, look, low, high)
        found.append(Pull(lever, reach, float(row[-1]), _way(lever, reach, float(base[lever.inputs[0]][0, 0]))))
    return found


def _figures(levers: Sequence[Lever], figure: Figure, base: Case) -> Floats:
    """The figure at every point of every lever, shape (levers, `POINTS`)."""
    share = np.linspace(0.0, 1.0, POINTS)
    worlds = base.take(np.zeros(POINTS * len(levers), int))
    for place, lever in enumerate(levers):
        for quantity, values in lever.at(share):
            worlds = worlds.with_part(quantity, slice(place * POINTS, (place + 1) * POINTS), values)
    return np.asarray(figure(worlds).reshape(len(levers), POINTS))


def _way(lever: Lever, reach: tuple[float, float] | None, now: float) -> float:
    if reach is None:
        return 0.0
    return abs(min(max(now, reach[0]), reach[1]) - now) / abs(lever.end[0] - lever.start[0])


def _reach(lever: Lever, figures: Floats, low: float, high: float) -> tuple[float, float] | None:
    """The longest stretch of a lever in which the claim is true, its ends interpolated."""
    inside = np.flatnonzero((figures >= low) & (figures <= high))
    if not inside.size:
        return None
    runs = np.split(inside, np.flatnonzero(np.diff(inside) > 1) + 1)
    run = max(runs, key=len)
    ends = [_edge(figures, run[0], run[0] - 1, low, high), _edge(figures, run[-1], run[-1] + 1, low, high)]
    return _span(lever, ends)


def _passed(
    lever: Lever, figures: Floats, look: Callable[[Lever], Floats], low: float, high: float
) -> tuple[float, float] | None:
    """Where the figure passes all of the claim from one point to the next, as one number is passed: looked at closely.

    A figure that leaps over the claim, since machines come whole, is nowhere within it.
    """
    for place in _leaps(figures, low, high):
        closer = _between(lever, place)
        near = look(closer)
        if reach := _reach(closer, near, low, high):
            return reach
        for before in _leaps(near, low, high):
            step = near[before + 1] - near[before]
            if abs(step) <= SMOOTH * abs(near[before]):
                return _span(closer, [before + (border - near[before]) / step for border in (low, high)])
    return None


def _leaps(figures: Floats, low: float, high: float) -> list[int]:
    """The points after which the figure is on the other side of the claim."""
    below, above = figures < low, figures > high
    return np.flatnonzero((below[:-1] & above[1:]) | (above[:-1] & below[1:])).tolist()


def _between(lever: Lever, place: int) -> Lever:
    """The part of a lever from one of its points to the next."""
    start, end = (
        tuple(first + at / (POINTS - 1) * (last - first) for first, last in zip(lever.start, lever.end, strict=True))
        for at in (place, place + 1)
    )
    return Lever(lever.kind, lever.inputs, start, end)


def _span(lever: Lever, places: Sequence[float]) -> tuple[float, float]:
    """Values of the first input at places between points, the lower one first."""
    values = [lever.start[0] + place / (POINTS - 1) * (lever.end[0] - lever.start[0]) for place in places]
    return min(values), max(values)


def _edge(figures: Floats, inside: int, outside: int, low: float, high: float) -> float:
    """The place between two points of the grid at which the figure passes an end of the claim."""
    if not 0 <= outside < len(figures) or not np.isfinite(figures[outside]):
        return float(inside)
    border = high if figures[outside] > high else low
    step = (border - figures[inside]) / (figures[outside] - figures[inside])
    return float(inside + step * (outside - inside))
