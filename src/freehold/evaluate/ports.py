"""The joints of evaluation: what a plug-in that scores has to be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from freehold.evaluate.model import Example, Result, Scored


class Scorer(Protocol):
    """Says what an answer is worth. Raises nothing for a bad answer: what cannot be told is a `Scored` of `None`.

    One that asks nobody has besides ``free = True``: it scores though the budget of a run is spent.
    """

    @property
    def name(self) -> str:
        """As it was asked for, with its settings: ``numeric:0.01``. Scores are kept under it."""
        ...

    @property
    def version(self) -> str:
        """Changes when the same answer could get another score: kept scores of another version are not used."""
        ...

    @property
    def gates(self) -> bool:
        """Whether its scores may decide anything: not those of a judge that is not certified."""
        ...

    async def __call__(self, example: Example, result: Result) -> Scored:
        """The score of an answered example."""
        ...


def costs_nothing(scorer: Scorer) -> bool:
    """Whether it says of itself that it never costs anything."""
    # No member of the protocol, or every plug-in that was written before it would be none any more.
    return getattr(scorer, "free", False) is True


Scorers = Mapping[str, Scorer]
"""By the name under which their scores are kept."""
