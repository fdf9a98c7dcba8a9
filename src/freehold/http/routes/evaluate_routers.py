"""The paths by which routers are trained, read and removed."""

from __future__ import annotations

import msgspec

from freehold.http.routes.operation import Operation


class TrainBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which runs a router learns from: the newest of each subject on a dataset, by the scores of one scorer.

    `weak` is the subject whose answer is forecast to do, `strong` the one it is held against; `data` is a dataset, by
    id or name.
    """

    weak: str
    strong: str
    data: str
    scorer: str


EVALUATE_ROUTERS = (
    Operation(
        "POST",
        "/api/eval/routers",
        "evaluate_routers",
        "train",
        "operator",
        "Begin to train a router that tells from a prompt whether the weaker subject's answer will do.",
        body=TrainBody,
    ),
    Operation("GET", "/api/eval/trainings", "evaluate_routers", "trainings", "viewer", "List trainings, newest first."),
    Operation(
        "GET",
        "/api/eval/trainings/{}",
        "evaluate_routers",
        "training",
        "viewer",
        "How far a training is, and the router that it made; with wait, once it has come further or so long after.",
        query=("wait",),
    ),
    Operation(
        "POST",
        "/api/eval/trainings/{}/stop",
        "evaluate_routers",
        "stop",
        "operator",
        "Have a training end without a router.",
    ),
    Operation("GET", "/api/eval/routers", "evaluate_routers", "routers", "viewer", "List routers, newest first."),
    Operation("GET", "/api/eval/routers/{}", "evaluate_routers", "show", "viewer", "Show a router: how good it is."),
    Operation("DELETE", "/api/eval/routers/{}", "evaluate_routers", "remove", "operator", "Remove a router."),
)
