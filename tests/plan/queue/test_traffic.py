"""The same traffic at other loads, and samples of it."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.plan.queue.traffic import BLOCK, FEWEST, MOST, at_load, sample, warmed
from support.queues import poisson, requests


def dispersion(at: np.ndarray, window: float) -> float:
    counts, _ = np.histogram(at, bins=np.arange(0, at.max(), window))
    return float(counts.var() / counts.mean())


def test_a_load_keeps_how_counts_scatter() -> None:
    traffic = poisson(20_000, 3.0)
    busier = at_load(traffic, 4.0)
    assert busier.rate == pytest.approx(4 * traffic.rate)
    assert dispersion(busier.at, 2.5) == pytest.approx(dispersion(traffic.at, 10.0))
    assert np.array_equal(busier.answer, traffic.answer)


def test_few_requests_are_repeated_at_their_rate() -> None:
    few = requests(np.array([1.0, 2.0, 9.0]), [10, 20, 30], 5, seconds=60)
    many = sample(few)
    assert len(many) >= FEWEST
    assert many.rate == pytest.approx(few.rate)
    assert many.at[3:6] == pytest.approx(few.at + 60)
    assert np.array_equal(many.prompt[-3:], few.prompt)


def test_as_many_as_wanted_are_left_alone() -> None:
    traffic = poisson(MOST, 1.0)
    assert sample(traffic) is traffic


def test_of_many_quiet_and_hurried_blocks_are_kept() -> None:
    """Half of the requests come ten times as fast as the others: the same half of the sample does."""
    gaps = np.concatenate([np.full(10_000, 1.0), np.full(10_000, 0.1)])
    traffic = requests(np.cumsum(gaps), np.arange(20_000.0), 5, seconds=11_000)
    few = sample(traffic)
    assert len(few) == MOST // BLOCK * BLOCK
    assert few.rate == pytest.approx(traffic.rate)
    assert np.all(np.diff(few.at) >= 0)
    assert few.at.max() <= few.seconds * 1.001
    quick = np.mean(np.diff(few.at) < np.median(gaps))
    assert quick == pytest.approx(0.5, abs=0.02)


def test_of_many_the_long_ones_are_as_frequent() -> None:
    traffic = poisson(17_000, 2.0, spread=1.2)
    few = sample(traffic)
    for share in (0.1, 0.5, 0.95, 0.99):
        assert np.quantile(few.prompt, share) == pytest.approx(np.quantile(traffic.prompt, share), rel=0.05)
    assert few.answer.mean() == pytest.approx(traffic.answer.mean(), rel=0.15)
    pairs = set(zip(traffic.prompt, traffic.answer, strict=True))
    assert set(zip(few.prompt, few.answer, strict=True)) <= pairs


def test_a_sample_begins_as_it_goes_on() -> None:
    traffic = poisson(1000, 2.0)
    warm, before = warmed(traffic)
    assert before > 0
    assert len(warm) == len(traffic) + before
    assert np.all(np.diff(warm.at) >= 0)
    assert warm.at[0] >= 0
    assert np.diff(warm.at[before:]) == pytest.approx(np.diff(traffic.at))
    assert np.array_equal(warm.answer[:before], traffic.answer[-before:])
    assert warm.rate == pytest.approx(traffic.rate)


def test_of_many_long_ones_that_came_together_are_not_left_out() -> None:
    prompt = np.full(17_000, 100.0)
    prompt[-300:] = 10_000.0
    few = sample(requests(np.arange(17_000.0), prompt, 5, seconds=17_000))
    assert np.mean(few.prompt == 10_000) == pytest.approx(300 / 17_000, rel=0.1)
