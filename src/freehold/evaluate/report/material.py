"""What a comparison is made from: runs with their results, and what they were asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec
import numpy as np

from freehold.evaluate.model import CLUSTER, Dataset, Example, Result, Run
from freehold.evaluate.statistics.interval import Floats


class RunData(msgspec.Struct, frozen=True):
    """One run with all that it is judged by."""

    run: Run
    dataset: Dataset
    examples: Sequence[Example]
    """Of the dataset, in their order: a result's `place` is one's index."""
    results: Sequence[Result]
    uncertified: frozenset[str] = frozenset()
    """Names of scorers whose judge is not certified: their scores are shown, and decide nothing."""

    @property
    def partial(self) -> bool:
        """Whether it did not come to its end."""
        return self.run.state != "done"


class Unlike(ValueError):
    """Runs that cannot stand side by side, and why."""


def checked(runs: Sequence[RunData]) -> None:
    """That runs can stand side by side.

    Raises:
        Unlike: there are none, or they are of different datasets.
    """
    if not runs:
        raise Unlike("there is no run to report; begin one with 'freehold eval run'")
    first = runs[0].dataset
    for other in (each.dataset for each in runs[1:]):
        if other.id != first.id:
            both = f"{_named(runs[0])} and {_named(_of(runs, other))}"
            raise Unlike(f"{both} were asked different questions: {_apart(runs, other)}")


def scorers(runs: Sequence[RunData]) -> list[str]:
    """Every scorer with a score, those that were asked for first and in that order."""
    asked = [name for each in runs for name in each.run.settings.scorers]
    kept = [name for each in runs for result in each.results for name in result.scores]
    return list(dict.fromkeys([*(name for name in asked if name in set(kept)), *kept]))


class Columns:
    """The results of one run as arrays over the places of the dataset: what is not there is not a number."""

    def __init__(self, data: RunData, size: int) -> None:
        self.data = data
        self.by_place: Mapping[int, Result] = {result.place: result for result in data.results}
        self._size = size
        self.answered = self._where(lambda result: result.state == "answered") == 1
        self.asked = self._where(lambda result: result.state != "skipped") == 1
        self.cost = self._where(lambda result: result.spent / 1e9 if result.state == "answered" else None)
        self.total_ms = self._where(lambda result: result.total_ms if result.state == "answered" else None)
        self.first_ms = self._where(lambda result: result.first_ms if result.state == "answered" else None)
        self._scores: dict[str, Floats] = {}

    def score(self, scorer: str) -> Floats:
        """What a scorer says of each answer."""
        if scorer not in self._scores:
            self._scores[scorer] = self._where(lambda result: _value(result, scorer))
        return self._scores[scorer]

    def _where(self, read: Callable[[Result], float | None]) -> Floats:
        found = np.full(self._size, np.nan)
        for place, result in self.by_place.items():
            value = read(result)
            if value is not None:
                found[place] = value
        return found


def _value(result: Result, scorer: str) -> float | None:
    if result.state != "answered":
        return None
    scored = result.scores.get(scorer)
    return None if scored is None or scored.value is None else min(max(scored.value, 0.0), 1.0)


def clusters(examples: Sequence[Example]) -> list[str]:
    """The cluster of each example; one that names none is its own, and the same example twice is one."""
    return [example.slices.get(CLUSTER, example.id) for example in examples]


def _named(data: RunData) -> str:
    return f"'{data.run.subject}'"


def _of(runs: Sequence[RunData], dataset: Dataset) -> RunData:
    return next(each for each in runs if each.dataset.id == dataset.id)


def _apart(runs: Sequence[RunData], other: Dataset) -> str:
    first = runs[0]
    one, two = ({example.id for example in each.examples} for each in (first, _of(runs, other)))
    return (
        f"dataset '{first.dataset.name}' ({first.dataset.id}) has {len(one)} examples and '{other.name}' ({other.id}) "
        f"{len(two)}, of which {len(one & two)} are the same; run both on one of them"
    )
