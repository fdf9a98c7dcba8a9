"""The paths by which a plan is made."""

from __future__ import annotations

from typing import Literal

import msgspec

from freehold.http.routes.operation import Operation


class Ranged(msgspec.Struct, forbid_unknown_fields=True):
    """A number with the two ends of its 80 % interval."""

    value: float | str
    low: float | str
    high: float | str


class PlanBody(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be planned.

    `scenario`: a scenario as TOML, which may name no files; `shipped`: the name of one that comes with Freehold, in its
    place; neither: the plan's own options. `from_ledger`: the workload is the requests that Freehold remembers.
    `changes`: other values for inputs by their paths, such as ``workload.requests_a_day``: a number, an amount of money
    as in ``"85 GBP"``, or either with its range. `draws`: over the ranges of all inputs, up to 20,000; `seed`: of them.
    `form`: the plan as ``json``, or the report as ``html``.
    """

    scenario: str | None = None
    shipped: str | None = None
    from_ledger: bool = False
    changes: dict[str, float | str | Ranged] = {}
    draws: int = 2_000
    seed: int = 1
    form: Literal["json", "html"] = "json"


PLAN = (
    Operation(
        "POST",
        "/api/plan",
        "plan",
        "plan",
        "operator",
        "Say what each way of running the models of a scenario costs a month, and what would change the answer.",
        body=PlanBody,
    ),
    Operation(
        "GET",
        "/api/plan/scenarios",
        "plan",
        "scenarios",
        "operator",
        "List the scenarios that come with Freehold: name, title, what it is about, and text.",
    ),
)
