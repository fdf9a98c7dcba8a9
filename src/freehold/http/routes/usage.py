"""The paths by which one sees what was used."""

from __future__ import annotations

from freehold.http.routes.operation import Operation

USAGE = (
    Operation(
        "GET",
        "/api/usage",
        "usage",
        "usage",
        "key",
        "Requests, tokens, money, durations and errors, in groups; a user's key sees its own.",
        query=("by", "since", "until", "tz", "key", "team", "model", "label", "route", "format"),
    ),
    Operation(
        "GET",
        "/api/overview",
        "usage",
        "overview",
        "key",
        "One look at a span: totals, those of the span before, its course by hour or day, models, targets, errors.",
        query=("since", "until", "tz"),
    ),
)
