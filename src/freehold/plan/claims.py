"""What somebody says, checked: whether it holds, does not hold, or holds only if some input is what it need not be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from freehold.plan.assumptions import label
from freehold.plan.capacity.memory import room
from freehold.plan.cost.formula import amount, number
from freehold.plan.costing import Costing
from freehold.plan.deployments import Rows, deployment
from freehold.plan.draws import Case, inputs
from freehold.plan.levers import Lever, Pull, pulls
from freehold.plan.quantity import Quantity
from freehold.plan.report.figures import quantity as shown
from freehold.plan.requests import Floats
from freehold.plan.result import Interval, Verdict
from freehold.plan.scenario import Api, Claim, Cloud, Option

HOURS = 8760 / 12
"""Of a month, as clouds bill it."""
ROUNDED = 0.005
"""By how much a claim's number may be off and still count as said: people round."""
FARTHER = 100.0
"""How many times its own value a volume or a price is moved in search of what would make a claim true."""
STAFF = ("people", "migration")
SECONDS_A_DAY = 86_400.0
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


def verdicts(costing: Costing, rows: Rows, refusals: Mapping[str, str]) -> tuple[Verdict, ...]:
    """Every claim of the scenario; `refusals` says by option why one cannot be had."""
    return tuple(_verdict(claim, costing, rows, refusals) for claim in costing.scenario.claims)


def _verdict(claim: Claim, costing: Costing, rows: Rows, refusals: Mapping[str, str]) -> Verdict:
    lost = [name for name in claim.options if name in refusals]
    if lost:
        unknown = Interval(0.0, 0.0, 0.0)
        return _made(claim, costing, "does not hold", unknown, f"{lost[0]} cannot be had: {refusals[lost[0]]}.")
    if claim.figure in ("fits", "gpus_needed"):
        return _of_memory(claim, costing, rows)
    if claim.figure == "blended_price":
        return _of_price(claim, costing)
    return _Check(claim, costing).verdict()


def _made(claim: Claim, costing: Costing, verdict: str, computed: Interval, sentence: str) -> Verdict:
    return Verdict(
        name=claim.name,
        text=claim.text,
        verdict=verdict,
        computed=computed,
        unit=UNITS[claim.figure].format(costing.scenario.currency),
        sentence=sentence,
    )


def _of_memory(claim: Claim, costing: Costing, rows: Rows) -> Verdict:
    """Whether a server holds a model, or how many GPUs would."""
    assert claim.server is not None
    flow = costing.scenario.workload
    tokens = math.ceil(flow.prompt_tokens.value + flow.answer_tokens.value)
    found = room(deployment(claim.server, rows), tokens)
    figure = float(found.fits if claim.figure == "fits" else found.gpus_needed)
    said = claim.low is None and claim.high is None
    low, high = (1.0, 1.0) if said else _ends(claim, 1.0)
    verdict = "holds" if low <= figure <= high else "does not hold"
    return _made(claim, costing, verdict, Interval(figure, figure, figure), f"{found.sentence}.")


def _of_price(claim: Claim, costing: Costing) -> Verdict:
    """The price of a million tokens that makes the month cost what the claim says."""
    flow, case = costing.scenario.workload, _set(claim, costing, 0.5)
    daily = float((case[flow.requests_a_day] * (case[flow.prompt_tokens] + case[flow.answer_tokens]))[0, 0])
    million = daily * flow.days_a_month / 1e6
    said = [end / costing.scenario.usd for end in (claim.low, claim.high) if end is not None]
    ends = [end / million for end in said]
    computed = Interval(sum(ends) / len(ends), min(ends), max(ends))
    needed = " to ".join(amount(end) for end in dict.fromkeys(ends))
    month = " to ".join(amount(end) for end in said)
    text = f"{month} / {number(million)} million tokens a month = {needed} for a million, prompt and answer alike"
    if not claim.options:
        return _made(claim, costing, "holds only if", computed, f"It needs a blended price of {needed}: {text}.")
    low, high = (0.0 if claim.low is None else min(ends)), (math.inf if claim.high is None else max(ends))
    name = claim.options[0]
    now = float(_tokens(costing, name, case)[0]) / million
    holds = low * (1 - ROUNDED) <= now <= high * (1 + ROUNDED)
    verdict = "holds" if holds else "holds only if"
    return _made(claim, costing, verdict, computed, f"{text}; {costing.options[name].title} takes {amount(now)}.")


@dataclass(frozen=True)
class _Check:
    """A claim whose figure follows from inputs that can be moved."""

    claim: Claim
    costing: Costing

    def verdict(self) -> Verdict:
        """The figure against what is said of it, and what would make it true where it is not."""
        least, middle, most = (float(self.figure(_set(self.claim, self.costing, at))[0]) for at in (0.0, 0.5, 1.0))
        computed = Interval(middle, min(least, most), max(least, most))
        low, high = _ends(self.claim, self._unit_value)
        within = [low <= value <= high for value in (computed.low, computed.value, computed.high)]
        text = f"It is {self._span(computed)}: {self._how()}"
        if all(within):
            return self._made("holds", computed, text)
        low, high = _ends(self.claim, self._unit_value, rounded=0.0)
        tried = pulls(self._levers(), self.figure, _set(self.claim, self.costing, 0.5), low, high)
        conditions = [self._condition(pull) for pull in tried if pull.reach is not None]
        short = [self._short(pull) for pull in tried if pull.reach is None and pull.lever.kind in ("batch", "cached")]
        if conditions:
            return self._made(
                "holds only if", computed, _joined(f"{text}. It holds only if {', or '.join(conditions)}", *short)
            )
        far = pulls(self._far(), self.figure, _set(self.claim, self.costing, 0.5), low, high)
        needs = [self._condition(pull) for pull in far if pull.reach is not None]
        nothing = "No input within its range makes it true"
        ending = f"{nothing}; it would, if {', or '.join(needs)}" if needs else nothing
        return self._made("does not hold", computed, _joined(f"{text}. {ending}", *short))

    def figure(self, case: Case) -> Floats:
        """In each world, shape (draws,)."""
        flow, figure = self.costing.scenario.workload, self.claim.figure
        if figure == "tokens_a_second":
            return np.asarray((case[flow.requests_a_day] * case[flow.answer_tokens])[:, 0] / SECONDS_A_DAY)
        name = self.claim.options[0]
        if figure == "gpu_month":
            option = self.costing.options[name]
            assert isinstance(option, Cloud)
            return np.asarray(case[option.usd_gpu_hour][:, 0] * HOURS / self.costing.scenario.usd)
        month = _tokens(self.costing, name, case)
        if figure == "usd_a_month":
            return month
        if figure == "usd_a_day":
            return month / flow.days_a_month
        request = month / (case[flow.requests_a_day][:, 0] * flow.days_a_month)
        assert self.claim.usd_month is not None
        return self.claim.usd_month / self.costing.scenario.usd / flow.days_a_month / request

    def _levers(self) -> list[Lever]:
        """What may be believed: what the claim leaves open; else any request may wait, any prompt be cached, and ranges."""
        found = []
        quantities = {each.path: each for each in inputs(self.costing.scenario)}
        for path, (low, high) in self.claim.where.items():
            if low < high:
                found.append(Lever("range", (quantities[path],), (low,), (high,)))
        if found:
            return found
        flow = self.costing.scenario.workload
        option = self._option()
        if isinstance(option, Api):
            for name, each in (("batch", flow.batch_share), ("cached", flow.cached_share)):
                if each.path not in self.claim.where:
                    found.append(Lever(name, (each,), (each.value,), (1.0,)))
        mine = {each.path for each in inputs((flow, option) if option else flow)}
        for path, each in quantities.items():
            seen = path in mine and path not in self.claim.where and not each.known
            if seen and ".people." not in path and each not in (flow.batch_share, flow.cached_share):
                found.append(Lever("range", (each,), (each.low,), (each.high,)))
        return found

    def _far(self) -> list[Lever]:
        """What is not believed, but can be said: another volume, and other prices of an API, all in proportion."""
        flow, option = self.costing.scenario.workload, self._option()
        found = []
        groups: list[tuple[Quantity, ...]] = []
        if self.claim.figure != "break_even_requests":
            groups.append((flow.requests_a_day,))
        if isinstance(option, Api):
            groups.append((option.input, option.cached_input, option.output))
        if isinstance(option, Cloud):
            groups.append((option.usd_gpu_hour,))
        base = _set(self.claim, self.costing, 0.5)
        for group in groups:
            now = tuple(float(base[each][0, 0]) for each in group)
            factors = (1 / FARTHER, FARTHER)
            found += [Lever("far", group, now, tuple(value * factor for value in now)) for factor in factors]
        return found

    def _condition(self, pull: Pull) -> str:
        """In words: from which to which value."""
        lever, first = pull.lever, pull.lever.inputs[0]
        assert pull.reach is not None
        low, high = pull.reach
        if lever.kind == "batch":
            option = self._option()
            assert isinstance(option, Api)
            discount = shown(option.batch_discount.value, "share")
            return (
                f"{self._from(first, low, high)} of the requests may wait and get the batch discount of {discount} "
                f"(all of them: {amount(pull.at_end)})"
            )
        if lever.kind == "cached":
            return (
                f"{self._from(first, low, high)} of the prompt tokens are cached (all of them: {amount(pull.at_end)})"
            )
        what = label(self.costing.scenario, first.path)
        if len(lever.inputs) > 1:
            return (
                f"all its token prices are {low / lever.start[0]:.0%} to {high / lever.start[0]:.0%} of what they are"
            )
        return f"{what} is {self._between(lever, low, high)}"

    def _short(self, pull: Pull) -> str:
        if pull.at_end == float(self.figure(_set(self.claim, self.costing, 0.5))[0]):
            return ""
        what = "with every request in batches" if pull.lever.kind == "batch" else "with a fully cached prompt"
        return f"Even {what} it is {amount(pull.at_end)}"

    def _from(self, quantity: Quantity, low: float, high: float) -> str:
        if high >= 1.0:
            return f"at least {shown(low, quantity.unit)}"
        return f"{shown(low, quantity.unit)} to {shown(high, quantity.unit)}"

    def _between(self, lever: Lever, low: float, high: float) -> str:
        """Only the ends that bind: the other end is the lever's own."""
        first = lever.inputs[0]
        floor, ceiling = min(lever.start[0], lever.end[0]), max(lever.start[0], lever.end[0])
        if math.isclose(low, high):
            return _said(low, first)
        if math.isclose(low, floor) and not math.isclose(high, ceiling):
            return f"at most {_said(high, first)}"
        if math.isclose(high, ceiling) and not math.isclose(low, floor):
            return f"at least {_said(low, first)}"
        return f"{_said(low, first)} to {_said(high, first)}"

    def _how(self) -> str:
        """The arithmetic, with the numbers put in."""
        case, flow, figure = _set(self.claim, self.costing, 0.5), self.costing.scenario.workload, self.claim.figure

        def at(quantity: Quantity) -> float:
            return float(case[quantity][0, 0])

        requests = f"{number(at(flow.requests_a_day))} requests/day"
        if figure == "tokens_a_second":
            return f"{requests} x {number(at(flow.answer_tokens))} answer tokens / 86,400 s"
        option = self._option()
        if figure == "gpu_month":
            assert isinstance(option, Cloud)
            return f"{self._where_span(option.usd_gpu_hour)} USD/GPU-hour x {number(HOURS)} hours"
        if figure == "break_even_requests":
            assert self.claim.usd_month is not None
            request = float(_tokens(self.costing, self.claim.options[0], case)[0]) * self.costing.scenario.usd
            request /= at(flow.requests_a_day) * flow.days_a_month
            month = amount(self.claim.usd_month)
            return f"{month} USD/month / {number(flow.days_a_month)} days / {number(request)} USD/request"
        bill = self.costing.bill(self.claim.options[0], case)
        return "; ".join(
            f"{part.part} {part.formula}" for part in bill.parts if _of_machines(part.part) and part.usd.any()
        )

    def _where_span(self, quantity: Quantity) -> str:
        low, high = self.claim.where.get(quantity.path, (quantity.value, quantity.value))
        return number(low, 2) if low == high else f"{number(low, 2)} to {number(high, 2)}"

    def _span(self, computed: Interval) -> str:
        unit = UNITS[self.claim.figure].format(self.costing.scenario.currency)
        money = self._unit_value != 1.0 or self.claim.figure in ("usd_a_day", "usd_a_month", "gpu_month")
        show = amount if money else (lambda value: shown(value, ""))
        if computed.low == computed.high:
            return f"{show(computed.value)} {unit}"
        return f"{show(computed.low)} to {show(computed.high)} {unit}"

    def _option(self) -> Option | None:
        return self.costing.options[self.claim.options[0]] if self.claim.options else None

    @property
    def _unit_value(self) -> float:
        """US dollars for one of what the figure is in; 1 where it is no money."""
        return self.costing.scenario.usd if self.claim.figure in ("usd_a_day", "usd_a_month", "gpu_month") else 1.0

    def _made(self, verdict: str, computed: Interval, sentence: str) -> Verdict:
        return _made(self.claim, self.costing, verdict, computed, f"{sentence}.")


def _set(claim: Claim, costing: Costing, at: float) -> Case:
    """One world with the claim's own inputs: at the least it allows (0), at the most (1), or between."""
    case = Case()
    for quantity in inputs(costing.scenario):
        if quantity.path in claim.where:
            low, high = claim.where[quantity.path]
            case = case.with_input(quantity.path, low + at * (high - low))
    return case


def _tokens(costing: Costing, name: str, case: Case) -> Floats:
    """An option's first month without its people, shape (draws,)."""
    parts = costing.spend(name, case).first_parts
    return np.asarray(np.sum([usd for part, usd in parts.items() if _of_machines(part)], axis=0))


def _of_machines(part: str) -> bool:
    return part.rpartition(": ")[2] not in STAFF


def _ends(claim: Claim, usd: float, rounded: float = ROUNDED) -> tuple[float, float]:
    """What the claim says of its figure, with room for rounding."""
    low = -math.inf if claim.low is None else claim.low / usd * (1 - rounded)
    high = math.inf if claim.high is None else claim.high / usd * (1 + rounded)
    return low, high


def _said(value: float, quantity: Quantity) -> str:
    if quantity.unit == "share":
        return shown(value, quantity.unit)
    text = amount(value) if quantity.unit.startswith("USD") else shown(value, quantity.unit)
    return f"{text} {quantity.unit}"


def _joined(*sentences: str) -> str:
    return ". ".join(sentence for sentence in sentences if sentence)
