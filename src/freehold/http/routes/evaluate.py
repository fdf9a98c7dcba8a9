"""The paths by which runs of an evaluation are begun and read."""

from __future__ import annotations

from freehold.http.routes.operation import Operation

EVALUATE = (
    Operation(
        "GET",
        "/api/eval/runs",
        "evaluate",
        "runs",
        "viewer",
        "List runs, newest first.",
        query=("limit",),
    ),
)
