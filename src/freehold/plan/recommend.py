"""Which option to take, in plain words: the cheapest that does what is asked, and what another would give or take."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from freehold.plan.contest import Contest, falls_short, month
from freehold.plan.likeness import Likeness
from freehold.plan.report.figures import money, quantity, share
from freehold.plan.result import Bar, BreakEven, Recommendation, Result, Tornado
from freehold.plan.scenario import Hybrid

MOST = 8
"""Of the things that would overturn a recommendation, as many as are told."""
OTHERS = 5
"""Of the options that are another thing, as many are told: the cheapest."""
NEAR = 10.0
"""A break-even farther from what the plan has than this factor is not told: nothing is about to reach it."""


def recommend(
    contest: Contest,
    likeness: Likeness,
    refused: Iterable[Result],
    tornado: Tornado | None,
    break_evens: Iterable[BreakEven],
    currency: str,
) -> Recommendation:
    """The recommendation, with what would overturn it."""
    out = [f"{result.title} is out: {result.refusal}." for result in refused]
    if not contest.best:
        return Recommendation(option="", sentences=("None of the options can be had.", *out), overturned_by=(), wins={})
    words = _Words(contest, likeness, currency)
    overturning = [*words.swings(tornado), *words.crossings(break_evens)][: MOST - 1]
    return Recommendation(
        option=contest.best,
        sentences=(*words.choice(), *words.short(), *words.others(), words.place(), words.risk(), *out),
        overturned_by=(*overturning, *words.not_good_enough()),
        wins=contest.wins(),
    )


@dataclass(frozen=True)
class _Words:
    """Sentences on one contest."""

    contest: Contest
    likeness: Likeness
    currency: str

    def choice(self) -> list[str]:
        """The cheapest that lacks nothing that is asked for, and by how much among its like."""
        best, names = self.contest.best, self.contest.groups[0]
        result = self.contest.results[best]
        assert result.month is not None
        low, value, high = (self._money(each) for each in (result.month.low, result.month.value, result.month.high))
        cost = f"{value} a month ({low} to {high})"
        model = self.likeness.short(self.contest.options[best])
        many = len(self.contest.equals)
        which = f"the cheapest of the {many} options" if many > 1 else "the only option"
        said = f"{result.title} is {which}{self._asked()}: {cost}"
        if len(names) == 1:
            return [f"{said}.", *self._if_good_enough(model)]
        source = self.likeness.found_alike(self.contest.options[name] for name in names)
        kind = f"that answer equally well ({source})" if source else f"with {model}"
        wins = f"among the {len(names)} {kind} it is so in {share(self.contest.wins()[best])} of the draws"
        return [f"{said}; {wins}.", self._next(best, names[1]), *self._if_good_enough(model)]

    def _asked(self) -> str:
        """What the cheapest is the cheapest of, where some options lack what the scenario asks for."""
        best, options, results = self.contest.best, self.contest.options, self.contest.results
        one = len(self.contest.equals) == 1
        asked = []
        if any(falls_short(options[name], results[name]) for name in options) and not falls_short(
            options[best], results[best]
        ):
            asked.append("keeps the objectives" if one else "keep the objectives")
        if self.likeness.scenario.good_enough and self.likeness.will_do(options[best]):
            asked.append(f"{'is' if one else 'are'} said to answer well enough")
        return f" that {' and '.join(asked)}" if asked else " here"

    def short(self) -> Iterator[str]:
        """That the best of them is not enough."""
        best = self.contest.best
        if falls_short(self.contest.options[best], self.contest.results[best]):
            yield "As many of its machines as the scenario says do not keep the objectives in the busiest hour."

    def _if_good_enough(self, model: str) -> list[str]:
        """What no cost decides: whether this model's answers will do."""
        said = self.likeness.scenario.good_enough and self.likeness.will_do(self.contest.options[self.contest.best])
        if said or len(self.contest.groups) == 1:
            return []
        return [f"That holds if the answers of {model} are good enough for the work: try it on your own requests."]

    def _next(self, best: str, rival: str) -> str:
        gap, title = self.contest.difference(best, rival), self.contest.results[rival].title
        low, high = self._money(gap.low), self._money(gap.high)
        if gap.low <= 0 <= gap.high:
            return (
                f"Against {title} it is too close to call: that costs {self._money(gap.value)} a month more, and in "
                f"80 % of the draws anything from {low} to {high}."
            )
        return f"{title} comes next and costs {self._money(gap.value)} a month more ({low} to {high})."

    def others(self) -> Iterator[str]:
        """The cheapest of each other group, which is another thing, in one sentence."""
        leaders = self._leaders()
        if not leaders:
            return
        mine = self.likeness.short(self.contest.options[self.contest.best])
        told = [self._other(name) for name in leaders[:OTHERS]]
        if len(leaders) > OTHERS:
            told.append(f"and {len(leaders) - OTHERS} dearer ones")
        yield (
            "Not the same thing, since no evaluation named here says how their answers compare with those of "
            f"{mine}: {'; '.join(told)}."
        )

    def _other(self, name: str) -> str:
        option, gap = self.contest.options[name], self.contest.difference(self.contest.best, name)
        theirs = self.likeness.short(option)
        if theirs == self.likeness.short(self.contest.options[self.contest.best]):
            theirs = self.likeness.group(option)
        models = f"the two models {theirs}" if isinstance(option, Hybrid) else theirs
        if not self.likeness.will_do(option):
            models += ", not said to be good enough"
        more = "more" if gap.value >= 0 else "less"
        return f"{self.contest.results[name].title} ({models}) for {self._money(abs(gap.value))} a month {more}"

    def _leaders(self) -> list[str]:
        """The cheapest of each other group, the cheapest of them first."""
        return sorted(
            (names[0] for names in self.contest.groups[1:]), key=lambda name: month(self.contest.results[name])
        )

    def place(self) -> str:
        """Whether prompts leave, and what it would cost to keep them."""
        best, options = self.contest.best, self.contest.options
        said = self.likeness.privacy(options[best])
        if not self.likeness.leaves(options[best]):
            return said
        inside = [name for name in self.contest.groups[0] if not self.likeness.leaves(options[name])]
        if not inside:
            return f"{said} No option here with the same model keeps prompts in the building."
        gap, title = self.contest.difference(best, inside[0]), self.contest.results[inside[0]].title
        return f"{said} To keep them in the building, {title} costs {self._money(gap.value)} a month more."

    def risk(self) -> str:
        """What no price says."""
        return self.contest.results[self.contest.best].risk

    def swings(self, tornado: Tornado | None) -> Iterator[str]:
        """Inputs that turn the order round within their own range."""
        for bar in tornado.bars if tornado else ():
            for at, difference in ((bar.low_input, bar.at_low), (bar.high_input, bar.at_high)):
                if tornado and difference * tornado.difference < 0:
                    yield self._swing(tornado, bar, at, difference)

    def _swing(self, tornado: Tornado, bar: Bar, at: float, difference: float) -> str:
        cheaper, other = (tornado.second, tornado.first) if difference < 0 else (tornado.first, tornado.second)
        titles = self.contest.results[cheaper].title, self.contest.results[other].title
        unit = "" if bar.unit == "share" else f" {bar.unit}"
        place = f"{bar.label[:1].upper()}{bar.label[1:]} at {quantity(at, bar.unit)}{unit}"
        gap = self._money(abs(difference))
        return f"{place}: then {titles[0]} costs {gap} a month less than {titles[1]}{self._unlike(cheaper, other)}."

    def crossings(self, break_evens: Iterable[BreakEven]) -> list[str]:
        """Break-evens of the recommended option, the nearest to what the plan has first."""
        mine = [each for each in break_evens if self.contest.best in (each.first, each.second)]
        near = sorted((far, at) for at, each in enumerate(mine) if (far := _distance(each)) <= math.log(NEAR))
        return [self._crossing(mine[at]) for _, at in near]

    def _crossing(self, found: BreakEven) -> str:
        unlike = "" if self.contest.alike(found.first, found.second) else " The two are different models."
        return f"{found.sentence}{unlike}"

    def not_good_enough(self) -> Iterator[str]:
        """What is left where the recommended model does not do: none that is known to be smaller."""
        model = self.likeness.short(self.contest.options[self.contest.best])
        least = self.likeness.parameters(self.contest.options[self.contest.best])
        for name in self._leaders():
            option, other = self.contest.options[name], self.contest.results[name]
            size, theirs = self.likeness.parameters(option), self.likeness.short(option)
            if theirs != model and not (least and size and size < least):
                next_one = f"{other.title} at {self._money(month(other))} a month"
                yield f"Answers of {model} that are not good enough: try those of {theirs}, {next_one}."
                return

    def _unlike(self, first: str, second: str) -> str:
        return "" if self.contest.alike(first, second) else " (which is another model)"

    def _money(self, amount: float) -> str:
        return money(amount, self.currency)


def _distance(found: BreakEven) -> float:
    """How far a break-even is from what the plan has, as the logarithm of a factor."""
    if found.at is None or not found.now or found.at.value <= 0:
        return math.inf
    return abs(math.log(found.at.value / found.now))
