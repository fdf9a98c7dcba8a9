"""Writes snapshots out as Prometheus reads them: its text format 0.0.4, or OpenMetrics where a scraper asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from freehold.observe.catalogue import METRICS, Metric
from freehold.observe.metrics import busiest
from freehold.observe.snapshot import Counted, Observed, Snapshot, added

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric as Family

_KEYS = "freehold_key_requests"


class Exposition:
    """Renders what the processes counted. `most_keys`: how many keys have a series of their own."""

    def __init__(self, most_keys: int = 0) -> None:
        self._most_keys = most_keys
        self._shown: set[str] = set()

    def render(self, snapshots: Iterable[Snapshot], accept: str = "") -> tuple[bytes, str]:
        """The page, and its content type, for a scraper that accepts this. All processes' snapshots are added up.

        Takes some milliseconds, and at the first call a tenth of a second more: call it in a thread.
        """
        # Here, because it costs 80 ms of a start, and nobody may ever ask.
        from prometheus_client.exposition import choose_encoder  # noqa: PLC0415

        encode, kind = choose_encoder(accept)
        return encode(_Collector(self._families(added(snapshots)))), kind

    def _families(self, whole: Snapshot) -> list[Family]:
        counters, gauges = dict(whole.counters), dict(whole.gauges)
        gauges["freehold_start_time_seconds"] = [Counted((), whole.began_ns / 1e9)]
        gauges["freehold_build_info"] = [Counted((whole.version,), 1)]
        if _KEYS in counters:
            counters[_KEYS] = busiest(counters[_KEYS], self._most_keys, self._shown)
        made = []
        for metric in METRICS:
            if metric.kind == "histogram":
                made.append(_histogram(metric, whole.histograms.get(metric.name, ())))
            else:
                held = counters if metric.kind == "counter" else gauges
                made.append(_plain(metric, held.get(metric.name, ())))
        return made


class _Collector:
    """What the encoders take: something that collects."""

    def __init__(self, families: Sequence[Family]) -> None:
        self._families = families

    def collect(self) -> Iterator[Family]:
        return iter(self._families)


def _plain(metric: Metric, series: Iterable[Counted]) -> Family:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily  # noqa: PLC0415  # see `render`

    kind = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
    family = kind(metric.name, metric.says, labels=metric.labels)
    for row in series:
        family.add_metric(row.labels, row.value)
    return family


def _histogram(metric: Metric, series: Iterable[Observed]) -> Family:
    from prometheus_client.core import HistogramMetricFamily  # noqa: PLC0415  # see `render`
    from prometheus_client.utils import floatToGoString  # noqa: PLC0415

    family = HistogramMetricFamily(metric.name, metric.says, labels=metric.labels)
    ends = [*map(floatToGoString, metric.bounds), "+Inf"]
    for row in series:
        cumulative = accumulate(row.counts)
        family.add_metric(row.labels, list(zip(ends, cumulative, strict=True)), row.total)
    return family
