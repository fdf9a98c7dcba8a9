"""Which option to take, in plain words: among those that are alike, and what another would give or take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from freehold.plan.draws import interval
from freehold.plan.likeness import Likeness
from freehold.plan.report.figures import money, quantity, share
from freehold.plan.requests import Floats
from freehold.plan.result import Bar, BreakEven, Interval, Recommendation, Result, Tornado
from freehold.plan.scenario import Option

MOST = 8
"""Of the things that would overturn a recommendation, as many as are told."""


@dataclass(frozen=True)
class Contest:
    """The options that can be had, in groups that are alike, and what each costs in every draw."""

    results: Mapping[str, Result]
    options: Mapping[str, Option]
    months: Mapping[str, Floats]
    """By an option's name, shape (draws,): the mean month. The draws are the same for all."""
    groups: tuple[tuple[str, ...], ...]
    """Names, the cheapest first; the group that is decided within comes first."""

    @classmethod
    def of(
        cls, options: Iterable[Option], results: Iterable[Result], months: Mapping[str, Floats], likeness: Likeness
    ) -> Contest:
        """Options whose cost is known, grouped. The group with most of them comes first: there is most to compare."""
        by_name = {option.name: option for option in options if option.name in months}
        costs = {result.name: result for result in results if result.name in months}
        groups: dict[str, list[str]] = {}
        for name in sorted(by_name, key=lambda each: _value(costs[each])):
            groups.setdefault(likeness.group(by_name[name]), []).append(name)
        ordered = sorted(groups.values(), key=lambda names: (-len(names), _value(costs[names[0]])))
        return cls(costs, by_name, months, tuple(tuple(names) for names in ordered))

    @property
    def best(self) -> str:
        """The cheapest of the group that is decided within; empty where nothing can be had."""
        return self.groups[0][0] if self.groups else ""

    @property
    def rival(self) -> str:
        """What comes closest: the next of its group, else the cheapest of another; empty where it stands alone."""
        if not self.groups:
            return ""
        others = (*self.groups[0][1:2], *(names[0] for names in self.groups[1:]))
        return next(iter(others), "")

    def wins(self) -> dict[str, float]:
        """Every option's share of the draws in which it is the cheapest of its group."""
        found: dict[str, float] = {}
        for names in self.groups:
            months = np.stack([self.months[name] for name in names])
            first = np.bincount(months.argmin(axis=0), minlength=len(names)) / months.shape[1]
            found |= {name: float(part) for name, part in zip(names, first, strict=True)}
        return found

    def difference(self, first: str, second: str) -> Interval:
        """Second less first a month, draw by draw."""
        month = _value(self.results[second]) - _value(self.results[first])
        with np.errstate(invalid="ignore"):
            return interval(self.months[second] - self.months[first], month)


def recommend(
    contest: Contest,
    likeness: Likeness,
    refused: Iterable[Result],
    tornado: Tornado | None,
    break_evens: Iterable[BreakEven],
    currency: str,
) -> Recommendation:
    """The recommendation."""
    out = [f"{result.title} is out: {result.refusal}." for result in refused]
    if not contest.best:
        return Recommendation(option="", sentences=("None of the options can be had.", *out), overturned_by=(), wins={})
    words = _Words(contest, likeness, currency)
    return Recommendation(
        option=contest.best,
        sentences=(*words.choice(), *words.others(), *words.place(), *words.risk(), *out),
        overturned_by=tuple(_overturning(contest, tornado, break_evens, currency))[:MOST],
        wins=contest.wins(),
    )


@dataclass(frozen=True)
class _Words:
    """Sentences on one contest."""

    contest: Contest
    likeness: Likeness
    currency: str

    def choice(self) -> list[str]:
        """The cheapest of the alike, and by how much."""
        best, names = self.contest.best, self.contest.groups[0]
        result = self.contest.results[best]
        month = result.month
        assert month is not None
        cost = f"{self._money(month.value)} a month ({self._money(month.low)} to {self._money(month.high)})"
        if len(names) == 1:
            return [f"{result.title} is the only option with {result.model}: {cost}."]
        wins = self.contest.wins()[best]
        said = f"{result.title} is the cheapest of {len(names)} options with {result.model}: {cost}"
        return [f"{said}, and in {share(wins)} of the draws.", self._next(best, names[1])]

    def _next(self, best: str, rival: str) -> str:
        gap, title = self.contest.difference(best, rival), self.contest.results[rival].title
        ends = f"{self._money(gap.low)} to {self._money(gap.high)}"
        if gap.low <= 0 <= gap.high:
            return f"Against {title} it is too close to call: that costs from {ends} a month more, world by world."
        return f"{title} comes next and costs {self._money(gap.value)} a month more ({ends})."

    def others(self) -> list[str]:
        """The best of each other group, which is another thing."""
        best, found = self.contest.best, []
        mine = self.contest.results[best]
        for names in self.contest.groups[1:]:
            other = self.contest.results[names[0]]
            gap = self.contest.difference(best, names[0])
            more = "more" if gap.value >= 0 else "less"
            found.append(
                f"{other.title} costs {self._money(abs(gap.value))} a month {more} and is not the same thing: its "
                f"answers are {other.model}'s, not {mine.model}'s, and no evaluation here says that they are equally good."
            )
        return found

    def place(self) -> list[str]:
        """Whether prompts leave, and what it would cost to keep them."""
        best = self.contest.best
        if not self.likeness.leaves(self.contest.options[best]):
            return ["Prompts never leave the building."]
        inside = [name for name in self.contest.groups[0] if not self.likeness.leaves(self.contest.options[name])]
        said = self.contest.results[best].privacy
        if not inside:
            return [f"{said} No option here keeps the same model's prompts in the building."]
        gap = self.contest.difference(best, inside[0])
        title = self.contest.results[inside[0]].title
        return [f"{said} To keep them in the building, {title} costs {self._money(gap.value)} a month more."]

    def risk(self) -> list[str]:
        """What no price says."""
        return [self.contest.results[self.contest.best].risk]

    def _money(self, amount: float) -> str:
        return money(amount, self.currency)


def _overturning(
    contest: Contest, tornado: Tornado | None, break_evens: Iterable[BreakEven], currency: str
) -> Iterable[str]:
    """What would make another option the cheaper: inputs that reach so far within their range, then break-evens."""
    if tornado is not None:
        for bar in tornado.bars:
            yield from _flip(contest, tornado, bar, currency)
    for each in break_evens:
        if each.at is not None and contest.best in (each.first, each.second) and each.share >= 0.05:
            yield each.sentence


def _flip(contest: Contest, tornado: Tornado, bar: Bar, currency: str) -> Iterable[str]:
    for at, difference in ((bar.low_input, bar.at_low), (bar.high_input, bar.at_high)):
        if difference * tornado.difference < 0:
            first, second = contest.results[tornado.first].title, contest.results[tornado.second].title
            cheaper = second if difference < 0 else first
            gap = money(abs(difference), currency)
            place = f"{bar.label} at {quantity(at, bar.unit)} {bar.unit}"
            yield f"{place}: {cheaper} is then the cheaper, by {gap} a month."


def _value(result: Result) -> float:
    assert result.month is not None
    return result.month.value
