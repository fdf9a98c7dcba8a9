"""The least harm at a share of escalations."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.core.errors import BadRequest
from freehold.evaluate.promise.mirror import affordable, least_harm
from support.promising import drawn


def test_a_share_is_escalated_and_what_it_leaves_is_counted_apart() -> None:
    outcomes = drawn(2000, 1)
    choice = least_harm(outcomes, 0.3, 0.9)
    counted = choice.counted
    assert counted.size == 1000
    assert choice.escalated == pytest.approx(0.3, abs=0.05)
    assert choice.harms == (choice.kept & counted.harm()).sum()
    by_chance = 0.7 * counted.harm().mean()
    assert choice.observed < by_chance / 2
    assert choice.observed < choice.bound < by_chance


def test_the_ends_of_the_range() -> None:
    outcomes = drawn(200, 2)
    assert least_harm(outcomes, 1.0, 0.9).harms == 0
    assert least_harm(outcomes, 0.0, 0.9).escalated < 0.1


def test_nonsense_is_refused() -> None:
    with pytest.raises(BadRequest, match="from 0 to 1"):
        least_harm(drawn(200, 3), 1.2, 0.9)
    with pytest.raises(BadRequest, match="59 questions are too few; it takes at least 60"):
        least_harm(drawn(59, 3), 0.2, 0.9)


def test_a_budget_buys_a_share() -> None:
    outcomes = drawn(100, 4)
    assert affordable(outcomes, 1.1e-4 + 1e-4) == pytest.approx(0.2)
    assert affordable(outcomes, 1.0) == 1.0
    with pytest.raises(BadRequest, match=r"the owned answers alone cost 0.000110 USD"):
        affordable(outcomes, 1e-4)
    free = drawn(100, 4)
    free.costs["cloud"][:] = np.zeros(100)
    assert affordable(free, 1.1e-4) == 1.0
