"""Which colour and title each option and each part of a month has, the same in every plot."""

from __future__ import annotations

from freehold.plan.result import Plan

COLOURS = 8
"""How many the style sheet has; what comes after them is grey. Lines differ by dashes too."""

_KINDS = {
    "input tokens": "prompt tokens",
    "cached input tokens": "prompt tokens",
    "output tokens": "answer tokens",
    "GPU hours": "GPU hours",
    "starts": "GPU hours",
    "purchase": "machines bought",
    "tax": "machines bought",
    "interest": "machines bought",
    "repair": "machines bought",
    "power": "power and hosting",
    "hosting": "power and hosting",
    "storage": "storage and egress",
    "egress": "storage and egress",
    "people": "people",
    "migration": "migration",
}
"""What the parts of a bill are drawn as: as many kinds as there are colours."""
KINDS = tuple(dict.fromkeys(_KINDS.values()))


class Palette:
    """Options and parts are counted in the order of the plan's results."""

    def __init__(self, plan: Plan) -> None:
        shown = [result for result in plan.results if not result.refusal]
        self._titles = {result.name: result.title for result in plan.results}
        self._series = {result.name: place for place, result in enumerate(shown, 1)}
        self.parts = list(dict.fromkeys(line.part for result in shown for line in result.lines))
        self.kinds = sorted({kind(part) for part in self.parts}, key=_place)
        """Of those parts, in the order in which they stand in a bar."""

    def title(self, option: str) -> str:
        """What an option is called."""
        return self._titles.get(option, option)

    def series(self, option: str) -> str:
        """The class of an option's colour."""
        return _class("s", self._series.get(option, COLOURS + 1))


def kind(part: str) -> str:
    """What a part is drawn as; a hybrid's halves (``home: power``) as what they are, and an unknown part as itself.

    >>> kind("home: power"), kind("audit")
    ('power and hosting', 'audit')
    """
    plain = part.rpartition(": ")[2]
    return _KINDS.get(plain, plain)


def colour(drawn: str) -> str:
    """The class of the colour of a kind of part."""
    return _class("p", _place(drawn) + 1)


def _place(drawn: str) -> int:
    return KINDS.index(drawn) if drawn in KINDS else len(KINDS)


def _class(letter: str, place: int) -> str:
    return f"{letter}{place}" if place <= COLOURS else f"{letter}-more"
