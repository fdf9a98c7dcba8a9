"""Logistic regression: the weights are where the penalised likelihood has its top."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.evaluate.router.regress import regressed
from freehold.evaluate.statistics.logistic import logistic


def drawn(rows: int = 3000) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(0)
    columns = np.column_stack([np.ones(rows), draw.normal(size=(rows, 2))])
    return columns, (draw.random(rows) < logistic(columns @ np.array([0.5, -1.5, 0.0]))).astype(float)


def test_finds_the_weights_that_made_the_outcomes() -> None:
    assert regressed(*drawn(), np.full(3, 1e-3)) == pytest.approx([0.5, -1.5, 0.0], abs=0.15)


@pytest.mark.parametrize("held", [1e-2, 30.0])
def test_nothing_pulls_any_more_where_it_ends(held: float) -> None:
    columns, towards = drawn()
    weights = regressed(columns, towards, np.full(3, held))
    assert columns.T @ (towards - logistic(columns @ weights)) - held * weights == pytest.approx(np.zeros(3), abs=1e-6)


def test_the_place_it_begins_at_is_left_as_it_was_and_changes_nothing() -> None:
    columns, towards = drawn()
    start = np.array([9.0, 9.0, -9.0])
    penalty = np.full(3, 1.0)
    assert regressed(columns, towards, penalty, start) == pytest.approx(regressed(columns, towards, penalty), abs=1e-6)
    assert start.tolist() == [9.0, 9.0, -9.0]


def test_outcomes_that_a_column_divides_are_held_by_the_penalty() -> None:
    columns = np.column_stack([np.ones(40), np.r_[np.full(20, -1.0), np.full(20, 1.0)]])
    weights = regressed(columns, np.r_[np.zeros(20), np.ones(20)], np.full(2, 1e-2))
    assert np.isfinite(weights).all()
    assert weights[1] > 4
