"""A kind of input: its bounds, and the range it gets where only one number is said, each with a sentence why."""

from __future__ import annotations

import msgspec

from freehold.plan.quantity import Quantity, Shape, spread


class Assumed(msgspec.Struct, frozen=True):
    """What stands where a scenario says nothing: a median, its 80 % range, and why."""

    value: float
    low: float
    high: float
    why: str


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One input of a scenario. The reference is made of these."""

    key: str
    """As a scenario writes it."""
    about: str
    unit: str
    shape: Shape = "amount"
    least: float
    most: float
    bound: str
    """Why nothing outside them is believed."""
    spread: tuple[float, float]
    """Of a number that is said without a range: see `quantity.spread`."""
    why: str
    """Why it is so wide."""
    assumed: Assumed | None = None
    """`None`: it has to be said, or is looked up."""

    @property
    def money(self) -> bool:
        """Whether it may be written with a currency."""
        return self.unit.startswith("USD")

    def around(self, value: float) -> tuple[float, float]:
        """The range of a number that is said without one, within the bounds."""
        low, high = spread(self.shape, value, self.spread)
        return min(value, max(low, self.least)), max(value, min(high, self.most))

    def default(self, path: str, assumed: Assumed | None = None) -> Quantity:
        """What stands at a path where nobody says it: `assumed`, or the field's own."""
        chosen = assumed or self.assumed or Assumed(1.0, 1.0, 1.0, "it has to be said")
        source = f"assumed: {chosen.why}"
        return self.quantity(path, chosen.value, chosen.low, chosen.high, source=source)

    def quantity(
        self, path: str, value: float, low: float, high: float, *, source: str, date: str = "", stale: bool = False
    ) -> Quantity:
        """This input at a path."""
        return Quantity(
            path=path,
            value=value,
            low=low,
            high=high,
            least=min(self.least, low),
            most=max(self.most, high),
            unit=self.unit,
            shape=self.shape,
            source=source,
            date=date,
            stale=stale,
        )
