"""``[telemetry]``: what the file says, and what OpenTelemetry's own variables say where it is silent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from freehold.config.telemetry import make_telemetry
from freehold.config.tree import Server, Telemetry
from freehold.core.label import Label
from freehold.tables.faults import Findings

HERE = Server(Path("/data"))
COLLECTOR = "http://127.0.0.1:4318"


def made(env: dict[str, str] | None = None, server: Server = HERE, **table: Any) -> tuple[Telemetry, list[str]]:
    findings = Findings()
    tags = frozenset({"eu"})
    found = make_telemetry({"telemetry": table}, server, tags, Path("/etc"), env or {}, findings)
    return found, [each.message for each in findings.found]


def test_nothing_is_sent_and_nothing_shown_unless_it_is_said() -> None:
    assert made() == (Telemetry(), [])
    assert (Telemetry().traces_to, Telemetry().metrics_to, Telemetry().content) == (None, None, False)


def test_a_collector_gets_both_at_its_two_paths() -> None:
    found, faults = made(endpoint=f"{COLLECTOR}/", sample=0.1)
    assert (found.traces_to, found.metrics_to) == (f"{COLLECTOR}/v1/traces", f"{COLLECTOR}/v1/metrics")
    assert found.sample == 0.1
    assert faults == []


def test_the_standard_variables_hold_where_the_file_is_silent() -> None:
    env = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "https://collector.example:4318/otlp",
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "https://metrics.example/push",
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": "0.25",
        "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "SPAN_ONLY",
    }
    found, faults = made(env)
    assert faults == []
    assert found.traces_to == "https://collector.example:4318/otlp/v1/traces"
    assert found.metrics_to == "https://metrics.example/push"
    assert (found.sample, found.content) == (0.25, True)
    assert made(env, sample=1.0, content=False)[0].sample == 1.0
    assert made(env, sample=1.0, content=False)[0].content is False
    assert made(env, endpoint=COLLECTOR)[0].metrics_to == f"{COLLECTOR}/v1/metrics"


@pytest.mark.parametrize(
    ("env", "table"),
    [
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": COLLECTOR, "OTEL_SDK_DISABLED": "true"}, {}),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": COLLECTOR}, {"endpoint": "off"}),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": COLLECTOR, "OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "none"},
            {},
        ),
    ],
)
def test_it_can_be_turned_off(env: dict[str, str], table: dict[str, str]) -> None:
    found, faults = made(env, **table)
    assert (found.traces_to, found.metrics_to, faults) == (None, None, [])


@pytest.mark.parametrize(
    "url",
    ["127.0.0.1:4318", "ftp://collector", "http://", "http://user:hunter2@collector", "http://c:99999", "http://a b"],
)
def test_an_address_that_cannot_be_used_is_a_fault_and_not_repeated(url: str) -> None:
    found, faults = made(endpoint=url)
    assert found.traces_to is None
    assert len(faults) == 1
    assert "hunter2" not in faults[0]
    assert made({"OTEL_EXPORTER_OTLP_ENDPOINT": url})[1]


@pytest.mark.parametrize(
    ("said", "table", "conventions"),
    [
        (None, {}, "latest"),
        ("", {}, "1.36"),
        ("http", {}, "1.36"),
        ("http, gen_ai_latest_experimental", {}, "latest"),
        ("gen_ai_latest_experimental", {"conventions": "1.36"}, "1.36"),
    ],
)
def test_the_opt_in_chooses_the_names(said: str | None, table: dict[str, str], conventions: str) -> None:
    env = {} if said is None else {"OTEL_SEMCONV_STABILITY_OPT_IN": said}
    assert made(env, **table)[0].conventions == conventions


@pytest.mark.parametrize(
    ("host", "said", "access"),
    [("127.0.0.1", None, "open"), ("::1", None, "open"), ("0.0.0.0", None, "key"), ("0.0.0.0", "open", "open")],
)
def test_metrics_are_open_where_nobody_else_can_come(host: str, said: str | None, access: str) -> None:
    table = {} if said is None else {"metrics": said}
    assert made(server=Server(Path("/data"), host=host), **table)[0].metrics == access


def test_metrics_take_a_key_where_people_come_through_something_that_stands_before_it() -> None:
    server = Server(Path("/data"), public_url="https://ai.example.org")
    assert made(server=server)[0].metrics == "key"
    assert made(server=server, metrics="open")[0].metrics == "open"


def test_headers_may_stand_elsewhere_and_never_show() -> None:
    found, faults = made({"TOKEN": "Bearer hunter2"}, headers={"Authorization": "env:TOKEN", "x-tenant": "law"})
    assert faults == []
    assert [(name, value.reveal()) for name, value in found.headers] == [
        ("authorization", "Bearer hunter2"),
        ("x-tenant", "law"),
    ]
    assert "hunter2" not in repr(found)
    assert len(made(headers={"bad name": "x", "fine": "env:MISSING"})[1]) == 2


def test_what_is_out_of_range_is_found() -> None:
    assert len(made(sample=1.5)[1]) == 1
    assert len(made(metric_keys=-1)[1]) == 1
    assert len(made({"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "most"})[1]) == 1
    assert len(made({"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "everything"})[1]) == 1
    assert made({"OTEL_TRACES_SAMPLER": "always_off"})[0].sample == 0.0


def test_a_collectors_clearance_is_a_label_of_the_policy() -> None:
    assert made(clearance="confidential;eu")[0].clearance == Label.parse("confidential;eu")
    assert len(made(clearance="confidential;mars")[1]) == 1
