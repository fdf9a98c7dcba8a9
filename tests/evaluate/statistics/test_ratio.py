"""Ratios of amounts: how often their intervals cover."""

from __future__ import annotations

import math

import numpy as np
import pytest

from freehold.evaluate.statistics import ratio
from freehold.evaluate.statistics.ratio import ratio_interval


def amounts(rng, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Costs of a cascade beside a single target's: a fifth of the requests are escalated."""
    firsts = rng.lognormal(0, 0.6, size)
    return firsts * (0.05 + (rng.random(size) < 0.2)), firsts


@pytest.mark.parametrize("size", [30, 100, 1200])
def test_it_covers_what_it_says(size):
    rng = np.random.default_rng(41)
    held = np.mean([not ratio_interval(*amounts(rng, size)).excludes(0.25) for _ in range(200)])
    assert 0.90 <= held <= 0.99


def test_both_methods_agree_where_there_are_many(monkeypatch):
    pair = amounts(np.random.default_rng(42), 900)
    drawn = ratio_interval(*pair)
    monkeypatch.setattr(ratio, "MANY", 100)
    plain = ratio_interval(*pair)
    assert (drawn.method, plain.method) == ("bootstrap-t", "log-delta")
    assert (drawn.low, drawn.high) == pytest.approx((plain.low, plain.high), rel=0.05)


def test_the_same_costs_are_one_times_as_much():
    found = ratio_interval(np.arange(1.0, 20.0), np.arange(1.0, 20.0))
    assert (found.low, found.value, found.high) == pytest.approx((1, 1, 1))


def test_where_the_sample_cannot_say_there_is_no_bound():
    assert ratio_interval(np.zeros(5), np.ones(5)).high == math.inf
    assert ratio_interval(np.ones(1), np.ones(1)).low == 0


def test_one_request_that_costs_does_not_break_it():
    others = np.zeros(40)
    others[3] = 1.0
    found = ratio_interval(others, np.ones(40))
    assert found.low <= 0.025 <= found.high
    assert found.method == "log-delta"


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="no multiple"):
        ratio_interval(np.ones(3), np.zeros(3))
    with pytest.raises(ValueError, match="paired"):
        ratio_interval(np.ones(3), np.ones(2))
