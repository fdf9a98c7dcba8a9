"""A collector on loopback that speaks OTLP over HTTP: decodes what it gets, and can be slow, refuse, or be down."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

Span = Any
"""A protobuf span; its package has no types."""


class Collector:
    """What it got so far. `status` is what it answers from now on; `delay` how long it takes, in seconds."""

    def __init__(self) -> None:
        self.status = 200
        self.delay = 0.0
        self.url = ""
        self.headers: list[Mapping[str, str]] = []
        self.posts = 0
        self._traces: list[ExportTraceServiceRequest] = []
        self._metrics: list[ExportMetricsServiceRequest] = []
        self._lock = threading.Lock()

    def take(self, path: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Decode one POST; returns the status to answer with."""
        time.sleep(self.delay)
        with self._lock:
            self.posts += 1
            self.headers.append({name.lower(): value for name, value in headers.items()})
            if self.status != 200:
                return self.status
            if headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            kind, held = {
                "/v1/traces": (ExportTraceServiceRequest, self._traces),
                "/v1/metrics": (ExportMetricsServiceRequest, self._metrics),
            }[path]
            held.append(kind.FromString(body))  # type: ignore[attr-defined]
            return 200

    @property
    def spans(self) -> list[Span]:
        with self._lock:
            return [
                span
                for each in self._traces
                for resource in each.resource_spans
                for scope in resource.scope_spans
                for span in scope.spans
            ]

    @property
    def resource(self) -> dict[str, Any]:
        with self._lock:
            return values(self._traces[0].resource_spans[0].resource.attributes)

    @property
    def metrics(self) -> dict[str, Any]:
        """The last of each metric, by its name."""
        with self._lock:
            return {
                metric.name: metric
                for each in self._metrics
                for resource in each.resource_metrics
                for scope in resource.scope_metrics
                for metric in scope.metrics
            }

    def wait(self, enough: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait until something holds; fails where it does not come to."""
        until = time.monotonic() + seconds
        while not enough():
            assert time.monotonic() < until, f"the collector waited {seconds} s; it has {[s.name for s in self.spans]}"
            time.sleep(0.01)


def values(attributes: Any) -> dict[str, Any]:
    """Attributes as a plain dictionary."""
    return {each.key: _value(each.value) for each in attributes}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(each) for each in value.array_value.values]
    return getattr(value, kind)


@contextmanager
def collecting(port: int = 0) -> Iterator[Collector]:
    """A collector that listens."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = collector.take(self.path, body, self.headers)  # type: ignore[arg-type]
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    collector.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield collector
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
