"""Where two options cost the same: at which volume, price, utilisation, hours of staff or share kept at home."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from freehold.plan.cost import fleet
from freehold.plan.cost.cloud import scales
from freehold.plan.cost.setting import Setting
from freehold.plan.cost.traffic import Traffic
from freehold.plan.costing import Costing
from freehold.plan.curves import Grid
from freehold.plan.draws import Case, inputs, interval, over, with_values
from freehold.plan.quantity import Quantity
from freehold.plan.report.figures import count, money, share
from freehold.plan.requests import Floats
from freehold.plan.result import BreakEven, Interval
from freehold.plan.scenario import Api, Cloud, Hybrid, Option, Owned

Rented = Cloud | Owned
STEPS = 10
"""Halvings of a step of the grid: what is left of it is a thousandth."""
SHARES = np.linspace(0.0, 1.0, 21)
MOST = 0.5
"""Share of the draws that must cross for a break-even to be stated where the world of values itself has none."""
LOADS = (1e-4, 1e4)
"""In which the most that one replica carries is looked for, as multiples of the first month's busiest hour."""


def break_evens(costing: Costing, names: Sequence[str], found: Grid, case: Case) -> tuple[BreakEven, ...]:
    """All of them, between options of unlike kinds among `names`; `found` is the grid over the worlds of `case`."""
    solver = _Solver(costing, found, with_values(case, inputs(costing.scenario)))
    options = [costing.options[name] for name in names]
    pairs = [
        (one, two) for place, one in enumerate(options) for two in options[place + 1 :] if type(one) is not type(two)
    ]
    return (
        *(solver.volume(one, two) for one, two in pairs),
        *(each for one, two in pairs for each in solver.between(one, two)),
        *(each for option in options for each in solver.at_home(option, names)),
    )


def lasting(values: Floats, dearer: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Between which places of a rising grid an option becomes the cheaper one for good.

    `dearer`: shape (worlds, n), whether it costs more there. Returns the places before and after, shape (worlds,), both
    -1 where there is none: where it is dearer at the end, or nowhere. Machines come in steps, so that an option may be
    cheaper for a while before; that is not counted.
    """
    last = values.size - 1 - np.argmax(dearer[:, ::-1], axis=1)
    none = ~dearer.any(axis=1) | dearer[:, -1]
    return np.where(none, -1, last), np.where(none, -1, last + 1)


def halved(low: Floats, high: Floats, dearer: Callable[[Floats], np.ndarray], steps: int = STEPS) -> Floats:
    """The end of a bracket of each world, halved in its logarithm, from which on an option is no longer dearer."""
    low, high = np.log(low), np.log(high)
    for _ in range(steps):
        middle = (low + high) / 2
        still = dearer(np.exp(middle))
        low, high = np.where(still, middle, low), np.where(still, high, middle)
    return np.exp(high)


@dataclass(frozen=True)
class _Solver:
    """Solves in all worlds at once; the first has every input at its value."""

    costing: Costing
    grid: Grid
    case: Case

    def volume(self, one: Option, two: Option) -> BreakEven:
        """Requests a day from which on one of the two costs less for good."""
        months, quantity = self.grid.months, self.costing.scenario.workload.requests_a_day
        first, second = (one, two) if months[two.name][0, -1] <= months[one.name][0, -1] else (two, one)
        values = self.grid.volumes
        with np.errstate(invalid="ignore"):
            dearer = ~(months[second.name] <= months[first.name])
        at = self._crossing(first, second, quantity, values, dearer)
        span = f"from {count(values[0])} to {count(values[-1])} requests a day"
        if np.isnan(at).all() or _stated(at) is None:
            never = f"At every volume {span} {second.title} costs less than {first.title}."
            if dearer[0].any():
                never = (
                    f"At no volume {span} does either of {first.title} and {second.title} become the cheaper for good."
                )
            return self._break_even(first, second, "volume", quantity, at, never)
        where = self._words(at, lambda value: count(value))
        text = f"From {where} requests a day on, {second.title} costs less than {first.title}; the plan is for {count(quantity.value)}."
        return self._break_even(first, second, "volume", quantity, at, text)

    def between(self, one: Option, two: Option) -> Iterator[BreakEven]:
        """Price, utilisation and hours of staff, where one is paid by the token and the other by the machine."""
        for api, machine in ((one, two), (two, one)):
            if isinstance(api, Api) and isinstance(machine, Rented):
                yield self._price(api, machine)
                if isinstance(machine, Owned) or not scales(machine):
                    yield self._utilisation(api, machine)
                yield self._hours(api, machine)

    def at_home(self, option: Option, names: Iterable[str]) -> Iterator[BreakEven]:
        """The share that a hybrid has to keep to cost less than what it falls back on alone."""
        if not isinstance(option, Hybrid) or option.away not in names:
            return
        away, quantity = self.costing.options[option.away], option.share_home
        worlds = over(self.case, quantity.path, SHARES)
        shape = (self.case.draws, len(SHARES))
        months = self.costing.month(option.name, worlds).reshape(shape)
        dearer = ~(months <= self.costing.month(away.name, self.case)[:, None])
        before, after = lasting(SHARES, dearer)
        at = np.full(self.case.draws, np.nan)
        here = np.flatnonzero(after >= 0)
        at[here] = _straight(SHARES, months - self.costing.month(away.name, self.case)[:, None], here, before)
        text = f"At no share kept at home does {option.title} cost less than {away.title} alone."
        if _stated(at) is not None:
            where = self._words(at, share)
            text = f"{option.title} costs less than {away.title} alone from {where} kept at home; the plan has {share(quantity.value)}."
        elif not dearer[0].any():
            text = f"{option.title} costs less than {away.title} alone whatever share is kept at home."
        yield self._break_even(away, option, "share at home", quantity, at, text)

    def _price(self, api: Api, machine: Rented) -> BreakEven:
        """Of a million tokens, prompt and answer together, at which the API costs as much as the machine."""
        needed, now = self._blended(api, machine)
        at = _above_zero(needed)
        text = f"{api.title} would have to cost less than nothing to cost no more than {machine.title}."
        if _stated(at) is not None:
            where = self._words(at, self._money)
            text = (
                f"{api.title} costs as much as {machine.title} at {where} for a million tokens, prompt and answer "
                f"together; it takes {self._money(float(now[0]))}."
            )
        return self._break_even(api, machine, "price", api.input, at, text)

    def _blended(self, api: Api, machine: Rented) -> tuple[Floats, Floats]:
        """The API's price of a million tokens, prompt and answer together: as high as the machine's month, and now."""
        free = self.case
        prices = (api.input, api.cached_input, api.output, api.long_input, api.long_cached_input, api.long_output)
        for quantity in prices:
            free = free if quantity is None else free.with_input(quantity.path, 0.0)
        rest, traffic = self.costing.month(api.name, free), self._traffic()
        million = traffic.requests.mean(axis=1) * traffic.tokens[:, 0] / 1e6
        with np.errstate(invalid="ignore"):
            needed = (self.costing.month(machine.name, self.case) - rest) / million
        return needed, (self.costing.month(api.name, self.case) - rest) / million

    def _hours(self, api: Api, machine: Rented) -> BreakEven:
        """Of staff a month at which the machine costs as much as the API."""
        quantity = machine.people.hours_a_month
        none = self.costing.month(machine.name, self.case.with_input(quantity.path, 0.0))
        one = self.costing.month(machine.name, self.case.with_input(quantity.path, 1.0))
        with np.errstate(invalid="ignore", divide="ignore"):
            at = _above_zero((self.costing.month(api.name, self.case) - none) / (one - none))
        text = f"{machine.title} costs more than {api.title} even if nobody spends an hour a month on it."
        if _stated(at) is not None:
            where = self._words(at, count)
            text = (
                f"{machine.title} costs as much as {api.title} with {where} hours of staff a month; the plan has "
                f"{count(quantity.value)}."
            )
        return self._break_even(api, machine, "hours of staff", quantity, at, text)

    def _utilisation(self, api: Api, machine: Rented) -> BreakEven:
        """Share of what the standing replicas could serve at which a request costs as much as the API's."""
        used, (needed, now) = self._used(machine), self._blended(api, machine)
        with np.errstate(invalid="ignore", divide="ignore"):
            full = used * needed / now
        at = np.where((full > 0) & (full <= 1), full, np.nan)
        text = f"Even fully used, {machine.title} costs more for a request than {api.title}."
        if _stated(at) is not None:
            where = self._words(at, share)
            text = (
                f"A request costs as much on {machine.title} as at {api.title} where its machines serve {where} of what they "
                f"could; here they serve {share(float(used[0]))}."
            )
        return self._break_even(api, machine, "utilisation", machine.server.speed, at, text, unit="share")

    def _used(self, machine: Rented) -> Floats:
        """Requests served per replica-hour over those that one replica could serve and keep the objectives."""
        scenario = self.costing.scenario
        traffic = self._traffic()
        setting = Setting(scenario, self.case, traffic, self.costing.sizers)
        stands = fleet.standing(machine.name, machine.server, setting, traffic.peak)
        if isinstance(machine, Owned):
            stands = fleet.kept(stands)
        peak = np.maximum(self.case[scenario.workload.peak_over_mean], 1.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            load = (traffic.peak / peak).mean(axis=1) / stands.mean(axis=1)
        return np.asarray(load / self._carried(machine))

    def _traffic(self) -> Traffic:
        scenario = self.costing.scenario
        return Traffic.of(scenario.workload, self.case, scenario.horizon_months)

    def _carried(self, machine: Rented) -> Floats:
        """The most that one replica carries in each world, as a multiple of the first month's busiest hour."""
        speed, sizer = self.case[machine.server.speed][:, 0], self.costing.sizers[machine.name]
        low, high = (np.full(self.case.draws, end) for end in LOADS)
        return halved(low, high, lambda load: sizer.replicas(load, speed) <= 1, steps=24)

    def _crossing(
        self, first: Option, second: Option, quantity: Quantity, values: Floats, dearer: np.ndarray
    ) -> Floats:
        """Where `second` becomes the cheaper for good in each world, not a number where it does not."""
        before, after = lasting(values, dearer)
        at = np.full(self.case.draws, np.nan)

        def solve(worlds: np.ndarray, steps: int) -> None:
            case = self.case.take(worlds)

            def still(value: Floats) -> np.ndarray:
                moved = case.with_input(quantity.path, value[:, None])
                return ~(self.costing.month(second.name, moved) <= self.costing.month(first.name, moved))

            at[worlds] = halved(values[before[worlds]], values[after[worlds]], still, steps)

        here = np.flatnonzero(after >= 0)
        if here.size:
            solve(here, STEPS)
        if after[0] >= 0:
            solve(np.array([0]), 3 * STEPS)
        return at

    def _break_even(
        self, first: Option, second: Option, variable: str, quantity: Quantity, at: Floats, text: str, unit: str = ""
    ) -> BreakEven:
        return BreakEven(
            first=first.name,
            second=second.name,
            variable=variable,
            path=quantity.path,
            unit=unit or quantity.unit,
            at=_stated(at),
            share=float(np.isfinite(at[1:]).mean()),
            sentence=text,
        )

    def _words(self, at: Floats, show: Callable[[float], str]) -> str:
        """The place and its interval."""
        found = _stated(at)
        assert found is not None
        if show(found.low) == show(found.high):
            return show(found.value)
        return f"{show(found.value)} ({show(found.low)} to {show(found.high)})"

    def _money(self, amount: float) -> str:
        return money(amount, self.costing.scenario.currency)


def _stated(at: Floats) -> Interval | None:
    """The interval of a break-even: from the world of values, or from the draws where most of them cross."""
    drawn = at[1:][np.isfinite(at[1:])]
    if np.isfinite(at[0]):
        return interval(drawn if drawn.size else at[:1], float(at[0]))
    if drawn.size > MOST * (at.size - 1):
        return interval(drawn)
    return None


def _above_zero(at: Floats) -> Floats:
    """Only what is a price or a number of hours: finite and not below zero."""
    with np.errstate(invalid="ignore"):
        return np.where(np.isfinite(at) & (at >= 0), at, np.nan)


def _straight(values: Floats, difference: Floats, worlds: np.ndarray, before: np.ndarray) -> Floats:
    """Where a straight line between two places of the grid is zero, of each of `worlds`."""
    place = before[worlds]
    left, right = difference[worlds, place], difference[worlds, place + 1]
    return np.asarray(values[place] + (values[place + 1] - values[place]) * left / (left - right))
