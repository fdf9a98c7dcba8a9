"""Where two options cost the same: at which volume, price, utilisation, hours of staff or share kept at home."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from freehold.plan.cost import fleet
from freehold.plan.cost.cloud import scales
from freehold.plan.cost.setting import Setting
from freehold.plan.cost.traffic import Traffic
from freehold.plan.costing import Costing
from freehold.plan.crossing import Flags, halved, lasting, possible, stated, straight
from freehold.plan.curves import Grid, fine
from freehold.plan.draws import Case, inputs, over, with_values
from freehold.plan.quantity import Quantity
from freehold.plan.report.figures import count, money, share
from freehold.plan.requests import Floats
from freehold.plan.result import BreakEven
from freehold.plan.scenario import Api, Cloud, Hybrid, Option, Owned

Machine = Cloud | Owned
STEPS = 9
"""Halvings of a step of the grid in the draws: what is left of it is less than a thousandth. Values get more."""
SOLVED = 0.002
"""An interval as narrow as this, as a share of its value, is what halving leaves: there is none."""
FEW = 0.5
"""Share of the draws below which a break-even is worded as what most worlds do not have."""
RARE = 0.05
"""Where the values themselves have none, a share of the draws with one that is told: less is how draws end."""
SHARES = np.linspace(0.0, 1.0, 21)
LOADS = (1e-4, 1e4)
"""In which the most that one replica carries is looked for, as multiples of the first month's busiest hour."""


def break_evens(costing: Costing, pairs: Sequence[tuple[str, str]], grid: Grid, case: Case) -> tuple[BreakEven, ...]:
    """All of them between the options of each pair, and a hybrid's of its own share at home.

    `grid` is over the worlds of `case`, and has every option that can be had.
    """
    closer = fine(costing, dict.fromkeys(name for pair in pairs for name in pair))
    solver = _Solver(costing, grid, closer, with_values(case, inputs(costing.scenario)))
    both = [(costing.options[one], costing.options[two]) for one, two in pairs]
    hybrids = [option for name in grid.months if isinstance(option := costing.options[name], Hybrid)]
    return (
        *(solver.volume(one, two) for one, two in both),
        *(each for one, two in both for each in solver.between(one, two)),
        *(solver.at_home(option) for option in hybrids if option.away in grid.months),
    )


@dataclass(frozen=True)
class _Solver:
    """Solves in all worlds at once; the first has every input at its value."""

    costing: Costing
    grid: Grid
    closer: Grid
    """Of the first world alone, with many more volumes."""
    case: Case

    def volume(self, one: Option, two: Option) -> BreakEven:
        """Requests a day from which on one of the two costs less for good."""
        months, values = self.closer.months, self.closer.volumes
        quantity = self.costing.scenario.workload.requests_a_day
        first, second = (one, two) if months[two.name][0, -1] <= months[one.name][0, -1] else (two, one)
        at = self._volumes(first, second)
        span = f"from {count(values[0])} to {count(values[-1])} requests a day"
        text = f"At every volume {span}, {second.title} costs less than {first.title}."
        if stated(at) is not None:
            text = (
                f"From {self._words(at, _volume)} requests a day on, {second.title} costs less than {first.title}; the "
                f"plan has {count(quantity.value)}."
            )
        elif _dearer(months[second.name], months[first.name])[0, -1]:
            text = f"At no volume {span} does either of {first.title} and {second.title} become the cheaper for good."
        return self._made((first, second), "volume", quantity, at, quantity.value, text)

    def between(self, one: Option, two: Option) -> Iterator[BreakEven]:
        """Price, utilisation and hours of staff, where one is paid by the token and the other by the machine."""
        for api, machine in ((one, two), (two, one)):
            if isinstance(api, Api) and isinstance(machine, Machine):
                yield self._price(api, machine)
                if isinstance(machine, Owned) or not scales(machine):
                    yield self._utilisation(api, machine)
                yield self._hours(api, machine)

    def at_home(self, option: Hybrid) -> BreakEven:
        """The share that a hybrid has to keep to cost less than what it falls back on alone."""
        away, quantity = self.costing.options[option.away], option.share_home
        months = self.costing.month(option.name, over(self.case, quantity.path, SHARES))
        with np.errstate(invalid="ignore"):
            difference = months.reshape(self.case.draws, -1) - self.costing.month(away.name, self.case)[:, None]
            dearer = ~(difference <= 0)
        at = straight(SHARES, difference, lasting(dearer)[0])
        text = f"At no share kept at home does {option.title} cost less than {away.title} alone."
        if stated(at) is not None:
            text = (
                f"{option.title} costs less than {away.title} alone from {self._words(at, share)} kept at home; the "
                f"plan has {share(quantity.value)}."
            )
        elif not dearer[0].any():
            text = f"{option.title} costs less than {away.title} alone whatever share is kept at home."
        return self._made((away, option), "share at home", quantity, at, quantity.value, text)

    def _price(self, api: Api, machine: Machine) -> BreakEven:
        """Of a million tokens, prompt and answer together, at which the API costs as much as the machine."""
        needed, now = self._blended(api, machine)
        at = possible(needed)
        text = f"{api.title} would have to cost less than nothing to cost no more than {machine.title}."
        if stated(at) is not None:
            text = (
                f"{api.title} costs as much as {machine.title} at {self._words(at, self._money)} for a million tokens, "
                f"prompt and answer together; it takes {self._money(float(now[0]))}."
            )
        unit = f"{self.costing.scenario.currency}/million tokens"
        return self._made((api, machine), "price", api.input, at, float(now[0]), text, unit)

    def _utilisation(self, api: Api, machine: Machine) -> BreakEven:
        """Share of what the standing replicas could serve at which a request costs as much as the API's.

        The machines stand as they do, so that what a request costs on them falls as they serve more.
        """
        used, (needed, now) = self._used(machine), self._blended(api, machine)
        with np.errstate(invalid="ignore", divide="ignore"):
            at = possible(used * needed / now, most=1.0)
        text = f"Even fully used, {machine.title} costs more for a request than {api.title}."
        if stated(at) is not None:
            text = (
                f"{machine.title} costs as much as {api.title} where its machines serve {self._words(at, share)} of "
                "the requests that they could serve within the objectives if every hour were as busy as they can bear; "
                f"here, with quiet hours and whole machines, they serve {share(float(used[0]))} of them."
            )
        return self._made((api, machine), "utilisation", machine.server.speed, at, float(used[0]), text, "share")

    def _hours(self, api: Api, machine: Machine) -> BreakEven:
        """Of staff a month at which the machine costs as much as the API."""
        quantity = machine.people.hours_a_month
        none, one = (
            self.costing.month(machine.name, self.case.with_input(quantity.path, hours)) for hours in (0.0, 1.0)
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            at = possible((self.costing.month(api.name, self.case) - none) / (one - none))
        text = f"{machine.title} costs more than {api.title} even if nobody spends an hour a month on it."
        if stated(at) is not None:
            text = (
                f"{machine.title} costs as much as {api.title} with {self._words(at, count)} hours of staff a month; "
                f"the plan has {count(quantity.value)}."
            )
        return self._made((api, machine), "hours of staff", quantity, at, quantity.value, text)

    def _volumes(self, first: Option, second: Option) -> Floats:
        """Where `second` becomes the cheaper for good in each world, not a number where it does not."""
        drawn = self._crossed(first, second, self.grid, self.case, STEPS)
        value = self._crossed(first, second, self.closer, self.case.take(slice(0, 1)), 3 * STEPS)
        return np.concatenate([value, drawn[1:]])

    def _crossed(self, first: Option, second: Option, grid: Grid, case: Case, steps: int) -> Floats:
        """The same in each world of a case, whose months `grid` has, after so many halvings of a step of it."""
        before, after = lasting(_dearer(grid.months[second.name], grid.months[first.name]))
        at, worlds = np.full(case.draws, np.nan), np.flatnonzero(after >= 0)
        path, chosen = self.costing.scenario.workload.requests_a_day.path, case.take(worlds)

        def dearer(volume: Floats) -> Flags:
            moved = chosen.with_input(path, volume[:, None])
            return _dearer(self.costing.month(second.name, moved), self.costing.month(first.name, moved))

        if worlds.size:
            at[worlds] = halved(grid.volumes[before[worlds]], grid.volumes[after[worlds]], dearer, steps)
        return at

    def _blended(self, api: Api, machine: Machine) -> tuple[Floats, Floats]:
        """The API's price of a million tokens, prompt and answer together: as dear as the machine, and as it is."""
        free = self.case
        prices = (api.input, api.cached_input, api.output, api.long_input, api.long_cached_input, api.long_output)
        for quantity in prices:
            free = free if quantity is None else free.with_input(quantity.path, 0.0)
        rest, traffic = self.costing.month(api.name, free), self._traffic
        million = traffic.requests.mean(axis=1) * traffic.tokens[:, 0] / 1e6
        with np.errstate(invalid="ignore"):
            needed = (self.costing.month(machine.name, self.case) - rest) / million
        return needed, (self.costing.month(api.name, self.case) - rest) / million

    def _used(self, machine: Machine) -> Floats:
        """Requests served per replica-hour over those that one replica could serve and keep the objectives."""
        traffic = self._traffic
        setting = Setting(self.costing.scenario, self.case, traffic, self.costing.sizers)
        stands = fleet.standing(machine.name, machine.server, setting, traffic.peak)
        if isinstance(machine, Owned):
            stands = fleet.kept(stands)
        peak = np.maximum(self.case[self.costing.scenario.workload.peak_over_mean], 1.0)
        speed, sizer = self.case[machine.server.speed][:, 0], self.costing.sizers[machine.name]
        low, high = (np.full(self.case.draws, end) for end in LOADS)
        carried = halved(low, high, lambda load: sizer.replicas(load, speed) <= 1, 2 * STEPS)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((traffic.peak / peak).mean(axis=1) / stands.mean(axis=1) / carried)

    @property
    def _traffic(self) -> Traffic:
        scenario = self.costing.scenario
        return Traffic.of(scenario.workload, self.case, scenario.horizon_months)

    def _made(
        self,
        pair: tuple[Option, Option],
        variable: str,
        quantity: Quantity,
        at: Floats,
        now: float,
        text: str,
        unit: str = "",
    ) -> BreakEven:
        place, crossed = stated(at), float(np.isfinite(at[1:]).mean())
        return BreakEven(
            first=pair[0].name,
            second=pair[1].name,
            variable=variable,
            path=quantity.path,
            unit=unit or quantity.unit,
            at=place,
            now=now,
            share=crossed,
            sentence=with_share(text, place is not None, crossed),
        )

    def _words(self, at: Floats, show: Callable[[float], str]) -> str:
        """The place and its interval."""
        found = stated(at)
        assert found is not None
        if found.high - found.low <= SOLVED * abs(found.value):
            return show(found.value)
        return f"{show(found.value)} ({show(found.low)} to {show(found.high)})"

    def _money(self, amount: float) -> str:
        return money(amount, self.costing.scenario.currency)


def with_share(text: str, found: bool, crossed: float) -> str:
    """How many of the draws have such a point, beside it: its interval is over those alone."""
    if not found:
        return f"{text} {_capital(share(crossed))} of the draws have such a point." if crossed >= RARE else text
    if crossed >= 1.0:
        return text
    if crossed < FEW:
        return f"{text.rstrip('.')}. Most draws have no such point: only {share(crossed)} of them do."
    return f"{text.rstrip('.')}. {_capital(share(crossed))} of the draws have such a point."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _volume(value: float) -> str:
    """Requests a day, to four digits: more would be made up."""
    return count(float(f"{value:.4g}"))


def _dearer(month: Floats, other: Floats) -> Flags:
    """Whether one costs more, or cannot be had at all."""
    return np.asarray(~(month <= other) | ~np.isfinite(month))
