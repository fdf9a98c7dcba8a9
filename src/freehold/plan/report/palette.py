"""Which colour and title each option and each part of a month has, the same in every plot."""

from __future__ import annotations

from freehold.plan.result import Plan

COLOURS = 8
"""How many the style sheet has; what comes after them is grey. Lines differ by dashes too."""


class Palette:
    """Options and parts are counted in the order of the plan's results."""

    def __init__(self, plan: Plan) -> None:
        shown = [result for result in plan.results if not result.refusal]
        self._titles = {result.name: result.title for result in plan.results}
        self._series = {result.name: place for place, result in enumerate(shown, 1)}
        self.parts = list(dict.fromkeys(line.part for result in shown for line in result.lines))

    def title(self, option: str) -> str:
        """What an option is called."""
        return self._titles.get(option, option)

    def series(self, option: str) -> str:
        """The class of an option's colour."""
        return _class("s", self._series.get(option, COLOURS + 1))

    def part(self, part: str) -> str:
        """The class of a part's colour."""
        return _class("p", self.parts.index(part) + 1)


def _class(letter: str, place: int) -> str:
    return f"{letter}{place}" if place <= COLOURS else f"{letter}-more"
