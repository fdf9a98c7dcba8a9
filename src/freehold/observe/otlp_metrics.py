"""What was counted, as OpenTelemetry's GenAI metrics: the numbers of ``/metrics`` under the conventions' names.

As a client, Freehold asks targets (``gen_ai.client.*``); as a server, it is asked (``gen_ai.server.*``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Histogram,
    HistogramDataPoint,
    Metric,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from freehold.observe.catalogue import BY_NAME
from freehold.observe.names import NEW_METRICS, PROVIDER, SCHEMAS, Conventions, provider_name
from freehold.observe.reading import OK
from freehold.observe.snapshot import Observed, Snapshot

Named = Callable[[str], tuple[str, str] | None]
"""The catalog's provider and the model of a target of this name; `None` where there is none."""

Attributes = dict[str, str]

_OURS = "freehold"
_CUMULATIVE = AggregationTemporality.CUMULATIVE


def metrics_data(
    snapshot: Snapshot,
    resource: Resource,
    scope: InstrumentationScope,
    conventions: Conventions,
    named: Named,
) -> MetricsData | None:
    """The metrics of a snapshot; `None` where nothing was counted yet."""
    made = [metric for metric in _Making(snapshot, conventions, named).all() if metric.data.data_points]
    if conventions != "latest":
        made = [metric for metric in made if metric.name not in NEW_METRICS]
    if not made:
        return None
    schema = SCHEMAS[conventions]
    return MetricsData([ResourceMetrics(resource, [ScopeMetrics(scope, made, schema)], schema)])


class _Making:
    def __init__(self, snapshot: Snapshot, conventions: Conventions, named: Named) -> None:
        self._snapshot = snapshot
        self._conventions: Conventions = conventions
        self._named = named
        self._now = time.time_ns()

    def all(self) -> list[Metric]:
        return [
            self._histogram(
                "gen_ai.client.operation.duration",
                "s",
                "How long a try at a target was.",
                "freehold_attempt_duration_seconds",
                lambda labels: self._client(labels) | ({} if labels[2] == OK else {"error.type": labels[2]}),
            ),
            self._histogram(
                "gen_ai.client.token.usage",
                "{token}",
                "Tokens of a try at a target.",
                "freehold_attempt_tokens",
                lambda labels: self._client(labels) | {"gen_ai.token.type": labels[2]},
            ),
            self._histogram(
                "gen_ai.client.operation.time_to_first_chunk",
                "s",
                "From a try at a target to its first event.",
                "freehold_attempt_first_token_seconds",
                self._client,
            ),
            self._histogram(
                "gen_ai.server.request.duration",
                "s",
                "From a request to the end of its answer.",
                "freehold_request_duration_seconds",
                self._server,
            ),
            self._histogram(
                "gen_ai.server.time_to_first_token",
                "s",
                "From a request to the first event of its answer.",
                "freehold_request_first_token_seconds",
                self._server,
            ),
            *(
                self._sum(f"freehold.{ours}", unit, f"freehold_{counted}")
                for ours, unit, counted in (
                    ("requests", "{request}", "requests"),
                    ("refusals", "{request}", "refusals"),
                    ("escalations", "{request}", "escalations"),
                    ("cost", "USD", "cost_dollars"),
                )
            ),
        ]

    def _client(self, labels: tuple[str, ...]) -> Attributes:
        target, operation = labels[0], labels[1]
        provider, model = self._named(target) or ("custom", target)
        return {
            "gen_ai.operation.name": operation,
            "gen_ai.request.model": model,
            PROVIDER[self._conventions]: provider_name(provider, self._conventions),
            "freehold.target": target,
        }

    def _server(self, labels: tuple[str, ...]) -> Attributes:
        return {
            "gen_ai.operation.name": labels[1],
            "gen_ai.request.model": labels[0],
            PROVIDER[self._conventions]: _OURS,
        }

    def _histogram(
        self, name: str, unit: str, says: str, source: str, attributes: Callable[[tuple[str, ...]], Attributes]
    ) -> Metric:
        points = [
            self._observed(row, BY_NAME[source].bounds, attributes(row.labels))
            for row in self._snapshot.histograms.get(source, ())
        ]
        return Metric(name, says, unit, Histogram(points, _CUMULATIVE))

    def _observed(self, row: Observed, bounds: Iterable[float], attributes: Attributes) -> HistogramDataPoint:
        return HistogramDataPoint(
            attributes=attributes,
            start_time_unix_nano=self._snapshot.began_ns,
            time_unix_nano=self._now,
            count=sum(row.counts),
            sum=row.total,
            bucket_counts=list(row.counts),
            explicit_bounds=list(bounds),
            min=None,  # type: ignore[arg-type]  # not kept; OTLP leaves out what is not known
            max=None,  # type: ignore[arg-type]
        )

    def _sum(self, name: str, unit: str, source: str) -> Metric:
        metric = BY_NAME[source]
        points = [
            NumberDataPoint(
                attributes={f"freehold.{label}": value for label, value in zip(metric.labels, row.labels, strict=True)},
                start_time_unix_nano=self._snapshot.began_ns,
                time_unix_nano=self._now,
                value=float(row.value),
            )
            for row in self._snapshot.counters.get(source, ())
        ]
        return Metric(name, metric.says, unit, Sum(points, _CUMULATIVE, is_monotonic=True))
