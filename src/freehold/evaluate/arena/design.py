"""Votes as a regression sees them: who stood left and right, what it was worth, how the two looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from freehold.evaluate.arena.model import WON, Style, Vote
from freehold.evaluate.statistics.interval import Floats

COVARIATES = ("length", "headers", "lists", "bold")
"""Differences between the left answer and the right: of the logarithms of their lengths; of counts, over their sum."""


@dataclass(frozen=True, slots=True)
class Design:
    """Votes in their order. `subjects` are numbered by their place; covariates are left minus right."""

    subjects: tuple[str, ...]
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    won: Floats
    """What each was worth to the left one: 0, a half or 1."""
    covariates: Floats
    """A row a vote, a column for each of `COVARIATES`."""

    @property
    def size(self) -> int:
        """How many votes."""
        return len(self.won)

    def rows(self) -> Floats:
        """A row a vote, a column a subject: 1 where it stood left, -1 where it stood right."""
        found = np.zeros((self.size, len(self.subjects)))
        places = np.arange(self.size)
        found[places, self.left] = 1.0
        found[places, self.right] = -1.0
        return found

    def among(self, members: Sequence[int]) -> Design:
        """Only the votes between some subjects, which are numbered anew in the order given."""
        new = np.full(len(self.subjects), -1)
        new[list(members)] = np.arange(len(members))
        kept = (new[self.left] >= 0) & (new[self.right] >= 0)
        names = tuple(self.subjects[each] for each in members)
        left, right = new[self.left[kept]], new[self.right[kept]]
        return Design(names, left, right, self.won[kept], self.covariates[kept])

    def without(self, votes: NDArray[np.intp]) -> Design:
        """The same subjects with some votes left out."""
        kept = np.ones(self.size, dtype=bool)
        kept[votes] = False
        return Design(self.subjects, self.left[kept], self.right[kept], self.won[kept], self.covariates[kept])

    def wins(self) -> Floats:
        """Subjects by subjects: what the row's won against the column's; a tie is half a win to each."""
        found = np.zeros((len(self.subjects), len(self.subjects)))
        np.add.at(found, (self.left, self.right), self.won)
        np.add.at(found, (self.right, self.left), 1 - self.won)
        return found


def design_of(votes: Sequence[Vote]) -> Design:
    """The design of votes, its subjects by name."""
    names = sorted({side.subject for vote in votes for side in (vote.left, vote.right)})
    number = {name: place for place, name in enumerate(names)}
    return Design(
        tuple(names),
        np.array([number[vote.left.subject] for vote in votes], dtype=np.intp),
        np.array([number[vote.right.subject] for vote in votes], dtype=np.intp),
        np.array([WON[vote.choice] for vote in votes]),
        np.array([_differences(vote.left.style, vote.right.style) for vote in votes]).reshape(-1, len(COVARIATES)),
    )


def _differences(left: Style, right: Style) -> tuple[float, ...]:
    counted = ((left.headers, right.headers), (left.lists, right.lists), (left.bold, right.bold))
    # An empty answer counts as one of a single character.
    length = float(np.log(max(left.length, 1)) - np.log(max(right.length, 1)))
    return (length, *((a - b) / (a + b) if a + b else 0.0 for a, b in counted))
