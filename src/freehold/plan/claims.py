"""What somebody says, checked: whether it holds, does not hold, or holds only if some input is what it need not be.

A claim is judged at the inputs' values and at what it sets itself, since it is made of single numbers too; ranges are
where it is looked for what would make it true.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from freehold.catalog.offers import Catalog
from freehold.plan.assumptions import label
from freehold.plan.capacity.memory import room
from freehold.plan.claim_beside import Own
from freehold.plan.claim_figure import ClaimFigure, without_growth
from freehold.plan.cost.formula import amount, number
from freehold.plan.costing import Costing
from freehold.plan.deployments import deployment
from freehold.plan.draws import inputs
from freehold.plan.levers import Lever, Pull, pulls
from freehold.plan.quantity import Quantity
from freehold.plan.report.figures import quantity as shown
from freehold.plan.result import BreakEven, Interval, Result, Verdict
from freehold.plan.scenario import Api, Claim, Cloud, Hybrid, Option

HOLDS, FAILS, ONLY_IF = "holds", "does not hold", "holds only if"
ROUNDED = 0.005
"""By how much a claim's number may be off and still count as said: people round."""
TOLD = 4
"""Conditions that are told, each of which makes a claim true by itself: those that need the least first."""
FARTHER = 100.0
"""How many times its own value a volume or a price is moved in search of what would make a claim true."""


def verdicts(
    costing: Costing,
    catalog: Catalog,
    refusals: Mapping[str, str],
    results: Sequence[Result] = (),
    break_evens: Sequence[BreakEven] = (),
) -> tuple[Verdict, ...]:
    """Every claim of the scenario; `refusals` says by option why one cannot be had.

    `results` and `break_evens`: the plan's own, which stand beside a claim that reckons with a fixed month alone.
    """
    still = without_growth(costing)
    own = Own(costing.scenario, results, break_evens)
    return tuple(_verdict(ClaimFigure(claim, still), catalog, refusals, own) for claim in costing.scenario.claims)


def _verdict(figure: ClaimFigure, catalog: Catalog, refusals: Mapping[str, str], own: Own) -> Verdict:
    claim = figure.claim
    lost = [name for name in claim.options if name in refusals]
    if claim.figure in ("fits", "gpus_needed"):
        return _of_memory(figure, catalog)
    if lost and claim.figure != "gpu_month":
        return _made(figure, FAILS, Interval(0.0, 0.0, 0.0), f"{lost[0]} cannot be had: {refusals[lost[0]]}")
    if claim.figure == "blended_price":
        return _of_price(figure)
    return _Check(figure, own).verdict()


def _of_memory(figure: ClaimFigure, catalog: Catalog) -> Verdict:
    """Whether a server holds a model, or how many GPUs would."""
    claim, flow = figure.claim, figure.costing.scenario.workload
    assert claim.server is not None
    tokens = math.ceil(flow.prompt_tokens.value + flow.answer_tokens.value)
    found = room(deployment(claim.server, catalog), tokens)
    value = float(found.fits if claim.figure == "fits" else found.gpus_needed)
    low, high = (1.0, 1.0) if claim.low is None and claim.high is None else _ends(claim)
    return _made(figure, HOLDS if low <= value <= high else FAILS, Interval(value, value, value), found.sentence)


def _of_price(figure: ClaimFigure) -> Verdict:
    """The price of a million tokens at which the month costs what the claim says."""
    claim, case = figure.claim, figure.world()
    flow = figure.costing.scenario.workload
    daily = float((case[flow.requests_a_day] * (case[flow.prompt_tokens] + case[flow.answer_tokens]))[0, 0])
    million = daily * flow.days_a_month / 1e6
    months = [end / figure.usd for end in (claim.low, claim.high) if end is not None]
    ends = [month / million for month in months]
    computed = Interval(sum(ends) / len(ends), min(ends), max(ends))
    said, needed = (" to ".join(amount(each) for each in dict.fromkeys(numbers)) for numbers in (months, ends))
    text = f"{said} a month / {number(million)} million tokens = {needed} for a million, prompt and answer alike"
    if figure.option is None:
        return _made(figure, ONLY_IF, computed, f"It holds only if the blended price is {needed}: {text}")
    low, high = _ends(claim, figure.usd * million)
    now = float(figure.month(case)[0]) / million
    everything = float(figure.with_people(case)[0])
    takes = (
        f"{figure.option.title} takes {amount(now)} by {figure.things} alone, and with its people "
        f"{amount(everything / million)}, {amount(everything)} {figure.currency} a month"
    )
    if low <= now <= high:
        return _made(figure, HOLDS, computed, f"{text}; {takes}")
    return _made(figure, ONLY_IF, computed, f"{text}, and {takes}: it holds only if the blended price is {needed}")


@dataclass(frozen=True)
class _Check:
    """A claim whose figure follows from inputs that can be moved."""

    figure: ClaimFigure
    own: Own

    def verdict(self) -> Verdict:
        """The figure against what is said of it, and what would make it true where it is not."""
        figure, claim = self.figure, self.figure.claim
        least, middle, most = (float(figure(figure.world(at))[0]) for at in (0.0, 0.5, 1.0))
        computed = Interval(middle, min(least, most), max(least, most))
        low, high = _ends(claim, self._usd)
        text = f"It is {figure.shown(computed)}: {figure.arithmetic()}"
        if all(low <= value <= high for value in (computed.low, computed.value, computed.high)):
            return _made(figure, HOLDS, computed, text, *self._beside())
        near = self._pulled(self._near())
        reached = sorted((pull for pull in near if pull.reach), key=lambda pull: (pull.lever.kind == "range", pull.way))
        conditions = [self._condition(pull) for pull in reached[:TOLD]]
        short = [said for pull in near if pull.reach is None and (said := self._short(pull, middle))]
        if conditions:
            return _made(
                figure, ONLY_IF, computed, text, f"It holds only if {', or '.join(conditions)}", *short, *self._beside()
            )
        far = [self._condition(pull) for pull in self._pulled(self._far()) if pull.reach is not None]
        needs = [f"It would if {', or '.join(far)}"] if far else []
        return _made(
            figure, FAILS, computed, text, "No input makes it true within its range", *short, *needs, *self._beside()
        )

    def _beside(self) -> list[str]:
        """What the figure leaves out, and what the plan itself has of it."""
        if self.figure.claim.figure == "break_even_requests":
            return [self.own.machines(self.figure)]
        return [said] if (said := self.figure.reckons()) else []

    def _pulled(self, levers: list[Lever]) -> list[Pull]:
        return pulls(levers, self.figure, self.figure.world(), *_ends(self.figure.claim, self._usd, rounded=0.0))

    def _near(self) -> list[Lever]:
        """What may be believed: the ranges that the claim leaves open, if any.

        Else that any share of the requests may wait, that any of the prompt is cached, and every input's own range.
        """
        claim, option, scenario = self.figure.claim, self.figure.option, self.figure.costing.scenario
        quantities = {each.path: each for each in inputs(scenario)}
        open_ = [(quantities[path], ends) for path, ends in claim.where.items() if ends[0] < ends[1]]
        if open_:
            return [Lever("range", (each,), (low,), (high,)) for each, (low, high) in open_]
        flow = scenario.workload
        shares = {"batch": flow.batch_share, "cached": flow.cached_share} if isinstance(option, Api) else {}
        shares = {kind: each for kind, each in shares.items() if each.path not in claim.where}
        found = [Lever(kind, (each,), (each.value,), (1.0,)) for kind, each in shares.items()]
        taken = {*claim.where, *(each.path for each in shares.values())}
        mine = [each for each in inputs((flow, *self._asked())) if not each.known]
        mine = [each for each in mine if each.path not in taken and ".people." not in each.path]
        return [*found, *(Lever("range", (each,), (each.low,), (each.high,)) for each in mine)]

    def _asked(self) -> tuple[Option, ...]:
        """The claim's option, if it is of one, and with a hybrid both its sides."""
        option, options = self.figure.option, self.figure.costing.options
        if isinstance(option, Hybrid):
            return option, options[option.home], options[option.away]
        return () if option is None else (option,)

    def _far(self) -> list[Lever]:
        """What is not believed, but can be said: another volume, and other prices, an API's all in proportion."""
        figure, option, flow = self.figure, self.figure.option, self.figure.costing.scenario.workload
        groups: list[tuple[Quantity, ...]] = []
        if figure.claim.figure not in ("break_even_requests", "gpu_month"):
            groups.append((flow.requests_a_day,))
        if isinstance(option, Api):
            groups.append((option.input, option.cached_input, option.output))
        if isinstance(option, Cloud):
            groups.append((option.usd_gpu_hour,))
        found, base = [], figure.world()
        for group in groups:
            now = tuple(float(base[each][0, 0]) for each in group)
            factors = (1 / FARTHER, FARTHER)
            found += [Lever("far", group, now, tuple(value * factor for value in now)) for factor in factors]
        return found

    def _condition(self, pull: Pull) -> str:
        """In words: from which to which value."""
        lever, first, option = pull.lever, pull.lever.inputs[0], self.figure.option
        assert pull.reach is not None
        low, high = pull.reach
        share = f"{shown(low, 'share')} to {shown(high, 'share')}" if high < 1 else f"at least {shown(low, 'share')}"
        everything = f"(all of them: {self.figure.number(pull.at_end)})"
        if lever.kind == "batch" and isinstance(option, Api):
            discount = shown(option.batch_discount.value, "share")
            return f"{share} of the requests may wait and get the batch discount of {discount} {everything}"
        if lever.kind == "cached":
            return f"{share} of the prompt tokens are cached {everything}"
        if len(lever.inputs) > 1:
            factors = " to ".join(dict.fromkeys(shown(end / lever.start[0], "share") for end in (low, high)))
            return f"all its token prices are {factors} of what they are"
        name = label(self.figure.costing.scenario, first.path).rpartition(": ")[2]
        return f"{name} is {_between(lever, low, high, self.figure.claim)}"

    def _short(self, pull: Pull, now: float) -> str:
        """What the last of a lever brings that does not make the claim true, if anything."""
        whole = {"batch": "with all requests in batches", "cached": "with a fully cached prompt"}
        if pull.lever.kind not in whole or math.isclose(pull.at_end, now):
            return ""
        return f"Even {whole[pull.lever.kind]} it is {self.figure.number(pull.at_end)}"

    @property
    def _usd(self) -> float:
        """US dollars for one of what the figure is in; 1 where it is no money."""
        figure = self.figure
        return figure.usd if figure.claim.figure in ("usd_a_day", "usd_a_month", "gpu_month") else 1.0


def _made(figure: ClaimFigure, verdict: str, computed: Interval, *sentences: str) -> Verdict:
    return Verdict(
        name=figure.claim.name,
        text=figure.claim.text,
        verdict=verdict,
        computed=computed,
        unit=figure.unit,
        sentence=" ".join(f"{sentence}." for sentence in sentences),
    )


def _ends(claim: Claim, by: float = 1.0, rounded: float = ROUNDED) -> tuple[float, float]:
    """What the claim says of its figure, over `by`, with room for rounding."""
    low = -math.inf if claim.low is None else claim.low / by * (1 - rounded)
    high = math.inf if claim.high is None else claim.high / by * (1 + rounded)
    return low, high


def _between(lever: Lever, low: float, high: float, claim: Claim) -> str:
    """Only the end that binds, where the other is the lever's own."""
    unit = lever.inputs[0].unit

    def said(value: float) -> str:
        text = amount(value) if unit.startswith("USD") else shown(value, unit)
        return text if unit == "share" else f"{text} {unit}"

    if claim.low is not None and claim.low == claim.high and math.isclose(low, high):
        return said(low)
    if math.isclose(low, min(lever.start[0], lever.end[0])):
        return f"at most {said(high)}"
    if math.isclose(high, max(lever.start[0], lever.end[0])):
        return f"at least {said(low)}"
    if math.isclose(low, high):
        return said(low)
    return f"{said(low)} to {said(high)}"
