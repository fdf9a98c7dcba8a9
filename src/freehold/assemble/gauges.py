"""What stands at the moment, for ``/metrics``: each target's gate, the budgets, what waits to be written and sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from freehold.catalog.promises import Promise
from freehold.core.target import Target
from freehold.gateway.gates import Gates
from freehold.ledger.book import Book
from freehold.ledger.limits.budgets import Standing
from freehold.observe.snapshot import Counted

_MOST_BUDGETS = 200
"""Budgets of teams, targets and routes that have a series, those nearest their end."""


class Standings:
    """Implements `observe.metrics.Gauges` over what the first worker holds."""

    def __init__(
        self,
        known: Callable[[], Iterable[Target]],
        gates: Gates,
        book: Book,
        *,
        unsealed: Callable[[], int],
        budgets: Callable[[], Iterable[Standing]],
        promises: Callable[[], Iterable[Promise]] = tuple,
        most_keys: int = 0,
    ) -> None:
        """`known` are all targets; `unsealed` counts leaves of the audit log; `budgets` are told without waiting.

        `promises` are those in force. Budgets of so many keys at most have a series.
        """
        self._known = known
        self._gates = gates
        self._book = book
        self._unsealed = unsealed
        self._budgets = budgets
        self._promises = promises
        self._most_keys = most_keys

    def __call__(self) -> dict[str, list[Counted]]:
        """Each gauge's series, by its name."""
        gates = [(target.name, self._gates.of(target)) for target in self._known()]
        return {
            "freehold_target_breaker_open": [Counted((name,), gate.state != "closed") for name, gate in gates],
            "freehold_target_running": [Counted((name,), gate.busy) for name, gate in gates],
            "freehold_target_queued": [Counted((name,), gate.queued) for name, gate in gates],
            "freehold_budget_spent_ratio": self._spent(),
            "freehold_ledger_backlog": [Counted((), self._book.behind)],
            "freehold_audit_backlog": [Counted((), self._unsealed())],
            "freehold_promise_suspended": [
                Counted((each.route,), each.state == "suspended") for each in self._promises()
            ],
        }

    def _spent(self) -> list[Counted]:
        shares = sorted(map(_share, self._budgets()), key=lambda share: -share.value)
        others = [share for share in shares if share.labels[0] != "key"]
        of_keys = [share for share in shares if share.labels[0] == "key"]
        named = set(list(dict.fromkeys(share.labels[1] for share in of_keys))[: self._most_keys])
        return [*others[:_MOST_BUDGETS], *(share for share in of_keys if share.labels[1] in named)]


def _share(standing: Standing) -> Counted:
    budget = standing.budget
    share = (standing.spent + standing.held) / budget.amount if budget.amount else 1.0
    return Counted((budget.scope, budget.subject, budget.period), share)
