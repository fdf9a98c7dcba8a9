"""The floor of forecasts: what it saves, what it costs, and that it adds no harm."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.evaluate.promise.choose import Aim, Choice, choose
from freehold.evaluate.promise.floor import MOST_LOST, floored, lost
from freehold.evaluate.promise.table import Outcomes
from support.promising import drawn

AIM = Aim(0.02, 0.9)


def foreseen(size: int, seed: int, *, sharp: float = 4.0) -> Outcomes:
    """Questions with forecasts that tell well whether the last voice will be right; the first tenth has none."""
    outcomes = drawn(size, seed)
    noise = np.random.default_rng(seed).normal(size=size)
    logit = sharp * (outcomes.right["large"] - 0.5) + noise
    outcomes.measures["forecast"] = 1 / (1 + np.exp(-logit))  # type: ignore[index]
    outcomes.measures["forecast"][: size // 10] = np.nan
    return outcomes


def chosen(size: int = 1000, seed: int = 0) -> tuple[Choice, Choice]:
    without = choose(foreseen(size, seed), AIM)
    return without, floored(without)


def test_it_sends_on_at_once_what_would_hardly_be_kept() -> None:
    without, with_it = chosen()
    assert 0 < with_it.keeping.floor < 1
    assert with_it.at_once is not None
    assert with_it.at_once.mean() > 0.02
    assert with_it.cost < without.cost
    forecasts = with_it.counted.measures["forecast"]
    assert (with_it.at_once == (forecasts < with_it.keeping.floor)).all()
    assert not with_it.at_once[np.isnan(forecasts)].any()


@pytest.mark.parametrize("seed", range(5))
def test_it_costs_few_right_answers_and_adds_no_harm(seed: int) -> None:
    without, with_it = chosen(seed=seed)
    right = without.kept & without.counted.right["large"]
    assert lost(with_it, without) <= MOST_LOST * right.sum()
    assert not (with_it.kept & ~without.kept).any()
    assert (with_it.harms, with_it.bound) == (without.harms, without.bound)
    assert with_it.keeping.threshold == without.keeping.threshold


def test_without_forecasts_or_where_they_tell_nothing_there_is_none() -> None:
    plain = choose(drawn(1000, 0), AIM)
    assert floored(plain) is plain
    blind = foreseen(1000, 0)
    blind.measures["forecast"][:] = 0.7
    choice = choose(blind, AIM)
    assert floored(choice) is choice


def test_where_nothing_is_kept_there_is_none() -> None:
    outcomes = foreseen(500, 4)
    for values in outcomes.measures.values():
        values[:] = 0.9
    choice = choose(outcomes, AIM)
    assert floored(choice) is choice
