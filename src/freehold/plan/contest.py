"""Which options stand against one another: groups that are alike, and in each the cheapest, draw by draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from freehold.plan.draws import interval
from freehold.plan.likeness import Likeness, server_of
from freehold.plan.requests import Floats
from freehold.plan.result import BreakEven, Interval, Result
from freehold.plan.scenario import Option


@dataclass(frozen=True)
class Contest:
    """The options that can be had, in groups that are alike, and what each costs in every draw."""

    results: Mapping[str, Result]
    options: Mapping[str, Option]
    months: Mapping[str, Floats]
    """By an option's name, shape (draws,): the mean month. The draws are the same for all."""
    groups: tuple[tuple[str, ...], ...]
    """Names, the cheapest first; the group of the best comes first."""
    equals: tuple[str, ...] = ()
    """All that do as much of what the scenario asks for as the best does, which is among them."""

    @classmethod
    def of(
        cls, options: Iterable[Option], results: Iterable[Result], months: Mapping[str, Floats], likeness: Likeness
    ) -> Contest:
        """The options of which a month is known, the group with the cheapest of all first.

        What the scenario asks for comes before cost: models whose answers are said to do before others, and what keeps
        the objectives before what falls short of them, in a group and among groups.
        """
        by_name = {option.name: option for option in options if option.name in months}
        costs = {result.name: result for result in results if result.name in months}
        groups: dict[str, list[str]] = {}
        short = {name: falls_short(option, costs[name]) for name, option in by_name.items()}
        lacking = {name: (not likeness.will_do(option), short[name]) for name, option in by_name.items()}
        for name in sorted(by_name, key=lambda each: (lacking[each], month(costs[each]))):
            groups.setdefault(likeness.group(by_name[name]), []).append(name)
        ordered = sorted(groups.values(), key=lambda names: (lacking[names[0]], month(costs[names[0]])))
        equals = tuple(name for name in by_name if lacking[name] == lacking[ordered[0][0]])
        return cls(costs, by_name, months, tuple(tuple(names) for names in ordered), equals)

    @property
    def best(self) -> str:
        """The cheapest of those that lack the least of what the scenario asks for; empty where nothing can be had."""
        return self.groups[0][0] if self.groups else ""

    @property
    def rival(self) -> str:
        """What comes closest: the next of its group, else the cheapest of another; empty where it stands alone."""
        others = [names[0] for names in self.groups[1:]]
        return next(iter([*self.groups[0][1:2], *others]), "") if self.groups else ""

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Options of unlike kinds that compete, in the order of the scenario.

        The best competes with every other; beside it, of each group, the cheapest of each kind compete.
        """
        kinds = {name: type(option) for name, option in self.options.items()}
        leaders = {
            next(each for each in names if kinds[each] is kinds[name]) for names in self.groups for name in names
        }
        return tuple(
            (one, two)
            for one, two in combinations(self.options, 2)
            if kinds[one] is not kinds[two] and (self.best in (one, two) or {one, two} <= leaders)
        )

    def telling(self, break_evens: Iterable[BreakEven]) -> tuple[BreakEven, ...]:
        """Those of the best first. Of others, that they cost the same nowhere tells nobody anything."""
        mine, others = [], []
        for each in break_evens:
            if self.best in (each.first, each.second):
                mine.append(each)
            elif each.at is not None:
                others.append(each)
        return (*mine, *others)

    def alike(self, first: str, second: str) -> bool:
        """Whether two options are of one group."""
        return any(first in names and second in names for names in self.groups)

    def wins(self) -> dict[str, float]:
        """The share of the draws in which an option is the cheapest of its group, of those that have one.

        They add up to less than 1 where in some draws none of the group can be had.
        """
        found: dict[str, float] = {}
        for names in (each for each in self.groups if len(each) > 1):
            months = np.stack([self.months[name] for name in names])
            had = np.isfinite(months).any(axis=0)
            first = np.bincount(months.argmin(axis=0)[had], minlength=len(names)) / months.shape[1]
            found |= {name: float(part) for name, part in zip(names, first, strict=True)}
        return found

    def difference(self, first: str, second: str) -> Interval:
        """Second less first a month, draw by draw."""
        with np.errstate(invalid="ignore"):
            drawn = self.months[second] - self.months[first]
        return interval(drawn, month(self.results[second]) - month(self.results[first]))


def falls_short(option: Option, result: Result) -> bool:
    """Whether as many machines as the scenario says do not keep the objectives in the first month's busiest hour."""
    server, sizing = server_of(option), result.sizing
    if server is None or server.replicas is None or sizing is None or sizing.peak is None:
        return False
    return not sizing.peak.holds


def month(result: Result) -> float:
    """An option's mean month with every input at its value; the option can be had."""
    assert result.month is not None
    return result.month.value
