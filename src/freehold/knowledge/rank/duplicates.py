"""Equal passages count once: a ranking keeps the best of them, and the others take no rank."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Ranked(msgspec.Struct, frozen=True):
    """One entry of a ranking. `key` is what the store finds the passage by; equal passages share their `likeness`."""

    key: int
    likeness: int
    score: float


def distinct(ranking: Iterable[Ranked]) -> list[Ranked]:
    """A ranking, best first, without the entries that say the same as an earlier one (they share its `likeness`)."""
    first: dict[int, Ranked] = {}
    for entry in ranking:
        first.setdefault(entry.likeness, entry)
    return list(first.values())
