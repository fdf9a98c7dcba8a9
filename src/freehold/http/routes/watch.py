"""The paths for whoever runs Freehold: described, alive, ready, and the page."""

from __future__ import annotations

from freehold.http.routes.operation import Operation

WATCH = (
    Operation("GET", "/api/openapi.json", "operations", "openapi", "anyone", "This description."),
    Operation("GET", "/healthz", "operations", "healthz", "anyone", "Whether the process lives."),
    Operation("GET", "/readyz", "operations", "readyz", "anyone", "Whether it can take requests."),
    Operation(
        "GET",
        "/metrics",
        "metrics",
        "metrics",
        "anyone",
        "What Prometheus reads; where others than this machine may reach it, with a key that sees all records.",
    ),
    Operation("GET", "/", "page", "front", "anyone", "The web page; for a program, where to go from here."),
    Operation("GET", "/ui/{}", "page", "file", "anyone", "A file of the web page."),
)
