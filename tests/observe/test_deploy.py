"""The dashboard and the alerts that are shipped name metrics that exist, and labels that those have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from freehold.observe.catalogue import METRICS
from freehold.observe.exposition import Exposition
from freehold.observe.snapshot import Counted, Observed, Snapshot

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = yaml.safe_load((DEPLOY / "prometheus" / "freehold.rules.yml").read_text())
DASHBOARD = json.loads((DEPLOY / "grafana" / "freehold.json").read_text())
ALERTS = [rule for group in RULES["groups"] for rule in group["rules"]]

_WORDS = frozenset(
    {"by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless", "offset", "bool"}
)
_FUNCTIONS = frozenset({"sum", "max", "min", "avg", "rate", "increase", "histogram_quantile", "label_values"})


def rendered() -> dict[str, frozenset[str]]:
    """The name of each sample of a /metrics on which everything was counted once, with its labels."""
    blank = {metric.name: tuple("x" for _ in metric.labels) for metric in METRICS}
    kinds: dict[str, dict[str, list[Any]]] = {"counter": {}, "gauge": {}, "histogram": {}}
    for metric in METRICS:
        labels = blank[metric.name]
        one = Observed(labels, (1,) * (len(metric.bounds) + 1), 1.0) if metric.bounds else Counted(labels, 1)
        kinds[metric.kind][metric.name] = [one]
    page, _ = Exposition(5).render([Snapshot(1, "x", kinds["counter"], kinds["histogram"], kinds["gauge"])])
    families = text_string_to_metric_families(page.decode())
    return {sample.name: frozenset(sample.labels) for family in families for sample in family.samples}


KNOWN = rendered()


def parts(query: str) -> tuple[set[str], set[str]]:
    """The metrics and the labels that a PromQL expression names."""
    query = re.sub(r'"(?:[^"\\]|\\.)*"', '""', query)
    labels = set(re.findall(r"([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)", " ".join(re.findall(r"\{([^}]*)\}", query))))
    grouped = re.findall(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)", query)
    labels |= {name.strip() for names in grouped for name in names.split(",") if name.strip()}
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\b(?:by|without|on|ignoring)\s*\([^)]*\)|\boffset\s+\w+|\$\w+", " ", query)
    names = {name for name in re.findall(r"[a-zA-Z_:][\w:]*", bare) if name not in _WORDS | _FUNCTIONS}
    return names, labels


def queries() -> Iterator[tuple[str, str]]:
    for alert in ALERTS:
        yield alert["alert"], alert["expr"]
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


@pytest.mark.parametrize(("where", "query"), [*queries()])
def test_every_metric_and_label_exists(where: str, query: str) -> None:
    names, labels = parts(query)
    assert names, where
    assert names <= set(KNOWN)
    assert labels <= frozenset().union(*(KNOWN[name] for name in names))


@pytest.mark.parametrize(("where", "query"), [*queries()])
def test_every_query_is_well_formed(where: str, query: str) -> None:
    for opening, closing in ("()", "{}", "[]"):
        assert query.count(opening) == query.count(closing), where
    # A counter is only ever looked at by how it grows, and a quantile is of buckets.
    for name in (metric.written for metric in METRICS if metric.kind == "counter"):
        for at in re.finditer(rf"\b{name}\b", query):
            assert re.search(r"(?:rate|increase)\(\s*$", query[: at.start()]), where
    assert ("histogram_quantile" in query) == ("_bucket" in query)
    if "_bucket" in query:
        assert re.search(r"sum by \([^)]*\ble\b", query)


def test_the_parser_sees_what_is_not_there() -> None:
    names, labels = parts(
        'sum by (nobody) (rate(freehold_dreams_total{route=~"$route", mood!="good"}[5m] offset 1h)) > 2'
    )
    assert names == {"freehold_dreams_total"}
    assert labels == {"nobody", "route", "mood"}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_says_what_and_how_bad(alert: dict[str, Any]) -> None:
    assert set(alert) == {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"Freehold[A-Z]\w+", alert["alert"])
    assert re.fullmatch(r"\d+[smhd]", alert["for"])
    assert alert["labels"]["severity"] in {"info", "warning", "critical"}
    assert set(alert["annotations"]) == {"summary", "description"}
    names, _ = parts(alert["expr"])
    held = frozenset().union(*(KNOWN[name] for name in names))
    for text in alert["annotations"].values():
        assert set(re.findall(r"\$labels\.(\w+)", text)) <= held
        assert text.count("{{") == text.count("}}")


def test_what_must_be_told_of_is() -> None:
    told = {alert["alert"] for alert in ALERTS}
    assert len(told) == len(ALERTS)
    assert {"FreeholdTargetFailing", "FreeholdBudgetNear", "FreeholdEscalationsJump", "FreeholdSlow"} <= told


def test_the_dashboard_is_one_that_grafana_takes() -> None:
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    assert DASHBOARD["uid"] == "freehold"
    variables = {each["name"] for each in DASHBOARD["templating"]["list"]}
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        assert panel["datasource"]["uid"] == "${datasource}"
        for target in panel["targets"]:
            used = set(re.findall(r"\$(\w+)", target["expr"])) - {"__rate_interval", "__range"}
            assert used <= variables


def test_every_variable_of_the_dashboard_is_asked_of_a_label_that_exists() -> None:
    asked = [each["definition"] for each in DASHBOARD["templating"]["list"] if each["type"] == "query"]
    for query in asked:
        name, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", query).groups()  # type: ignore[union-attr]
        assert label in KNOWN[name]


def test_prometheus_is_told_of_both() -> None:
    config = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
    assert config["rule_files"] == ["freehold.rules.yml"]
    assert config["scrape_configs"][0]["static_configs"] == [{"targets": ["127.0.0.1:8080"]}]
