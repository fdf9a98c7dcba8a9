"""What each input is in each draw: once at its value, once ten thousand times over its range."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from freehold.plan.quantity import Quantity
from freehold.plan.requests import Floats


class Case:
    """A setting of every input, in `draws` worlds at once. A plan's formulae are written over its arrays.

    An input that the case says nothing of is at its value. Arrays have the shape (draws, 1), so that they spread over
    months, which lie along the second axis.
    """

    def __init__(self, draws: int = 1, given: Mapping[str, Floats] | None = None) -> None:
        self.draws = draws
        self._given = dict(given or {})

    def __getitem__(self, quantity: Quantity) -> Floats:
        """The input in every draw, shape (draws, 1)."""
        found = self._given.get(quantity.path)
        return np.full((self.draws, 1), quantity.value) if found is None else found

    def with_input(self, path: str, values: Floats | float) -> Case:
        """The same but for one input: a number, or an array of the shape (draws, 1)."""
        array = np.broadcast_to(np.asarray(values, float), (self.draws, 1))
        return Case(self.draws, {**self._given, path: array})
