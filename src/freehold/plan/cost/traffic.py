"""How much is asked in each month of each world, and how busy its hours are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from freehold.plan.cost.formula import number
from freehold.plan.cost.week import HOURS
from freehold.plan.draws import Case
from freehold.plan.requests import Floats
from freehold.plan.scenario import Workload

ANSWER_WORK = 4.0
"""Prompt tokens that keep a server as busy as one answer token: a prompt is read in parallel, an answer written one by
one. Only the change of a request's length is weighed with it; its length as such is in the simulated sizing."""


@dataclass(frozen=True)
class Traffic:
    """A workload over the months of a plan. Loads are multiples of the first month's busiest hour at its value."""

    workload: Workload
    case: Case
    growth: Floats
    """Requests over the first month's, shape (draws, months)."""
    share: Floats
    """Of all requests, those that come here at all, shape (draws, 1)."""

    @classmethod
    def of(cls, workload: Workload, case: Case, months: int) -> Traffic:
        """All of it."""
        growth = np.empty((case.draws, months))
        growth[:, :1] = 1.0
        growth[:, 1:] = np.maximum(1 + case[workload.growth_a_month], 0)
        np.multiply.accumulate(growth, axis=1, out=growth)
        return cls(workload, case, growth, np.ones((case.draws, 1)))

    def part(self, share: Floats) -> Traffic:
        """A share of these requests, alike in all else; shape (draws, 1)."""
        return Traffic(self.workload, self.case, self.growth, self.share * share)

    @property
    def months(self) -> int:
        """How many are planned."""
        return int(self.growth.shape[1])

    @property
    def first(self) -> Floats:
        """Requests of the first month, shape (draws, 1)."""
        return self.case[self.workload.requests_a_day] * self.workload.days_a_month * self.share

    @property
    def requests(self) -> Floats:
        """Requests of each month, shape (draws, months)."""
        return self.growth * self.first

    @property
    def tokens(self) -> Floats:
        """Prompt and answer tokens of a request together, shape (draws, 1)."""
        return self.case[self.workload.prompt_tokens] + self.case[self.workload.answer_tokens]

    @property
    def volume(self) -> Floats:
        """First month's requests over those that the scenario has for its value, shape (draws, 1)."""
        return self.case[self.workload.requests_a_day] * self.share / self.workload.requests_a_day.value

    @property
    def busiest(self) -> Floats:
        """Requests of each month's busiest hour over those of the sampled one, shape (draws, months)."""
        return self.growth * self._first_busiest

    @property
    def peak(self) -> Floats:
        """Load of each month's busiest hour, shape (draws, months)."""
        return self.growth * self._first_peak

    def hour(self, over_mean: float) -> Floats:
        """Load in each month of an hour with so many times the average hour's requests, shape (draws, months).

        A peak that is drawn higher or lower than the week's own stretches the hours above the average, so that the
        busiest becomes the peak; the hours below it give or take what that adds, and none of them passes the average.
        """
        return self.growth * (self._first_peak * (self._stretched(over_mean) / self._peak_over_mean))

    @property
    def _first_peak(self) -> Floats:
        """Exactly 1 where every input is at its value: a hair more might ask for a machine more."""
        return self._first_busiest * self._work

    @property
    def _first_busiest(self) -> Floats:
        return self.volume * (self._peak_over_mean / max(self.workload.peak_over_mean.value, 1))

    @property
    def _work(self) -> Floats:
        """What a request asks of a server, over what one of the scenario's mean lengths does."""
        flow = self.workload
        plain = self.case[flow.prompt_tokens] * (1 - self.case[flow.cached_share])
        usual = flow.prompt_tokens.value * (1 - flow.cached_share.value) + ANSWER_WORK * flow.answer_tokens.value
        drawn: Floats = plain + ANSWER_WORK * self.case[flow.answer_tokens]
        return drawn / usual

    @property
    def _peak_over_mean(self) -> Floats:
        drawn: Floats = np.maximum(self.case[self.workload.peak_over_mean], 1)
        return drawn

    def _stretched(self, over_mean: float) -> Floats:
        shares = np.asarray(self.workload.hours) * HOURS
        top, drawn = float(shares.max()), self._peak_over_mean
        if top <= 1:
            return drawn
        stretch = (drawn - 1) / (top - 1)
        if over_mean > 1:
            risen: Floats = np.minimum(1 + (over_mean - 1) * stretch, drawn)
            return risen
        excess, quiet = float((shares[shares > 1] - 1).sum()), float(shares[shares <= 1].sum())
        squeezed: Floats = np.clip((1 - (stretch - 1) * (excess / quiet)) * over_mean, 0, 1)
        return squeezed

    @property
    def factors(self) -> tuple[str, ...]:
        """Of the first world, for a formula: the requests of the mean month."""
        growth, share = float(self.growth[0].mean()), float(self.share[0, 0])
        return (
            f"{number(float(self.case[self.workload.requests_a_day][0, 0]))} requests/day",
            f"{number(share)} of them" if share != 1 else "",
            f"{number(growth)} by growth, on average" if growth != 1 else "",
            f"{number(self.workload.days_a_month)} days",
        )

    @property
    def inputs(self) -> tuple[str, ...]:
        """Paths of what the number of requests follows from."""
        return self.workload.requests_a_day.path, self.workload.growth_a_month.path

    @property
    def sizing_inputs(self) -> tuple[str, ...]:
        """Paths of what the load follows from."""
        flow = self.workload
        lengths = (flow.prompt_tokens, flow.answer_tokens, flow.cached_share)
        return (*self.inputs, flow.peak_over_mean.path, *(quantity.path for quantity in lengths))
