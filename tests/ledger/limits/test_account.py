"""One budget in one period."""

from __future__ import annotations

import pytest

from freehold.core.limits import Budget
from freehold.core.money import Nanodollars
from freehold.ledger.limits.account import Account
from freehold.ledger.limits.periods import Span


def account(spent: int = 0, warn_at: float | None = None, *, warned: bool = False) -> Account:
    budget = Budget(id="b", scope="key", subject="k", amount=Nanodollars(100), period="day", warn_at=warn_at)
    return Account(budget, Span(0, 1), spent, warned=warned)


def test_what_is_left_is_neither_spent_nor_held():
    found = account(30)
    found.hold("a", 20)
    found.hold("b", 5)
    assert (found.left, found.held) == (45, 25)
    assert found.release("a") == 20
    assert found.release("a") == 0
    assert (found.left, found.holds) == (65, {"b": 5})


@pytest.mark.parametrize(
    ("spent", "warn_at", "warned", "near"),
    [
        (79, 0.8, False, False),
        (80, 0.8, False, True),
        (80, 0.8, True, False),
        (99, None, False, False),
        (0, 0.01, False, False),
    ],
)
def test_it_is_near_its_end_once(spent: int, warn_at: float | None, warned: bool, near: bool):
    assert account(spent, warn_at, warned=warned).near() is near
