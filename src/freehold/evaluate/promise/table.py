"""What a promise is made from: what every voice and the stronger target came to on the same questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from freehold.evaluate.statistics.interval import Floats

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """One row a question; every array has the shape (questions,)."""

    voices: tuple[str, ...]
    """The owned targets, in the order in which they are asked; the last one's answer is the one to keep."""
    stronger: str
    right: Mapping[str, Bools]
    """For each voice and the stronger target: whether its answer was right."""
    measures: Mapping[str, Floats]
    """What can be known of the answers without knowing what is right, by the names of `freehold.policy.keeping`;
    NaN where it is not known."""
    usable: Bools
    """Every voice gave an answer of sound form; others are never kept."""
    costs: Mapping[str, Floats]
    """For each voice and the stronger target: US dollars."""

    @property
    def size(self) -> int:
        """Questions."""
        return len(self.usable)

    @property
    def last(self) -> str:
        """The voice whose answer is kept."""
        return self.voices[-1]

    def harm(self, voice: str | None = None) -> Bools:
        """Where keeping a voice's answer (the last one's) does harm: it is wrong and the stronger one's is right."""
        harm: Bools = ~self.right[voice or self.last] & self.right[self.stronger]
        return harm

    def part(self, which: NDArray[np.intp]) -> Outcomes:
        """Some of the questions."""
        return Outcomes(
            self.voices,
            self.stronger,
            {name: each[which] for name, each in self.right.items()},
            {name: each[which] for name, each in self.measures.items()},
            self.usable[which],
            {name: each[which] for name, each in self.costs.items()},
        )


def columns(rows: Sequence[Mapping[str, float | None]]) -> dict[str, Floats]:
    """Measures of each question as an array for each measure; a slice that a question does not name is 0 there."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: np.array([_figure(row.get(name), name) for row in rows], dtype=float) for name in names}


def _figure(value: float | None, name: str) -> float:
    if value is not None:
        return value
    return 0.0 if name.startswith("slice:") else np.nan
