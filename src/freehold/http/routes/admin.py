"""The paths by which Freehold is looked at and run: requests, usage, keys, targets."""

from __future__ import annotations

import msgspec

from freehold.core.caller import Role
from freehold.http.routes.operation import Operation


class KeyBody(msgspec.Struct, forbid_unknown_fields=True):
    """A key to make. `label`: its default label. `models`: the aliases it may ask for; absent, all.

    `role`: what it may do beside asking models; `admin` says it for an admin. `groups`: whose documents it may read.
    `collections`: what grounds its answers where neither the request nor its route names any.
    """

    name: str
    label: str | None = None
    models: list[str] | None = None
    groups: list[str] = []
    collections: list[str] = []
    team: str | None = None
    role: Role = "user"
    admin: bool = False
    may_declare: bool = False
    capture: bool = False
    days: int | None = None


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
        "List recent requests, newest first: an admin's key sees all, another its own.",
        query=("limit", "cursor", "key", "model", "target", "label", "ending", "since", "until"),
    ),
    Operation(
        "GET",
        "/api/requests/{}",
        "admin",
        "request",
        "key",
        "Why a request was answered as it was: label and sources, targets refused, attempts, scores, cost.",
    ),
    Operation("GET", "/api/keys", "admin", "keys", "admin", "List keys; never their secrets."),
    Operation("POST", "/api/keys", "admin", "create_key", "admin", "Make a key; it is shown once.", body=KeyBody),
    Operation("POST", "/api/keys/{}/rotate", "admin", "rotate_key", "admin", "Replace a key's secret, at once."),
    Operation("DELETE", "/api/keys/{}", "admin", "revoke_key", "admin", "Revoke a key, at once."),
    Operation("GET", "/api/targets", "admin", "targets", "admin", "What can answer, its health, what went out."),
    Operation(
        "POST",
        "/api/explain",
        "admin",
        "explain",
        "key",
        "Which target would answer, which may not and why; sends nothing.",
        body=ExplainBody,
    ),
    Operation("POST", "/api/reload", "admin", "reload", "admin", "Read the configuration again: whole, or not at all."),
)
