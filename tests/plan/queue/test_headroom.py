"""What must stand ready while another machine starts."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.plan.queue.headroom import HeadRoom
from freehold.plan.workload.synthetic import arrivals
from support.queues import poisson, requests


def bursts(scatter: float, *, seed: int = 1) -> HeadRoom:
    """An hour whose five minutes differ in their rates, by a standard deviation of the logarithm."""
    rng = np.random.default_rng(seed)
    rate = np.repeat(np.exp(scatter * rng.standard_normal(12)), 300)
    at = np.repeat(np.arange(3600.0), rng.poisson(rate)) + 0.5
    return HeadRoom(requests(at, 1, 1, seconds=3600), 0.95)


def test_arrivals_by_chance_need_none() -> None:
    found = [float(HeadRoom(poisson(1250, 1250 / 3600, seed=seed), 0.95).factor(5.0)) for seed in range(40)]
    assert np.median(found) == 1
    assert np.mean(np.array(found) > 1.15) < 0.1


def test_the_more_the_rate_moves_the_more_is_kept() -> None:
    calm, lively, wild = (float(bursts(scatter).factor(5.0)) for scatter in (0.05, 0.3, 0.8))
    assert 1 <= calm < 1.2 < lively < wild


def test_growth_beyond_the_mean_is_the_quantile_of_what_moves() -> None:
    """Rates that change every five minutes and are free of one another: the growth's variance is twice theirs."""
    found = [float(bursts(0.3, seed=seed).factor(5.0)) for seed in range(30)]
    assert np.median(found) == pytest.approx(1 + 1.645 * np.sqrt(2) * 0.3, rel=0.15)


def test_a_longer_start_needs_no_less() -> None:
    factors = bursts(0.5).factor(np.array([[0.0, 1.0], [5.0, 600.0]]))
    assert factors.shape == (2, 2)
    assert np.all(np.diff(factors.ravel()) >= 0)
    assert factors[0, 0] == 1


def test_a_sample_too_short_to_tell() -> None:
    assert HeadRoom(requests(np.array([1.0, 2.0]), 1, 1, seconds=10), 0.95).factor(5.0) == 1


@pytest.mark.parametrize("burstiness", [1.0, 3.0, 8.0])
def test_more_volume_never_asks_for_fewer_machines_to_be_ready(burstiness: float) -> None:
    at = arrivals(2000, 2000.0, burstiness, np.random.default_rng(4))
    rates = np.geomspace(0.01, 100, 60)
    asked = [
        rate * HeadRoom(requests(at / rate, 1, 1, seconds=2000 / rate), 0.95).factor(np.array([0.5, 2.0, 9.0, 30.0]))
        for rate in rates
    ]
    assert np.all(np.diff(asked, axis=0) >= 0)


def test_a_crowd_evens_out_over_a_stretch_that_is_longer_than_the_sample() -> None:
    at = arrivals(2000, 2000.0, 4.0, np.random.default_rng(4))
    few, many = (
        float(HeadRoom(requests(at / rate, 1, 1, seconds=2000 / rate), 0.95).factor(1.0)) - 1 for rate in (100, 10_000)
    )
    assert many == pytest.approx(few / 10)
