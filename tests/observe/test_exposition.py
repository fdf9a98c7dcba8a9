from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from freehold.observe.catalogue import METRICS
from freehold.observe.exposition import Exposition
from freehold.observe.metrics import Metrics
from freehold.observe.snapshot import Counted, Snapshot
from support.exchanges import attempt, begun, ended


def a_snapshot() -> Snapshot:
    metrics = Metrics(keys=True, version="1.2.3")
    metrics.known = frozenset({"auto", "home"})
    metrics.gauges = lambda: {"freehold_target_running": [Counted(("home",), 3)]}
    metrics.ended(ended(begun(), attempt()))
    return metrics.snapshot()


def test_two_processes_are_one_page() -> None:
    page, kind = Exposition(5).render([a_snapshot(), a_snapshot()])
    assert kind.startswith("text/plain")
    families = {family.name: family for family in text_string_to_metric_families(page.decode())}
    assert {metric.name for metric in METRICS} == set(families)
    (requests,) = families["freehold_requests"].samples
    assert (requests.name, requests.value) == ("freehold_requests_total", 2.0)
    duration = {
        sample.labels.get("le"): sample.value
        for sample in families["freehold_request_duration_seconds"].samples
        if sample.name.endswith("_bucket")
    }
    assert (duration["0.05"], duration["0.1"], duration["+Inf"]) == (0.0, 2.0, 2.0)
    assert families["freehold_build_info"].samples[0].labels == {"version": "1.2.3"}


def test_a_name_cannot_break_the_page() -> None:
    page, _ = Exposition().render([Snapshot(1, counters={"freehold_escalations": [Counted(('a"\n} 9 ',), 1)]})])
    (family,) = [f for f in text_string_to_metric_families(page.decode()) if f.name == "freehold_escalations"]
    assert [sample.labels for sample in family.samples] == [{"route": 'a"\n} 9 '}]
