"""A number that nobody knows exactly: its value, its range, and where they come from."""

from __future__ import annotations

import math
from typing import Literal

import msgspec

Shape = Literal["amount", "share", "signed"]
"""How it is drawn: an amount is above zero (two halves of a normal distribution of its logarithm), a share lies in
[0, 1] (of its logit), a signed number may be anything (of itself)."""


class Quantity(msgspec.Struct, frozen=True, kw_only=True):
    """One input of a plan. Its value is the median; `low` and `high` are the ends of its 80 % interval."""

    path: str
    """Where a scenario says it, ``options.frontier.input``: its name in draws, tornado and table of assumptions."""
    value: float
    low: float
    high: float
    least: float = -math.inf
    most: float = math.inf
    """What it cannot pass, however far beyond its ends it is drawn: a site's power over its machines' is at least 1."""
    unit: str
    """In words of the report: ``USD/million tokens``, ``requests/day``, ``share``, ``hours/month``."""
    shape: Shape = "amount"
    source: str
    """Who says so: ``scenario``, the row of a catalog, ``assumed: why``, ``ledger: what of it``."""
    date: str = ""
    """Of the source, ISO; empty where it has none."""
    moves_with: str = ""
    """Where it says something, inputs that say the same are right or wrong at once: the prices of one model."""
    stale: bool = False
    """Whether the source is too old to be trusted unseen."""

    @property
    def known(self) -> bool:
        """Whether it has no range."""
        return self.low == self.high


def spread(shape: Shape, value: float, by: tuple[float, float]) -> tuple[float, float]:
    """The ends of a range about a value: an amount times each of `by`, a share's odds times each, a number plus each.

    Nothing, and the whole of a share, have no range.

    >>> spread("amount", 100.0, (0.8, 1.25))
    (80.0, 125.0)
    """
    down, up = by
    if shape == "signed":
        return value + down, value + up
    if shape == "amount":
        return value * down, value * up
    if not 0 < value < 1:
        return value, value
    odds = value / (1 - value)
    return odds * down / (1 + odds * down), odds * up / (1 + odds * up)
