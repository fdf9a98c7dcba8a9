"""The paths by which promises, targets and candidates are watched, and candidates promoted and taken back."""

from __future__ import annotations

import msgspec

from freehold.http.routes.operation import Operation


class CanaryBody(msgspec.Struct, forbid_unknown_fields=True):
    """A target to ask the canary prompts of now, rather than at the set time."""

    target: str


class ShadowBody(msgspec.Struct, forbid_unknown_fields=True):
    """A candidate to set beside a route: it answers `share` of its requests too, unseen by users.

    `scorer` compares both answers: a certified judge of pairs, ``judge:NAME``, or any scorer, which then takes the
    route's own answer for right. `margin`: by how much the candidate may be worse. `budget`: US dollars in all.
    """

    route: str
    candidate: str
    scorer: str
    share: float = 0.05
    margin: float = 0.02
    budget: str = "5.00"


class PromotionBody(msgspec.Struct, forbid_unknown_fields=True):
    """A candidate to promote on a route.

    `evidence`: the ids of two runs of one dataset, of what answers now and of the candidate; without it, what the
    route's shadow has seen. `scorer`: which of the runs' scorers decides. `margin`: by how much it may be worse.
    `canary`: a share of the traffic, for a candidate that is to be on trial and is taken back by itself.
    """

    route: str
    candidate: str
    margin: float = 0.02
    evidence: tuple[str, str] | None = None
    scorer: str = ""
    canary: float | None = None


EVALUATE_WATCH = (
    Operation(
        "GET",
        "/api/eval/watch",
        "evaluate_watch",
        "watch",
        "viewer",
        "How promises, canaries, inputs, shadows and candidates on trial stand.",
    ),
    Operation(
        "POST",
        "/api/eval/watch/canaries",
        "evaluate_watch",
        "ask_canaries",
        "operator",
        "Ask the canary prompts of a target now.",
        body=CanaryBody,
    ),
    Operation(
        "POST",
        "/api/eval/shadows",
        "evaluate_watch",
        "shadow",
        "operator",
        "Have a candidate answer a share of a route's traffic too, unseen by users.",
        body=ShadowBody,
    ),
    Operation(
        "DELETE", "/api/eval/shadows/{}", "evaluate_watch", "end_shadow", "operator", "End the shadow of a route."
    ),
    Operation(
        "GET",
        "/api/eval/promotions",
        "evaluate_watch",
        "promotions",
        "viewer",
        "Every revision of a route that evidence made, newest first.",
    ),
    Operation(
        "POST",
        "/api/eval/promotions",
        "evaluate_watch",
        "promote",
        "operator",
        "Promote a candidate on a route, or be told what is missing.",
        body=PromotionBody,
    ),
    Operation(
        "DELETE",
        "/api/eval/promotions/{}",
        "evaluate_watch",
        "roll_back",
        "operator",
        "Take back what was promoted last on a route.",
    ),
)
