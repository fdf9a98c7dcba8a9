"""The paths by which judges are made and certified."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from freehold.http.routes.operation import Operation


class JudgeBody(msgspec.Struct, forbid_unknown_fields=True):
    """A judge to be made; another of the same name takes its place.

    `kind`: ``rubric``, which gives one answer a whole number on `scale`, the worst and the best; or ``pairwise``, which
    says which of two answers is better. `model`: the route or target that is asked. `rubric`: by what it judges.
    """

    name: str
    model: str
    rubric: str
    kind: Literal["rubric", "pairwise"] = "rubric"
    scale: tuple[int, int] = (1, 5)


class ThresholdsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the judge has to reach; what is absent is as the explanation of judges says."""

    agreement: float | None = None
    kappa: float | None = None
    same: float | None = None
    position: float | None = None
    length: float | None = None
    off_format: float | None = None
    confidence: float | None = None


class CertifyBody(msgspec.Struct, forbid_unknown_fields=True):
    """Gold that people made: `rows` of pairs with the better answer, or of single answers that are good or not.

    `label`: under which the judge is asked, as in ``confidential;eu``.
    """

    rows: list[dict[str, Any]]
    thresholds: ThresholdsBody = ThresholdsBody()
    label: str | None = None


EVALUATE_JUDGES = (
    Operation(
        "POST",
        "/api/eval/judges",
        "evaluate_judges",
        "add",
        "operator",
        "Make a judge, or another of the same name in its place.",
        body=JudgeBody,
    ),
    Operation(
        "GET",
        "/api/eval/judges",
        "evaluate_judges",
        "every",
        "viewer",
        "List judges, each with whether it is certified as it stands, and why not.",
    ),
    Operation(
        "GET",
        "/api/eval/judges/{}",
        "evaluate_judges",
        "show",
        "viewer",
        "One judge with its rubric, its certificate and its certifications.",
    ),
    Operation(
        "DELETE",
        "/api/eval/judges/{}",
        "evaluate_judges",
        "remove",
        "operator",
        "Remove a judge with its certifications.",
    ),
    Operation(
        "POST",
        "/api/eval/judges/{}/certify",
        "evaluate_judges",
        "certify",
        "operator",
        "Begin to hold a judge to gold; too little gold is refused with how much is needed.",
        body=CertifyBody,
    ),
    Operation(
        "GET",
        "/api/eval/certifications/{}",
        "evaluate_judges",
        "certification",
        "viewer",
        "How far a certification is, and its certificate once it is done; with wait, once it is or so long after.",
        query=("wait",),
    ),
)
