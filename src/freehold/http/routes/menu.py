"""The paths that tell what can answer."""

from __future__ import annotations

from freehold.http.routes.operation import Operation

MENU = (
    Operation(
        "GET", "/api/routes", "menu", "routes", "key", "Routes with their targets and how one of them comes to answer."
    ),
    Operation(
        "GET",
        "/api/targets",
        "menu",
        "targets",
        "viewer",
        "What can answer: clearance, price, limits, licence, health, and what went out.",
    ),
)
