"""Runs made ready to stand side by side: with their dataset, its examples, and which scores may decide nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence, Set

import msgspec

from freehold.evaluate.datasets.store import DatasetStore
from freehold.evaluate.model import Run
from freehold.evaluate.report.material import RunData
from freehold.evaluate.runs.rows import RunRows

Gates = Callable[[str, Run, Set[str]], bool]
"""Whether a scorer's scores of a run, which were given by these versions of it, may decide anything."""


def material(runs: Sequence[Run], rows: RunRows, datasets: DatasetStore, gates: Gates) -> list[RunData]:
    """Everything that a comparison of these runs reads; raises `NotFound` for a dataset that was removed. Blocks."""
    return [_of(run, rows, datasets, gates) for run in runs]


def _of(run: Run, rows: RunRows, datasets: DatasetStore, gates: Gates) -> RunData:
    placed = list(datasets.examples(run.dataset))
    # An example that was erased leaves a gap in the places, and none in what is compared.
    index = {each.place: number for number, each in enumerate(placed)}
    results, versions = [], defaultdict[str, set[str]](set)
    for row in rows.every(run.id):
        if row.result.place in index:
            results.append(msgspec.structs.replace(row.result, place=index[row.result.place]))
            for name, score in row.scores.items():
                versions[name].add(score.version)
    return RunData(
        run,
        datasets.find(run.dataset),
        [each.example for each in placed],
        results,
        uncertified=frozenset(name for name, given in versions.items() if not gates(name, run, given)),
    )
