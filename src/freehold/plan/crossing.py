"""Where one option becomes the cheaper for good, in many worlds at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from freehold.plan.draws import interval
from freehold.plan.requests import Floats
from freehold.plan.result import Interval

Flags = NDArray[np.bool_]
Places = NDArray[np.int_]

MOST = 0.5
"""Share of the draws that must cross for a break-even to be stated where the world of values itself has none."""


def lasting(dearer: Flags) -> tuple[Places, Places]:
    """Between which places of a rising grid an option becomes the cheaper one for good.

    `dearer`: shape (worlds, n), whether it costs more there. Returns the places before and after, shape (worlds,), both
    -1 where there are none: where it is dearer at the end, or nowhere. Machines come in steps, so that an option may be
    cheaper for a while before; that is not counted.
    """
    last = dearer.shape[1] - 1 - np.argmax(dearer[:, ::-1], axis=1)
    none = ~dearer.any(axis=1) | dearer[:, -1]
    return np.where(none, -1, last), np.where(none, -1, last + 1)


def halved(low: Floats, high: Floats, dearer: Callable[[Floats], Flags], steps: int) -> Floats:
    """The bracket of each world, halved in its logarithm so often: its upper end, where `dearer` is false."""
    low, high = np.log(low), np.log(high)
    for _ in range(steps):
        middle = (low + high) / 2
        still = dearer(np.exp(middle))
        low, high = np.where(still, middle, low), np.where(still, high, middle)
    return np.asarray(np.exp(high))


def straight(values: Floats, difference: Floats, before: Places) -> Floats:
    """Where a straight line from place `before` to the next is zero, in each world; not a number where that is -1.

    `difference`: shape (worlds, n), on a grid of `values`, shape (n,).
    """
    worlds = np.arange(len(before))
    left, right = difference[worlds, before], difference[worlds, before + 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        at = values[before] + (values[before + 1] - values[before]) * left / (left - right)
    return np.where(before < 0, np.nan, at)


def stated(at: Floats) -> Interval | None:
    """The interval of a crossing: about that of the first world, or of the draws, the others, where most have one.

    The first world's lies within it: where machines come in steps, it may be outside of what nine draws in ten say.
    """
    drawn = at[1:][np.isfinite(at[1:])]
    if np.isfinite(at[0]):
        found = interval(drawn if drawn.size else at[:1], float(at[0]))
        return Interval(found.value, min(found.low, found.value), max(found.high, found.value))
    if drawn.size > MOST * (at.size - 1):
        return interval(drawn)
    return None


def possible(at: Floats, most: float = np.inf) -> Floats:
    """Only what can be: finite, not below zero, at most `most`; else not a number."""
    with np.errstate(invalid="ignore"):
        return np.where(np.isfinite(at) & (at >= 0) & (at <= most), at, np.nan)
