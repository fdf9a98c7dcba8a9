"""The paths by which routes are calibrated, and promises read and withdrawn."""

from __future__ import annotations

import msgspec

from freehold.http.routes.operation import Operation


class CalibrateBody(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be promised of a route, and from which answers.

    `data` is a dataset, by id or name; `scorer` says which answers are right: those of a score of `right_at` or more,
    which has to be said where it knows more than right and wrong. At most `harm`, a share of requests (0.02 if nothing
    is said), are to be kept, wrong, and right with the stronger target, with `confidence`, in the long run and among
    the next `horizon` requests by count. In its place: `escalate`, a share of requests, or `budget_share`, a share of
    what the stronger target alone costs, with the least harm. `voices` are the owned targets to ask, by default all of
    the route; `stronger` is its last target by default. `slices` of the dataset may be weighed, where callers name them
    as metadata, and the forecasts of `router`, by its id. `parallel`, `limit`, `fresh` and `budget` (US dollars a run)
    say how the runs ask.

    Without `runs` these are begun, and told by target; with them, once they have ended, the promise is made, and put in
    force unless `dry_run` is set.
    """

    data: str
    scorer: str
    harm: float | None = None
    confidence: float = 0.9
    escalate: float | None = None
    budget_share: float | None = None
    horizon: int = 1000
    voices: list[str] = []
    stronger: str = ""
    slices: list[str] = []
    router: str = ""
    right_at: float | None = None
    parallel: int = 4
    limit: int | None = None
    fresh: bool = False
    budget: str | None = None
    runs: dict[str, str] | None = None
    dry_run: bool = False


EVALUATE_PROMISES = (
    Operation(
        "POST",
        "/api/eval/routes/{}/calibrate",
        "evaluate_promises",
        "calibrate",
        "operator",
        "Choose when a route keeps the owned answer, so that a promise of harm holds.",
        body=CalibrateBody,
    ),
    Operation(
        "GET",
        "/api/eval/promises",
        "evaluate_promises",
        "promises",
        "viewer",
        "List the promises that were ever made, newest first.",
    ),
    Operation(
        "DELETE",
        "/api/eval/promises/{}",
        "evaluate_promises",
        "withdraw",
        "operator",
        "Withdraw a promise: the route is again as the configuration has it.",
    ),
)
