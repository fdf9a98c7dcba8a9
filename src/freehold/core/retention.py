"""How long what was said and what was recorded is kept, by label."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from freehold.core.label import PUBLIC, Label

_T = TypeVar("_T")


class RetentionRule(msgspec.Struct, frozen=True):
    """What is decided for all that is labelled `label` or above. Days are whole; 0 stands for: for good.

    `None`: what a less specific rule says, and where none does, the default.
    """

    label: Label
    text_days: int | None = None
    """For captured prompts and answers."""
    capture: bool = True
    """Whether they may be captured at all."""
    record_days: int | None = None
    """For the record of a request, which holds no text."""
    floor_days: int = 0
    """Below which no rule may bring that for anything this one speaks of."""


class Retention(msgspec.Struct, frozen=True):
    """All rules together. A setting is that of the most specific rule that sets it.

    A rule is more specific than another whose label may flow to its own. Of several that nothing is more specific than,
    the fewest days hold. Of floors, the most days hold; of `capture`, a single no.
    """

    rules: tuple[RetentionRule, ...] = ()

    def captures(self, label: Label | None) -> bool:
        """Whether text under this label may be captured."""
        return all(rule.capture for rule in self._fitting(label))

    def text_days(self, label: Label | None, default: float) -> float:
        """How long captured text is kept, in days; infinity for good."""
        return _fewest(self._most_specific(label, lambda rule: rule.text_days), default)

    def record_days(self, label: Label | None) -> float:
        """How long a record is kept, in days; infinity for good."""
        return _fewest(self._most_specific(label, lambda rule: rule.record_days), math.inf)

    def floor_days(self, label: Label | None) -> int:
        """How long a record is kept at least, in days."""
        return max((rule.floor_days for rule in self._fitting(label)), default=0)

    @property
    def shortest_record_days(self) -> float:
        """Days within which no record expires, whatever its label; infinity where none ever does."""
        return _fewest([rule.record_days for rule in self.rules if rule.record_days is not None], math.inf)

    def undercut(self) -> list[tuple[RetentionRule, RetentionRule, Label]]:
        """Each rule that ends records sooner than another one's floor allows, with that one and a label that shows it.

        The labels to look at are those of the rules and the joins of two: where two rules meet in a label above their
        join, they meet in the join too, and nothing more specific stands between them there.
        """
        found = []
        for rule in self.rules:
            for other in self.rules:
                label = rule.label.join(other.label)
                deciding = self._deciding(label, lambda each: each.record_days)
                if any(each is rule for each in deciding) and _days(rule.record_days, math.inf) < other.floor_days:
                    found.append((rule, other, label))
        return found

    def _fitting(self, label: Label | None) -> list[RetentionRule]:
        """Those that speak of a label; what was refused before it had one counts as public."""
        return [rule for rule in self.rules if rule.label.flows_to(label or PUBLIC)]

    def _deciding(self, label: Label | None, setting: Callable[[RetentionRule], _T | None]) -> list[RetentionRule]:
        """Of the rules that speak of a label and set something, those that nothing is more specific than."""
        setting_it = [rule for rule in self._fitting(label) if setting(rule) is not None]
        return [
            rule
            for rule in setting_it
            if not any(rule.label != other.label and rule.label.flows_to(other.label) for other in setting_it)
        ]

    def _most_specific(self, label: Label | None, setting: Callable[[RetentionRule], _T | None]) -> list[_T]:
        values = (setting(rule) for rule in self._deciding(label, setting))
        return [value for value in values if value is not None]


def _fewest(days: Sequence[int], default: float) -> float:
    return min((_days(each, default) for each in days), default=default)


def _days(days: int | None, default: float) -> float:
    """Days as they are reckoned with: `default` where nothing is set, infinity for 0."""
    return default if days is None else days or math.inf
