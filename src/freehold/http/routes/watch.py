"""The paths for whoever runs Freehold: described, alive, ready, and where to begin."""

from __future__ import annotations

from freehold.http.routes.operation import Operation

WATCH = (
    Operation("GET", "/api/openapi.json", "operations", "openapi", "anyone", "This description."),
    Operation("GET", "/healthz", "operations", "healthz", "anyone", "Whether the process lives."),
    Operation("GET", "/readyz", "operations", "readyz", "anyone", "Whether it can take requests."),
    Operation("GET", "/", "operations", "front", "anyone", "Where to go from here."),
)
