"""What an option costs, month by month and in every draw, as parts that add up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from freehold.plan.requests import Floats


@dataclass(frozen=True)
class Part:
    """One cause of cost."""

    part: str
    """What for, as a reader would say it: ``input tokens``, ``GPU hours``, ``power``."""
    usd: Floats
    """US dollars, shape (draws, months); read only, since it may be a view that repeats one month."""
    formula: str
    """How the mean month comes about, with the numbers put in; empty in a case of more than one world."""
    inputs: tuple[str, ...]
    """Paths of the quantities that it follows from."""


@dataclass(frozen=True)
class Bill:
    """All that an option costs. Its parts come in the same order and number whatever the case."""

    parts: tuple[Part, ...]
    warnings: tuple[str, ...] = ()
    """What the sums alone would pass over, in sentences; empty in a case of more than one world."""

    @cached_property
    def total(self) -> Floats:
        """US dollars, shape (draws, months). Infinite in a world where no number of machines keeps the objectives."""
        total = np.zeros(self.parts[0].usd.shape)
        for part in self.parts:
            total += part.usd
        return total
