"""What was counted, as plain data: what one process hands to another, and what is added up and written out."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

Labels = tuple[str, ...]


class Counted(msgspec.Struct, frozen=True):
    """One series of a counter: its label values, in the order of its metric's label names."""

    labels: Labels
    value: float


class Observed(msgspec.Struct, frozen=True):
    """One series of a histogram. `counts` are by bucket, not cumulative; the last is above all bounds."""

    labels: Labels
    counts: tuple[int, ...]
    total: float


class Snapshot(msgspec.Struct, frozen=True):
    """All that one process has counted since it began, by the names in `observe.catalogue`."""

    began_ns: int
    """When it began, by the wall clock."""
    version: str = ""
    """Of Freehold."""
    counters: dict[str, list[Counted]] = {}
    histograms: dict[str, list[Observed]] = {}
    gauges: dict[str, list[Counted]] = {}
    """What stands at the moment; of several processes each series is one's own, or they are added up."""


def added(snapshots: Iterable[Snapshot]) -> Snapshot:
    """Several processes' snapshots as one: series of the same labels are summed, and the earliest beginning holds."""
    began, version, counters, histograms, gauges = 0, "", _Sums(), _Sums(), _Sums()
    for each in snapshots:
        began, version = min(began or each.began_ns, each.began_ns), each.version
        for sums, held in ((counters, each.counters), (gauges, each.gauges)):
            for name, series in held.items():
                for one in series:
                    sums.add(name, one.labels, (one.value,))
        for name, observed in each.histograms.items():
            for row in observed:
                histograms.add(name, row.labels, (row.total, *row.counts))
    return Snapshot(
        began,
        version,
        counters={name: [Counted(*one) for one in rows] for name, rows in counters.singles()},
        gauges={name: [Counted(*one) for one in rows] for name, rows in gauges.singles()},
        histograms={
            name: [Observed(labels, tuple(map(int, values[1:])), values[0]) for labels, values in rows.items()]
            for name, rows in histograms.found.items()
        },
    )


class _Sums:
    """Vectors added up by name and labels."""

    def __init__(self) -> None:
        self.found: dict[str, dict[Labels, list[float]]] = {}

    def add(self, name: str, labels: Labels, values: tuple[float, ...]) -> None:
        rows = self.found.setdefault(name, {})
        held = rows.get(labels)
        if held is None:
            rows[labels] = list(values)
        else:
            for index, value in enumerate(values):
                held[index] += value

    def singles(self) -> list[tuple[str, list[tuple[Labels, float]]]]:
        return [(name, [(labels, values[0]) for labels, values in rows.items()]) for name, rows in self.found.items()]
