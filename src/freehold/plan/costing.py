"""What a scenario's options cost in many worlds at once: bills made in small pieces and folded over the months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from freehold.plan.cost.bill import Bill
from freehold.plan.cost.options import bill, million_tokens
from freehold.plan.cost.setting import Sizer
from freehold.plan.draws import Case
from freehold.plan.requests import Floats
from freehold.plan.result import Sizing
from freehold.plan.scenario import Option, Scenario, Server

PIECE = 1024
"""Worlds in a piece: its arrays, so many times the months, stay in a processor's cache, which is much faster."""


class Machines(Sizer, Protocol):
    """How many replicas an option's server needs, and the same in words."""

    def sizing(self, server: Server) -> Sizing:
        """For a reader."""
        ...


@dataclass(frozen=True)
class Spend:
    """What one option costs, in the scenario's currency; arrays have the shape (draws,)."""

    month: Floats
    """Mean over the horizon."""
    first: Floats
    last: Floats
    """Months."""
    horizon: Floats
    """All of it."""
    million_tokens: Floats
    """For a million tokens over the horizon, prompt and answer together."""
    parts: dict[str, Floats]
    """Each part's mean over the horizon."""


class Costing:
    """What each option costs in any case. The same worlds of a case are the same for all options."""

    def __init__(self, scenario: Scenario, sizers: Mapping[str, Machines]) -> None:
        self.scenario = scenario
        self.sizers = sizers
        self.options: dict[str, Option] = {option.name: option for option in scenario.options}

    def bill(self, name: str, case: Case) -> Bill:
        """One option's bill, in US dollars."""
        return bill(self.options[name], self.scenario, case, self.sizers)

    def spend(self, name: str, case: Case) -> Spend:
        """What one option costs in every world of `case`."""
        return _joined([self._piece(name, piece) for piece in _pieces(case)])

    def month(self, name: str, case: Case) -> Floats:
        """The mean over the horizon in every world of `case`, shape (draws,)."""
        usd = self.scenario.usd
        return np.concatenate([self.bill(name, piece).total.mean(axis=1) / usd for piece in _pieces(case)])

    def _piece(self, name: str, case: Case) -> Spend:
        made = self.bill(name, case)
        shape = (case.draws, self.scenario.horizon_months)
        total = np.broadcast_to(made.total, shape) / self.scenario.usd
        return Spend(
            month=total.mean(axis=1),
            first=total[:, 0],
            last=total[:, -1],
            horizon=total.sum(axis=1),
            million_tokens=million_tokens(total, self.scenario, case)[:, 0],
            parts={part.part: part.usd.mean(axis=1) / self.scenario.usd for part in made.parts},
        )


def _pieces(case: Case) -> list[Case]:
    return [case.take(slice(start, start + PIECE)) for start in range(0, case.draws, PIECE)]


def _joined(pieces: list[Spend]) -> Spend:
    return Spend(
        month=np.concatenate([piece.month for piece in pieces]),
        first=np.concatenate([piece.first for piece in pieces]),
        last=np.concatenate([piece.last for piece in pieces]),
        horizon=np.concatenate([piece.horizon for piece in pieces]),
        million_tokens=np.concatenate([piece.million_tokens for piece in pieces]),
        parts={part: np.concatenate([piece.parts[part] for piece in pieces]) for part in pieces[0].parts},
    )
