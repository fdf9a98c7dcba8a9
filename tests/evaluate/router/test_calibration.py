"""Chances that mean what they say, and never turn an order round."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.evaluate.router.calibration import Calibration, calibrate, error


def some(size: int = 4000, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    scores = draw.normal(size=size)
    return scores, (draw.random(size) < 1 / (1 + np.exp(-(1.0 - 1.5 * scores)))).astype(float)


def test_finds_the_law_that_made_the_outcomes() -> None:
    found = calibrate(*some())
    assert found.intercept == pytest.approx(1.0, abs=0.15)
    assert found.slope == pytest.approx(1.5, abs=0.15)


def test_chances_of_new_cases_are_right() -> None:
    scores, will_do = some(seed=1)
    assert error(calibrate(*some()).chances(scores), will_do) < 0.03


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.booleans()), min_size=2, max_size=40))
def test_a_higher_score_never_has_a_higher_chance(cases: list[tuple[float, bool]]) -> None:
    scores, will_do = np.array([score for score, _ in cases]), np.array([float(done) for _, done in cases])
    found = calibrate(scores, will_do)
    chances = found.chances(np.sort(scores))
    assert (np.diff(chances) <= 1e-12).all()
    assert ((chances >= 0) & (chances <= 1)).all()


def test_scores_that_point_the_wrong_way_say_nothing() -> None:
    scores, will_do = some()
    assert calibrate(-scores, will_do).slope == 0
    assert calibrate(-scores, will_do).chance(3.0) == pytest.approx(will_do.mean(), abs=0.01)


def test_scores_that_are_all_the_same_give_the_share() -> None:
    assert calibrate(np.ones(98), np.r_[np.ones(73), np.zeros(25)]).chance(1.0) == pytest.approx(74 / 100)


def test_scores_that_divide_all_leave_some_doubt() -> None:
    found = calibrate(np.r_[np.zeros(20), np.ones(20)], np.r_[np.ones(20), np.zeros(20)])
    assert 0.9 < found.chance(0.0) < 0.99


def test_one_chance_is_as_many() -> None:
    found = Calibration(0.3, 2.0)
    assert found.chances(np.array([-400.0, 0.2, 400.0])) == pytest.approx(
        [found.chance(-400.0), found.chance(0.2), found.chance(400.0)]
    )


def test_the_error_is_how_far_chances_and_shares_lie_apart() -> None:
    assert error(np.full(100, 0.9), np.tile([1.0, 1.0, 1.0, 0.0, 0.0], 20)) == pytest.approx(0.3)
    assert error(np.r_[np.zeros(50), np.ones(50)], np.r_[np.zeros(50), np.ones(50)]) == 0
    assert error(np.r_[np.zeros(50), np.ones(50)], np.r_[np.ones(50), np.zeros(50)]) == 1
