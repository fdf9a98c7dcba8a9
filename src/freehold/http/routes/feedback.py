"""The paths by which one says what an answer was worth."""

from __future__ import annotations

import msgspec

from freehold.http.routes.operation import Operation


class FeedbackBody(msgspec.Struct, forbid_unknown_fields=True):
    """What this key says of a request; what is absent stays as it was said before.

    `thumb`: 1 or -1. `score`: from 0 to 1. `outcome`: a word of your own, such as ``resolved``. `corrected`: what the
    answer should have been. `comment`: why. The last two are kept only where the request's own text is.
    """

    thumb: int | None = None
    score: float | None = None
    outcome: str | None = None
    corrected: str | None = None
    comment: str | None = None


FEEDBACK = (
    Operation(
        "POST",
        "/api/requests/{}/feedback",
        "feedback",
        "say",
        "key",
        "Say what an answer was worth: of the key's own requests, an operator's of any. Saying more changes it.",
        body=FeedbackBody,
    ),
    Operation(
        "GET",
        "/api/requests/{}/feedback",
        "feedback",
        "said",
        "key",
        "What was said of an answer.",
    ),
    Operation(
        "DELETE",
        "/api/requests/{}/feedback",
        "feedback",
        "take_back",
        "key",
        "Take back what this key said of an answer.",
    ),
    Operation(
        "GET",
        "/api/feedback",
        "feedback",
        "export",
        "admin",
        "All that was said, as a dataset in JSON lines, with what was asked and answered where that was consented to.",
        query=("since",),
    ),
)
