"""Words in brackets that say what stood there: ``[email]``, and ``[email 2]`` where there are several."""

from __future__ import annotations

from collections.abc import Sequence

from freehold.guards.letters import folded
from freehold.guards.located import Located
from freehold.guards.swap import Pair


class Placeholders:
    """A placeholder for each original, numbered by kind in order where a kind has several."""

    def __init__(self, found: Sequence[Located]) -> None:
        by_kind: dict[str, dict[str, Located]] = {}
        for each in found:
            by_kind.setdefault(each.span.kind, {}).setdefault(folded(each.text), each)
        self.counts = {kind: len(originals) for kind, originals in by_kind.items()}
        """By kind, how many different originals there are."""
        self.pairs = [
            Pair(each.text.strip(), placeholder(kind, number if len(originals) > 1 else 0), loose=True)
            for kind, originals in by_kind.items()
            for number, each in enumerate(originals.values(), 1)
        ]
        """What is to be replaced by what, everywhere."""


def placeholder(kind: str, number: int = 0) -> str:
    """The placeholder of a kind; without its number where that is 0."""
    return f"[{kind} {number}]" if number else f"[{kind}]"
