"""The paths by which what was said is erased."""

from __future__ import annotations

import msgspec

from freehold.http.routes.operation import Operation


class ErasureBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whose text is to be erased: of all that is given, each must fit.

    `request` and `document` are ids, or the document's name; `key` an id or a name; `user` what requests say in
    ``user`` or ``metadata.user_id``; `text` words of the prompt or the answer, whatever their case. `dry_run`: count
    alone.
    """

    request: str | None = None
    key: str | None = None
    user: str | None = None
    document: str | None = None
    text: str | None = None
    dry_run: bool = False


ERASURE = (
    Operation(
        "DELETE",
        "/api/requests/{}/content",
        "erasure",
        "content",
        "admin",
        "Erase the captured text of a request; its record stays.",
    ),
    Operation(
        "POST",
        "/api/erasures",
        "erasure",
        "erase",
        "admin",
        "Erase captured text: of a request, a key, a user, a document, or wherever some words stand.",
        body=ErasureBody,
    ),
)
