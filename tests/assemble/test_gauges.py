from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from freehold.assemble.gauges import Standings
from freehold.core.limits import Budget, Period, Scope
from freehold.core.money import Nanodollars
from freehold.gateway.gates import FAILURES, Gates
from freehold.ledger.book import Book
from freehold.ledger.limits.budgets import Standing
from freehold.ledger.limits.periods import Span
from freehold.observe.catalogue import BY_NAME
from support.decisions import a_target


def a_standing(
    subject: str, spent: int, held: int, amount: int = 100, scope: Scope = "team", period: Period = "day"
) -> Standing:
    budget = Budget(id=subject, scope=scope, subject=subject, amount=Nanodollars(amount), period=period)
    return Standing(budget, Span(0, 1), Nanodollars(spent), Nanodollars(held))


def standings(gates: Gates, *budgets: Standing, most_keys: int = 0) -> dict[str, dict[tuple[str, ...], float]]:
    book = cast("Book", SimpleNamespace(behind=7))
    told = Standings(
        lambda: [a_target("home")], gates, book, unsealed=lambda: 3, budgets=lambda: budgets, most_keys=most_keys
    )()
    return {name: {row.labels: row.value for row in rows} for name, rows in told.items()}


async def test_what_stands_is_told_by_the_names_of_the_catalogue() -> None:
    gates = Gates()
    target: Any = a_target("home")
    gate = gates.of(target)
    told = standings(gates, a_standing("law", 50, 45), a_standing("tiny", 0, 0, amount=0))
    assert set(told) <= set(BY_NAME)
    assert told["freehold_target_running"] == {("home",): 0}
    assert told["freehold_target_breaker_open"] == {("home",): 0}
    assert told["freehold_budget_spent_ratio"] == {("team", "law", "day"): 0.95, ("team", "tiny", "day"): 1.0}
    assert (told["freehold_ledger_backlog"], told["freehold_audit_backlog"]) == ({(): 7}, {(): 3})
    async with gate.enter(target):
        assert standings(gates)["freehold_target_running"] == {("home",): 1}
    for _ in range(FAILURES):
        gate.count_failure(probe=False)
    assert standings(gates)["freehold_target_breaker_open"] == {("home",): 1}


def test_of_very_many_budgets_those_nearest_their_end_are_told() -> None:
    many = [a_standing(f"team {number}", number, 0, amount=1000) for number in range(500)]
    told = standings(Gates(), *many)["freehold_budget_spent_ratio"]
    assert len(told) == 200
    assert min(told.values()) == 0.3


def test_only_so_many_keys_as_may_be_named_are() -> None:
    of_keys = [
        a_standing("key_a", 10, 0, scope="key"),
        a_standing("key_b", 20, 0, scope="key"),
        a_standing("key_b", 1, 0, scope="key", period="month"),
    ]
    law = a_standing("law", 1, 0)
    assert set(standings(Gates(), *of_keys, law)["freehold_budget_spent_ratio"]) == {("team", "law", "day")}
    told = standings(Gates(), *of_keys, law, most_keys=1)["freehold_budget_spent_ratio"]
    assert told == {("team", "law", "day"): 0.01, ("key", "key_b", "day"): 0.2, ("key", "key_b", "month"): 0.01}
