"""The paths by which limits are set and looked at: budgets of money, rates of requests and tokens."""

from __future__ import annotations

from typing import Literal

import msgspec

from freehold.core.limits import Scope, WhenSpent
from freehold.http.routes.operation import Operation


class BudgetBody(msgspec.Struct, forbid_unknown_fields=True):
    """A budget to set, in place of one of the same subject and period.

    `subject`: of a key its id, how it begins or its name; of all else its name. `budget`: US dollars and a period, as
    in ``0.10/day``, ``25/week``, ``300/month``. `warn_at`: the share of it, above 0 and up to 1, at which somebody is
    told. `when_spent`: whether requests that it would have to pay for are refused, or left to owned targets.
    """

    scope: Scope
    subject: str
    budget: str
    warn_at: float | None = None
    when_spent: WhenSpent = "refuse"


class RateBody(msgspec.Struct, forbid_unknown_fields=True):
    """A rate to set, in place of the one that its subject has. `requests` and `tokens` hold for any sixty seconds.

    `parallel`: requests at once. What is not said is not limited.
    """

    scope: Literal["key", "team", "route"]
    subject: str
    requests: int | None = None
    tokens: int | None = None
    parallel: int | None = None


LIMITS = (
    Operation(
        "GET",
        "/api/budgets",
        "limits",
        "budgets",
        "key",
        "Budgets, with what is spent, held back and left: who sees all records sees all, another its own.",
    ),
    Operation(
        "POST",
        "/api/budgets",
        "limits",
        "put_budget",
        "admin",
        "Set a budget; it holds from the next request on.",
        body=BudgetBody,
    ),
    Operation("DELETE", "/api/budgets/{}", "limits", "drop_budget", "admin", "Remove a budget, by its id."),
    Operation(
        "GET",
        "/api/rates",
        "limits",
        "rates",
        "key",
        "Rates, with what is left of them: who sees all records sees all, another its own.",
    ),
    Operation(
        "POST",
        "/api/rates",
        "limits",
        "put_rate",
        "admin",
        "Set a rate; it holds from the next request on.",
        body=RateBody,
    ),
    Operation("DELETE", "/api/rates/{}", "limits", "drop_rate", "admin", "Remove a rate, by its id: scope:subject."),
)
