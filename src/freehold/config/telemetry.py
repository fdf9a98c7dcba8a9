"""The table ``[telemetry]``, and the standard ``OTEL_*`` variables where it is silent.

What the exporter alone needs, such as certificates, timeouts and further headers, it reads from those variables itself
(OpenTelemetry, "OTLP Exporter Configuration" and "General SDK Configuration").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from freehold.catalog.keys import expand_home
from freehold.config.labels import make_label
from freehold.config.schema import TelemetryTable
from freehold.config.tree import Server, Telemetry
from freehold.core.target import Secret
from freehold.tables.faults import Findings
from freehold.tables.read import read_plain

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_RATIOS = frozenset({"traceidratio", "parentbased_traceidratio"})
_NEVER = frozenset({"always_off", "parentbased_always_off"})
_LATEST = "gen_ai_latest_experimental"
_OFF = "off"
_MOST_BYTES = 8192
"""Of a header's value in a file; servers take no more."""


def make_telemetry(
    document: Mapping[str, Any],
    server: Server,
    tags: Collection[str] | None,
    folder: Path,
    env: Mapping[str, str],
    findings: Findings,
) -> Telemetry:
    """``[telemetry]``; `folder` is the configuration's own. What is at fault is found, and stands at its default."""
    table = read_plain(TelemetryTable, document.get("telemetry", {}), ("telemetry",), findings)
    defaults = Telemetry()
    clearance = make_label(
        table.clearance, None if tags is None else frozenset(tags), ("telemetry", "clearance"), findings
    )
    traces, metrics = _collectors(table, env, findings)
    # Through a proxy everybody comes from this machine.
    alone = server.host in _LOOPBACK and server.public_url is None
    access = table.metrics or ("open" if alone else "key")
    return Telemetry(
        endpoint=table.endpoint,
        headers=_headers(table, folder, env, findings),
        sample=_sample(table, env, findings),
        content=_content(table, env, findings),
        clearance=clearance or defaults.clearance,
        conventions=_conventions(table, env),
        metrics=access,
        metric_keys=table.metric_keys,
        log=table.log,
        requests=table.requests,
        traces_to=traces,
        metrics_to=metrics,
    )


def _collectors(table: TelemetryTable, env: Mapping[str, str], findings: Findings) -> tuple[str | None, str | None]:
    """The whole addresses that spans and metrics are sent to; `None`: they are not."""
    disabled = env.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if table.endpoint == _OFF or (disabled and table.endpoint is None):
        return None, None
    found: list[str | None] = []
    for signal in ("traces", "metrics"):
        base, exact = env.get("OTEL_EXPORTER_OTLP_ENDPOINT"), env.get(f"OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT")
        if table.endpoint is not None:
            base, exact = table.endpoint, None
        elif env.get(f"OTEL_{signal.upper()}_EXPORTER", "").lower() == "none":
            base = exact = None
        found.append(exact or (f"{base.rstrip('/')}/v1/{signal}" if base else None))
    for url in found:
        if url is not None and not _is_url(url):
            # The text is not repeated: it may hold a password.
            mend = 'give http:// or https://, host and port, as in "http://127.0.0.1:4318", and secrets in headers'
            if table.endpoint is not None:
                findings.add(("telemetry", "endpoint"), "the collector's address is none that can be used", mend)
            else:
                findings.outside("OTEL_EXPORTER_OTLP_ENDPOINT is no address that can be used", mend)
            return None, None
    return found[0], found[1]


def _is_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        return False
    plain = parts.scheme in ("http", "https") and bool(parts.hostname) and url.isprintable() and " " not in url
    return plain and "@" not in parts.netloc and not parts.fragment


def _headers(
    table: TelemetryTable, folder: Path, env: Mapping[str, str], findings: Findings
) -> tuple[tuple[str, Secret], ...]:
    found = []
    for name, setting in table.headers.items():
        place = ("telemetry", "headers", name)
        if not _HEADER.fullmatch(name):
            findings.add(place, f"{name!r} is no header's name", "use letters, digits and hyphens")
            continue
        try:
            value = _value(setting, env, folder)
        except OSError as error:
            findings.add(
                place, f"the file of {name!r} cannot be read: {error.strerror}", "check the path and its rights"
            )
            continue
        if not value or not value.isascii() or not value.isprintable():
            mend = "give printable ASCII on one line, or env:NAME or file:PATH of a place that holds it"
            findings.add(place, f"{name!r} has no value that can be sent", mend)
            continue
        found.append((name.lower(), Secret(value)))
    return tuple(found)


def _value(setting: str, env: Mapping[str, str], folder: Path) -> str:
    """What a header's setting names; empty where the variable is not set. Raises `OSError`."""
    if setting.startswith("env:"):
        return env.get(setting[4:], "")
    if setting.startswith("file:"):
        with (folder / expand_home(setting[5:], env)).open("rb") as file:
            return file.read(_MOST_BYTES).decode("ascii", "replace").strip()
    return setting


def _sample(table: TelemetryTable, env: Mapping[str, str], findings: Findings) -> float:
    """The share of traces that is kept; `OTEL_TRACES_SAMPLER` holds where the file is silent."""
    if table.sample is not None:
        return table.sample
    sampler = env.get("OTEL_TRACES_SAMPLER", "")
    if sampler in _NEVER:
        return 0.0
    if sampler not in _RATIOS:
        return 1.0
    said = env.get("OTEL_TRACES_SAMPLER_ARG", "1")
    try:
        ratio = float(said)
    except ValueError:
        ratio = -1.0
    if not 0 <= ratio <= 1:
        findings.outside(f"OTEL_TRACES_SAMPLER_ARG is {said!r}", "give a number from 0 to 1")
        return 1.0
    return ratio


def _content(table: TelemetryTable, env: Mapping[str, str], findings: Findings) -> bool:
    """Whether messages may be in spans: by the file, else by the variable that instrumentations of models share."""
    if table.content is not None:
        return table.content
    said = env.get("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "").strip().lower()
    if said not in ("", "true", "false", "no_content", "span_only", "event_only", "span_and_event"):
        findings.outside(
            f"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT is {said!r}", "give span_only, or no_content"
        )
    return said in ("true", "span_only", "span_and_event")


def _conventions(table: TelemetryTable, env: Mapping[str, str]) -> Any:
    """Which names: by the file, else as ``OTEL_SEMCONV_STABILITY_OPT_IN`` says if it is set, else the current ones."""
    if table.conventions is not None:
        return table.conventions
    said = env.get("OTEL_SEMCONV_STABILITY_OPT_IN")
    if said is None:
        return "latest"
    return "latest" if _LATEST in (part.strip() for part in said.split(",")) else "1.36"
