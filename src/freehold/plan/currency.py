"""Amounts of money in the currencies that a scenario names, counted in US dollars."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from freehold.plan.quantity import Quantity

_AMOUNT = re.compile(r"(?P<number>[-+]?\d[\d_]*(?:\.\d+)?)\s*(?P<code>[A-Za-z]{3})")

MOST_DOLLARS = 10.0
"""For one unit of a currency: the dearest, the Kuwaiti dinar, is worth a little over three."""
LEAST_DOLLARS = 1e-6
"""The cheapest are worth some hundred-thousandths."""


class Currencies(msgspec.Struct, frozen=True):
    """The scenario's own currency, and what one unit of each is worth in US dollars."""

    own: str = "USD"
    dollars: Mapping[str, float] = msgspec.field(default_factory=lambda: {"USD": 1.0})
    rates: tuple[Quantity, ...] = ()
    """The same as inputs of a plan, which no draw moves: each with who says it, and when."""

    @property
    def usd(self) -> float:
        """US dollars for one of the scenario's own; 1 where nobody says it, which is a fault told elsewhere."""
        return self.dollars.get(self.own, 1.0)

    def of(self, text: str) -> tuple[float, str]:
        """An amount and the currency it names, ``"85 GBP"``; raises `ValueError` for what is none.

        >>> Currencies().of("0.30 eur")
        (0.3, 'EUR')
        """
        found = _AMOUNT.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"{text!r} is no amount of money")
        return float(found["number"]), found["code"].upper()
