"""What every formula of a bill is written over: the scenario, the worlds, the traffic, and the sizes of servers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from freehold.plan.cost.bill import Part
from freehold.plan.cost.formula import amount, number, price
from freehold.plan.cost.traffic import Traffic
from freehold.plan.draws import Case
from freehold.plan.quantity import Quantity
from freehold.plan.requests import Floats
from freehold.plan.scenario import Scenario


class Sizer(Protocol):
    """How many replicas of one option's server a load needs. Arguments of any shapes that spread over one another."""

    def replicas(self, load: Floats, speed: Floats) -> Floats:
        """Replicas, without spares, for a multiple of the first month's busiest hour; infinite where none would do."""
        ...

    def busy(self, load: Floats, speed: Floats, replicas: Floats) -> Floats:
        """Share of the time in which each of so many replicas works, 0 to 1."""
        ...

    def extra_for_start(self, minutes: Floats) -> Floats:
        """By what the load is to be multiplied so that there is room for what it grows while a replica starts."""
        ...


@dataclass(frozen=True)
class Setting:
    """What a bill is made in."""

    scenario: Scenario
    case: Case
    traffic: Traffic
    sizers: Mapping[str, Sizer]
    """By an option's name."""

    @property
    def months(self) -> int:
        """Of the horizon."""
        return self.traffic.months

    @property
    def days(self) -> float:
        """Of a month."""
        return self.scenario.workload.days_a_month

    def with_share(self, share: Floats) -> Setting:
        """The same with a share of the requests, shape (draws, 1)."""
        return replace(self, traffic=self.traffic.part(share))

    def at(self, quantity: Quantity) -> float:
        """An input in the first world."""
        return float(self.case[quantity][0, 0])

    def said(self, quantity: Quantity, unit: str) -> str:
        """An input in the first world, for a formula."""
        return f"{number(self.at(quantity))} {unit}"

    def priced(self, quantity: Quantity, unit: str) -> str:
        """A price in the first world, for a formula."""
        return f"{price(self.at(quantity))} {unit}"

    def money(self, usd: float) -> str:
        """An amount in the currency that the plan is shown in."""
        return f"{amount(usd / self.scenario.usd)} {self.scenario.currency}"

    def monthly(self, usd: Floats) -> Floats:
        """Spread over the months what is the same in each: a view of the shape (draws, months)."""
        return np.broadcast_to(usd, (self.case.draws, self.months))

    def part(self, name: str, usd: Floats, formula: str, *inputs: Quantity | str) -> Part:
        """A part of a bill; `usd` of any shape that spreads over (draws, months)."""
        paths = dict.fromkeys(each.path if isinstance(each, Quantity) else each for each in inputs)
        return Part(name, self.monthly(usd), formula if self.case.draws == 1 else "", tuple(paths))


def mean(values: Floats) -> float:
    """Of the first world's months."""
    return float(np.broadcast_to(values, (len(values), values.shape[1]))[0].mean())
