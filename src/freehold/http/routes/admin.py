"""The paths by which Freehold is looked at and run: requests, questions about routing, the configuration."""

from __future__ import annotations

import msgspec

from freehold.http.routes.operation import Operation


class ExplainBody(msgspec.Struct, forbid_unknown_fields=True):
    """A question about routing. Nothing is sent to any target."""

    text: str
    model: str = "auto"
    label: str | None = None


ADMIN = (
    Operation(
        "GET",
        "/api/requests",
        "admin",
        "requests",
        "key",
        "List recent requests, newest first: a user's key sees its own, any other all.",
        query=(
            *("limit", "cursor", "newer_than", "key", "model", "target", "label", "ending", "route", "error"),
            *("escalated", "since", "until"),
        ),
    ),
    Operation(
        "GET",
        "/api/requests/{}",
        "admin",
        "request",
        "key",
        "Why a request was answered as it was: label and sources, targets refused, attempts, scores, cost.",
    ),
    Operation(
        "POST",
        "/api/explain",
        "admin",
        "explain",
        "key",
        "Which target would answer, which may not and why; sends nothing.",
        body=ExplainBody,
    ),
    Operation(
        "POST", "/api/reload", "admin", "reload", "operator", "Read the configuration again: whole, or not at all."
    ),
)
