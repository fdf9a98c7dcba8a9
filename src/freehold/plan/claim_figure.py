"""The figure that a claim is about, as a function of the inputs, with its arithmetic in words.

Money is of the first month's volume, the mean of the horizon's months: what is bound in a machine falls while it
stands, and the plan tells the same mean of every option.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace

from freehold.plan.cost.formula import amount, counted, number
from freehold.plan.cost.people import STAFF
from freehold.plan.costing import Costing
from freehold.plan.draws import Case, inputs
from freehold.plan.quantity import Quantity
from freehold.plan.report.figures import count
from freehold.plan.requests import Floats
from freehold.plan.result import Interval
from freehold.plan.scenario import Api, Claim, Cloud, Hybrid, Option

HOURS = 8760 / 12
"""Of a month, as clouds bill it."""
SECONDS_A_DAY = 86_400.0
MONEY = ("usd_a_day", "usd_a_month", "gpu_month", "blended_price")
UNITS = {
    "usd_a_day": "{}/day",
    "usd_a_month": "{}/month",
    "gpu_month": "{}/month",
    "blended_price": "{}/million tokens",
    "gpus_needed": "GPUs",
    "fits": "1 if it fits",
    "tokens_a_second": "answer tokens/s",
    "break_even_requests": "requests/day",
}


@dataclass(frozen=True)
class ClaimFigure:
    """One claim's figure; money in the claim's currency."""

    claim: Claim
    costing: Costing
    """Of months that are all as busy as the first: `without_growth`."""

    @property
    def unit(self) -> str:
        """For a reader."""
        return UNITS[self.claim.figure].format(self.currency)

    @property
    def currency(self) -> str:
        """That the claim names, else the scenario's."""
        return self.claim.currency or self.costing.scenario.currency

    @property
    def usd(self) -> float:
        """US dollars for one of it."""
        return self.claim.usd if self.claim.currency else self.costing.scenario.usd

    @property
    def option(self) -> Option | None:
        """Whose it is, if anybody's."""
        return self.costing.options[self.claim.options[0]] if self.claim.options else None

    def world(self, at: float = 0.5) -> Case:
        """One world with the inputs as the claim sets them: at the least it allows (0), at the most (1), between."""
        case = Case()
        for quantity in inputs(self.costing.scenario):
            if quantity.path in self.claim.where:
                low, high = self.claim.where[quantity.path]
                case = case.with_input(quantity.path, low + at * (high - low))
        return case

    def __call__(self, case: Case) -> Floats:
        """The figure in each world of a case, shape (draws,)."""
        flow, figure, usd = self.costing.scenario.workload, self.claim.figure, self.usd
        if figure == "tokens_a_second":
            return np.asarray((case[flow.requests_a_day] * case[flow.answer_tokens])[:, 0] / SECONDS_A_DAY)
        if figure == "gpu_month":
            return np.asarray(case[self.rented.usd_gpu_hour][:, 0] * HOURS / usd)
        month = self.month(case)
        if figure == "usd_a_month":
            return month
        if figure == "usd_a_day":
            return month / flow.days_a_month
        assert self.claim.usd_month is not None
        request = month / (case[flow.requests_a_day][:, 0] * flow.days_a_month)
        return self.claim.usd_month / usd / flow.days_a_month / request

    def month(self, case: Case) -> Floats:
        """The option's month without its people, shape (draws,)."""
        parts = self.costing.spend(self.claim.options[0], case).parts
        return self._own(np.sum([each for part, each in parts.items() if _counts(part)], axis=0))

    def with_people(self, case: Case) -> Floats:
        """The option's month with its people, shape (draws,)."""
        return self._own(self.costing.month(self.claim.options[0], case))

    def _own(self, month: Floats) -> Floats:
        """From the scenario's currency into the claim's."""
        return np.asarray(month * (self.costing.scenario.usd / self.usd))

    @property
    def rented(self) -> Cloud:
        """The option of a figure that is about a GPU's hour."""
        assert isinstance(self.option, Cloud)
        return self.option

    def shown(self, computed: Interval) -> str:
        """The figure with its unit."""
        ends = dict.fromkeys(self.number(each) for each in (computed.low, computed.high))
        said = f"{' to '.join(ends)} {self.unit}"
        if self.claim.figure not in MONEY or self.currency == "USD":
            return said
        dollars = dict.fromkeys(amount(each * self.usd) for each in (computed.low, computed.high))
        return f"{said} ({' to '.join(dollars)} USD at {number(self.usd)} USD for one {self.currency})"

    def number(self, value: float) -> str:
        """The figure without its unit."""
        if self.claim.figure in MONEY:
            return amount(value)
        return f"{value:,.1f}" if self.claim.figure == "break_even_requests" else count(value)

    def arithmetic(self) -> str:
        """How it comes about, with the numbers put in; the claim's own ranges in their middle."""
        case, flow, figure = self.world(), self.costing.scenario.workload, self.claim.figure

        def at(quantity: Quantity) -> float:
            return float(case[quantity][0, 0])

        if figure == "tokens_a_second":
            requests, answer = number(at(flow.requests_a_day)), number(at(flow.answer_tokens))
            return f"{requests} requests/day x {answer} answer tokens / 86,400 s"
        if figure == "gpu_month":
            price = self.rented.usd_gpu_hour
            ends = dict.fromkeys(self.claim.where.get(price.path, (price.value,)))
            rate = "" if self.currency == "USD" else f" / {number(self.usd)} USD for one {self.currency}"
            return f"{' to '.join(number(end, 2) for end in ends)} USD/GPU-hour x {number(HOURS)} hours{rate}"
        if figure == "break_even_requests":
            assert self.claim.usd_month is not None
            month = float(self.month(case)[0]) * self.usd
            request = month / (at(flow.requests_a_day) * flow.days_a_month)
            fixed, days = amount(self.claim.usd_month), number(flow.days_a_month)
            return f"{fixed} USD/month / {days} days / {number(request)} USD/request"
        parts = self.costing.bill(self.claim.options[0], case).parts
        return "; ".join(f"{part.part} {part.formula}" for part in parts if _counts(part.part) and part.usd.any())

    def reckons(self) -> str:
        """What the figure counts and what it leaves out, with the same figure for all that the option costs."""
        if self.claim.figure == "gpu_month":
            return "That is one GPU's rent alone, without disk, spares and people"
        if self.claim.figure not in ("usd_a_day", "usd_a_month"):
            return ""
        days = self.costing.scenario.workload.days_a_month if self.claim.figure == "usd_a_day" else 1.0
        everything = self.number(float(self.with_people(self.world())[0]) / days)
        return f"That is {self.things} alone{self._when()}; with its people it is {everything} {self.unit}"

    @property
    def things(self) -> str:
        """What an option costs beside people."""
        if isinstance(self.option, Hybrid):
            return "both its sides"
        return "the tokens" if isinstance(self.option, Api) else "the machines"

    def _when(self) -> str:
        """Which months, where they differ: those of machines that lose their worth, and of a volume that grows."""
        months = self.costing.scenario.horizon_months
        if isinstance(self.option, Api) or months == 1:
            return ", at the first month's volume"
        return f", the mean of {counted(months, 'month', 'months')} at the first month's volume"


def without_growth(costing: Costing) -> Costing:
    """The same options over the same months, all of them as busy as the first: a claim is of one volume."""
    scenario = costing.scenario
    still = replace(scenario.workload.growth_a_month, value=0.0, low=0.0, high=0.0)
    flow = replace(scenario.workload, growth_a_month=still)
    return Costing(replace(scenario, workload=flow), costing.sizers)


def _counts(part: str) -> bool:
    """Whether a part of a bill is no work: who makes claims speaks of prices and machines, and people stand beside it.

    A hybrid's parts say on which side they are.
    """
    return part.rpartition(": ")[2] not in STAFF
