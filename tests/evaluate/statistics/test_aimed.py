"""A bettor that aims at a time: a test all the same, and one that makes haste."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from freehold.evaluate.statistics.aimed import FIRST, Aimed


def fed(values: list[float], made: Aimed, target: float = 20.0) -> Aimed:
    for value in values:
        made = made.after(value, target, costly=True)
    return made


def test_its_fortune_is_fair_over_all_that_can_come() -> None:
    """Each of ten observations is 0 or 1, with a mean of just the bound: the mean of what becomes of 1 is 1."""
    whole = 0.0
    for values in itertools.product((0.0, 1.0), repeat=10):
        likely = math.prod(0.3 if value else 0.7 for value in values)
        whole += likely * fed(list(values), Aimed(0.3, 4)).e_value

    assert whole == pytest.approx(1.0)


def test_it_stakes_more_the_less_time_is_left() -> None:
    early, late = (fed([0.0] * size, Aimed(0.1, 100)) for size in (10, 90))
    lost = [1 - each.after(0.0, 20.0, costly=True).fortune / each.fortune for each in (early, late)]

    assert lost[1] > 2 * lost[0]


def test_it_stakes_nothing_once_there_is_enough() -> None:
    rich = fed([1.0] * 30, Aimed(0.1, 50))

    assert rich.e_value >= 20
    assert rich.after(0.0, 20.0, costly=True).fortune == rich.fortune


def test_observations_may_be_below_0_down_to_a_set_end() -> None:
    whole = 0.0
    for values in itertools.product((-0.5, 1.0), repeat=8):
        likely = math.prod(0.4 if value > 0 else 0.6 for value in values)
        whole += likely * fed(list(values), Aimed(0.1, 5, end=-0.5)).e_value

    assert whole == pytest.approx(1.0)
    with pytest.raises(ValueError, match=r"not one from -0.5 on"):
        Aimed(0.1, 5, end=-0.5).after(-0.6, 20.0, costly=True)


def test_what_is_free_uses_no_time() -> None:
    made = Aimed(0.1, 3)
    for _ in range(10):
        made = made.after(0.0, 20.0, costly=False)

    assert (made.stretches, made.used, made.seen) == (1, 0, 10)
    assert fed([0.0] * 3, made).stretches == 2


def test_another_stretch_has_something_to_stake() -> None:
    made = fed([0.0] * 6, Aimed(0.5, 3))

    assert made.stretches == 3
    assert made.fortune > (1 - FIRST) / 2 / 3
    assert fed([1.0] * 60, Aimed(0.5, 3)).e_value >= 20


def test_an_unbroken_bound_is_let_be() -> None:
    alarms = 0
    for seed in range(100):
        values = (np.random.default_rng(seed).random(300) < 0.1).astype(float)
        made, best = Aimed(0.1, 150), 0.0
        for value in values.tolist():
            made = made.after(value, 20.0, costly=True)
            best = max(best, made.e_value)
        alarms += best >= 20
    assert alarms <= 9


@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf])
def test_what_is_no_observation(value: float) -> None:
    with pytest.raises(ValueError, match="not one from 0 on"):
        Aimed(0.1, 10).after(value, 20.0, costly=True)
