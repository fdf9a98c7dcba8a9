"""What a path that Freehold serves is: a row, which the application and every description read."""

from __future__ import annotations

from typing import Literal

import msgspec

Part = Literal[
    "models",
    "metrics",
    "admin",
    "keys",
    "limits",
    "menu",
    "audit",
    "documents",
    "erasure",
    "evaluate",
    "evaluate_arena",
    "evaluate_datasets",
    "evaluate_judges",
    "evaluate_promises",
    "evaluate_routers",
    "evaluate_watch",
    "files",
    "stores",
    "operations",
    "page",
    "plan",
    "session",
    "usage",
    "feedback",
]
Who = Literal["anyone", "key", "viewer", "operator", "admin"]
"""The least that opens an operation: nothing, any key, or a key of that role or of one that may more."""


class Operation(msgspec.Struct, frozen=True):
    """One method of one path. `handler` names a method of the API object ``part``; ``{}`` in a path is one name.

    `who` may call it: the application sees to that before it calls the handler.
    """

    method: Literal["GET", "POST", "DELETE"]
    path: str
    part: Part
    handler: str
    who: Who
    summary: str
    body: type[msgspec.Struct] | None = None
    upload: bool = False
    """It takes a file, as the body or as the part ``file`` of a form."""
    query: tuple[str, ...] = ()
