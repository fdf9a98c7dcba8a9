from __future__ import annotations

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from freehold.observe.metrics import Metrics
from freehold.observe.names import Conventions
from freehold.observe.otlp_metrics import metrics_data
from freehold.observe.snapshot import Snapshot
from support.exchanges import attempt, begun, ended


def named(snapshot: Snapshot, conventions: Conventions = "latest") -> set[str]:
    data = metrics_data(snapshot, Resource({}), InstrumentationScope("freehold"), conventions, lambda _: None)
    if data is None:
        return set()
    return {metric.name for each in data.resource_metrics for scope in each.scope_metrics for metric in scope.metrics}


def test_where_nothing_was_counted_nothing_is_sent() -> None:
    assert named(Snapshot(1)) == set()


def test_each_version_gets_the_metrics_that_it_knows() -> None:
    metrics = Metrics()
    done = ended(begun(), attempt())
    done.request = type(done.request)(
        **{**{f: getattr(done.request, f) for f in done.request.__struct_fields__}, "stream": True}
    )
    metrics.ended(done)
    snapshot = metrics.snapshot()
    latest, older = named(snapshot), named(snapshot, "1.36")
    assert latest - older == {"gen_ai.client.operation.time_to_first_chunk"}
    assert {
        "gen_ai.client.operation.duration",
        "gen_ai.client.token.usage",
        "gen_ai.server.time_to_first_token",
    } <= older
