"""Sends spans and metrics by OTLP over HTTP, with OpenTelemetry's own exporters.

Made on the thread that sends: the libraries take a fifth of a second to load, which nobody else shall wait for. What
the exporters say of failures on their own is kept from the log, where a collector that is down would flood it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics.export import MetricExportResult
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags

from freehold.observe.names import SCHEMAS, Conventions
from freehold.observe.otlp_metrics import Named, metrics_data
from freehold.observe.outbox import Refused
from freehold.observe.snapshot import Snapshot
from freehold.observe.span import Span

_KINDS = {"server": SpanKind.SERVER, "client": SpanKind.CLIENT, "internal": SpanKind.INTERNAL}
_KEPT = TraceFlags(TraceFlags.SAMPLED)
_SPEAKERS = ("opentelemetry", "urllib3")
_UNNAMED = "unknown_service"


class Otlp:
    """Implements `observe.outbox.Sender`."""

    def __init__(
        self,
        traces_to: str | None,
        metrics_to: str | None,
        headers: Mapping[str, str],
        *,
        version: str,
        worker: str,
        conventions: Conventions = "latest",
        named: Named = lambda _: None,
    ) -> None:
        """Whole addresses; `None` for what is not sent. `named` tells the provider and the model of a target."""
        self._why = _Reasons()
        self._why.listen()
        held = dict(headers)
        self._spans = OTLPSpanExporter(endpoint=traces_to, headers=held) if traces_to else None
        self._metrics = OTLPMetricExporter(endpoint=metrics_to, headers=held) if metrics_to else None
        self._conventions: Conventions = conventions
        self._named = named
        self._scope = InstrumentationScope("freehold", version, SCHEMAS[conventions])
        self._resource = _resource(version, worker)
        self._closed = False

    def spans(self, spans: Sequence[Span]) -> None:
        """Send spans; raises `Refused`."""
        if self._spans is None:
            return
        if self._spans.export([self._readable(span) for span in spans]) is not SpanExportResult.SUCCESS:
            raise Refused(self._why.last)

    def metrics(self, snapshot: Snapshot) -> None:
        """Send what was counted; raises `Refused`."""
        if self._metrics is None:
            return
        data = metrics_data(snapshot, self._resource, self._scope, self._conventions, self._named)
        if data is not None and self._metrics.export(data) is not MetricExportResult.SUCCESS:
            raise Refused(self._why.last)

    def close(self) -> None:
        """Break off what is under way, and send no more."""
        if self._closed:
            return
        self._closed = True
        for exporter in (self._spans, self._metrics):
            if exporter is not None:
                exporter.shutdown()
        self._why.leave()

    def _readable(self, span: Span) -> ReadableSpan:
        trace = int(span.trace, 16)
        parent = None if span.parent is None else _context(trace, span.parent, remote=span.kind == "server")
        links = () if span.link is None else (Link(_context(int(span.link[0], 16), span.link[1], remote=False)),)
        return ReadableSpan(
            name=span.name,
            context=_context(trace, span.id, remote=False),
            parent=parent,
            resource=self._resource,
            attributes=span.attributes,
            events=[Event(each.name, timestamp=each.at_ns) for each in span.moments],
            links=links,
            kind=_KINDS[span.kind],
            status=Status(StatusCode.UNSET) if span.error is None else Status(StatusCode.ERROR, span.error),
            start_time=span.start_ns,
            end_time=max(span.start_ns, span.end_ns),
            instrumentation_scope=self._scope,
        )


def _context(trace: int, span: str, *, remote: bool) -> SpanContext:
    return SpanContext(trace, int(span, 16), is_remote=remote, trace_flags=_KEPT)


def _resource(version: str, worker: str) -> Resource:
    """What the environment says of this service (``OTEL_SERVICE_NAME``, ``OTEL_RESOURCE_ATTRIBUTES``), and the rest."""
    found = Resource.create({"service.version": version, "freehold.worker": worker})
    if str(found.attributes.get(SERVICE_NAME, _UNNAMED)).startswith(_UNNAMED):
        found = found.merge(Resource({SERVICE_NAME: "freehold"}))
    return found


class _Reasons(logging.Handler):
    """Hears what the exporters say, in place of the log, and keeps the last of it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last = "no reason was given"

    def listen(self) -> None:
        for name in _SPEAKERS:
            logger = logging.getLogger(name)
            logger.addHandler(self)
            logger.propagate = False

    def leave(self) -> None:
        for name in _SPEAKERS:
            logger = logging.getLogger(name)
            logger.removeHandler(self)
            logger.propagate = True

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(TypeError, ValueError):  # A record whose text cannot be made is no reason to fail.
            self.last = record.getMessage()[:300]
