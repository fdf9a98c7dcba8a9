"""The paths by which the page signs in and out."""

from __future__ import annotations

import msgspec

from freehold.http.routes.operation import Operation


class SessionBody(msgspec.Struct, forbid_unknown_fields=True):
    """Signing in: with any key, whose role says what the page may do."""

    key: str

    def __repr__(self) -> str:
        return "SessionBody()"


SESSION = (
    Operation(
        "POST",
        "/api/session",
        "session",
        "begin",
        "anyone",
        "Sign in: the page's cookie, and the token that it sends in x-freehold-csrf.",
        body=SessionBody,
    ),
    Operation("GET", "/api/session", "session", "current", "key", "Who is signed in, or whose key this is."),
    Operation("DELETE", "/api/session", "session", "end", "key", "Sign out, at once."),
)
