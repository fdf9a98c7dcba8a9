"""The shape of a rule, and how the rules are run over a text in time that grows with its length alone.

A rule is a pattern with bounded repetition and the needles without one of which it cannot match. Looking for needles
is a search of memory, some hundred times cheaper than the pattern, and of most texts it is all that is done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from freehold.core.finding import Span

KIND = "instruction"
SURE = 0.5
"""A rule at or above this is a finding by itself; one below is a hint, which only the classifier weighs."""
_MOST = 16
"""Matches of one rule in one text. Of a text that holds more, more need not be known."""


class Rule(msgspec.Struct, frozen=True):
    """One form that instructions to a model take. `confidence` is that a match is meant as one."""

    name: str
    confidence: float
    needles: tuple[str, ...]
    """Of these, lower case, at least one is in every text that it matches."""
    pattern: re.Pattern[str]


def rule(name: str, confidence: float, needles: Iterable[str], pattern: str, flags: re.RegexFlag = re.NOFLAG) -> Rule:
    """A rule whose pattern is blind to case, and whose ``^`` and ``$`` are those of lines."""
    return Rule(name, confidence, tuple(needles), re.compile(pattern, re.IGNORECASE | re.MULTILINE | flags))


def run(rules: Sequence[Rule], text: str) -> Iterator[Span]:
    """What the rules find in a text, rule by rule."""
    lowered = text.lower()
    for each in rules:
        if any(needle in lowered for needle in each.needles):
            for _, match in zip(range(_MOST), each.pattern.finditer(text), strict=False):
                yield Span(match.start(), match.end(), KIND, each.confidence, each.name, "injection")
