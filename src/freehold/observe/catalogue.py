"""Every metric at ``/metrics``: its name, its labels, what it says. The how-to of telemetry prints this table.

Units are those that Prometheus asks for: seconds, bytes, and US dollars. No label ever holds what a caller chose: names
of targets, routes and keys come from the configuration, all else is a word from a short fixed list.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from freehold.observe.bounds import DOLLARS, SECONDS, TOKENS

Kind = Literal["counter", "histogram", "gauge"]


class Metric(msgspec.Struct, frozen=True):
    """One metric. A counter's name is without the ``_total`` that the exposition adds."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    says: str
    bounds: tuple[float, ...] = ()

    @property
    def written(self) -> str:
        """Its name as queries write it."""
        return f"{self.name}_total" if self.kind == "counter" else self.name


METRICS = (
    Metric("freehold_requests", "counter", ("route", "operation", "label", "ending"), "Requests that have ended."),
    Metric("freehold_refusals", "counter", ("route", "code"), "Requests that got an error, by the error's code."),
    Metric("freehold_escalations", "counter", ("route",), "Requests that were passed on to a dearer target."),
    Metric("freehold_answers", "counter", ("route", "home"), "Whole answers; home=true: by a target the team owns."),
    Metric("freehold_cost_dollars", "counter", ("target",), "Money spent, over all attempts."),
    Metric(
        "freehold_key_requests", "counter", ("key",), "Requests of the busiest keys, where metric_keys asks for it."
    ),
    Metric(
        "freehold_request_duration_seconds",
        "histogram",
        ("route", "operation"),
        "From a request to the end of its answer.",
        SECONDS,
    ),
    Metric(
        "freehold_request_first_token_seconds",
        "histogram",
        ("route", "operation"),
        "From a request to the first event of its streamed answer.",
        SECONDS,
    ),
    Metric(
        "freehold_request_cost_dollars",
        "histogram",
        ("route", "operation"),
        "Money a request, over all attempts.",
        DOLLARS,
    ),
    Metric(
        "freehold_attempt_duration_seconds",
        "histogram",
        ("target", "operation", "outcome"),
        "One try at a target, its wait for a place too; outcome: ok, or how it failed.",
        SECONDS,
    ),
    Metric(
        "freehold_attempt_first_token_seconds",
        "histogram",
        ("target", "operation"),
        "From a try at a target to the first event of its stream.",
        SECONDS,
    ),
    Metric(
        "freehold_attempt_tokens",
        "histogram",
        ("target", "operation", "type"),
        "Tokens of a try at a target; type: input, or output.",
        TOKENS,
    ),
    Metric("freehold_target_breaker_open", "gauge", ("target",), "1 while a target is left alone for its failures."),
    Metric("freehold_target_running", "gauge", ("target",), "Requests at a target."),
    Metric("freehold_target_queued", "gauge", ("target",), "Requests that wait for a place at a target."),
    Metric("freehold_budget_spent_ratio", "gauge", ("scope", "subject", "period"), "Share of a budget spent and held."),
    Metric("freehold_ledger_backlog", "gauge", (), "Ended requests whose record is not on disk yet."),
    Metric("freehold_audit_backlog", "gauge", (), "Leaves that the audit log has yet to seal."),
    Metric("freehold_promise_suspended", "gauge", ("route",), "1 while the promise of a route was found broken."),
    Metric(
        "freehold_telemetry_lost", "counter", (), "Spans that no collector got: no room for them, or none took them."
    ),
    Metric("freehold_worker_memory_bytes", "gauge", ("worker",), "Resident memory of a process that serves."),
    Metric("freehold_worker_cpu_seconds", "counter", ("worker",), "Processor time of a process that serves."),
    Metric("freehold_start_time_seconds", "gauge", (), "When Freehold began, in Unix time."),
    Metric("freehold_build_info", "gauge", ("version",), "Always 1; the version is its label."),
)

BY_NAME = {metric.name: metric for metric in METRICS}
