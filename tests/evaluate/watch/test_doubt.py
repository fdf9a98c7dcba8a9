from __future__ import annotations

import numpy as np
import pytest

from freehold.evaluate.watch.doubt import Doubt, doubt


def fed(mean: float, size: int, seed: int, made: Doubt | None = None, looked: float = 1.0) -> Doubt:
    """Values of 1 / `looked` with a chance of `looked` each where there is harm; every answer looked at is paid for."""
    found = made or doubt(0.03, 0.05)
    draws = np.random.default_rng(seed).random((size, 2))
    for harm, look in draws:
        found = found.after(float(harm < mean and look < looked) / looked, audited=bool(look < looked))
    return found


def test_false_alarms_are_within_their_rate_at_the_very_edge() -> None:
    assert sum(fed(0.03, 600, seed).rejects for seed in range(60)) <= 6


def test_so_are_they_where_few_are_looked_at_and_count_the_more() -> None:
    assert sum(fed(0.03, 900, seed, looked=0.3).rejects for seed in range(40)) <= 5


def test_less_than_twice_the_bound_is_noticed_within_the_stretch_in_four_of_five() -> None:
    assert sum(fed(0.054, 400, seed).rejects for seed in range(40)) >= 20
    assert sum(fed(0.075, 400, seed).rejects for seed in range(40)) >= 36


def test_gross_failure_is_noticed_at_once() -> None:
    assert fed(0.9, 8, 1).rejects


def test_a_change_after_a_long_time_is_noticed() -> None:
    assert fed(0.2, 400, 2, fed(0.02, 1500, 1)).rejects


def test_what_was_rejected_stays_so() -> None:
    found = fed(0.0, 500, 1, fed(0.9, 10, 1))

    assert found.rejects
    assert found.strength == 1.0
    assert found.e_value < found.needed


def test_nothing_is_known_at_first() -> None:
    found = doubt(0.03, 0.025)

    assert found.e_value == pytest.approx(1.0)
    assert (found.strength, found.needed) == (0.0, 40.0)


@pytest.mark.parametrize(("bound", "alpha"), [(0.0, 0.05), (1.0, 0.05), (0.1, 0.0)])
def test_what_cannot_be_doubted(bound: float, alpha: float) -> None:
    with pytest.raises(ValueError, match="cannot be doubted"):
        doubt(bound, alpha)
