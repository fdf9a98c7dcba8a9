"""Which subjects votes compare at all: those that no chain of votes joins are never ranked with one another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from freehold.evaluate.statistics.interval import Floats


def groups(wins: Floats) -> list[list[int]]:
    """Subjects joined by votes, directly or by way of others; the largest group first, each by its numbers."""
    joined = (wins + wins.T) > 0
    left = set(range(len(wins)))
    found = []
    while left:
        reached = _reached(joined, min(left))
        found.append(sorted(reached))
        left -= reached
    return sorted(found, key=lambda group: (-len(group), group))


def has_maximum(wins: Floats) -> bool:
    """Whether each subject is reached from each by wins, ties counted: Hunter's condition of a finite maximum."""
    won = wins > 0
    return len(_reached(won, 0)) == len(wins) and len(_reached(won.T, 0)) == len(wins)


def _reached(leads: NDArray[np.bool_], start: int) -> set[int]:
    found, waiting = {start}, [start]
    while waiting:
        for each in np.flatnonzero(leads[waiting.pop()]).tolist():
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found
