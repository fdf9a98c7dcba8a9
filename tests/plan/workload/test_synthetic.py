import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.plan.workload.rescale import dispersion
from freehold.plan.workload.synthetic import SAMPLE, Lengths, arrivals, log_normal, synthetic


def made(**changes):
    said = {"a_second": 1.0, "prompt": Lengths(2000, 1.0), "answer": Lengths(500, 0.8), "cached_share": 0.25}
    return synthetic(**(said | {"burstiness": 2.0, "seed": 1} | changes))


def test_one_seed_makes_one_hour():
    first, second, other = made(), made(), made(seed=2)
    assert np.array_equal(first.at, second.at)
    assert np.array_equal(first.prompt, second.prompt)
    assert not np.array_equal(first.at, other.at)


def test_it_has_the_rate_the_means_and_the_cached_share_that_were_said():
    hour = made()
    assert hour.rate == pytest.approx(1.0, rel=1e-3)
    assert hour.prompt.mean() == pytest.approx(2000, rel=1e-3)
    assert hour.answer.mean() == pytest.approx(500, rel=1e-3)
    assert hour.cached.sum() / hour.prompt.sum() == pytest.approx(0.25, rel=1e-2)
    assert (np.diff(hour.at) >= 0).all()
    assert 0 <= hour.at[0] <= hour.at[-1] <= hour.seconds


@pytest.mark.parametrize("burstiness", [0.5, 1.0, 2.0, 4.0])
def test_counts_scatter_as_the_gaps_say(burstiness):
    hours = [made(a_second=20.0, burstiness=burstiness, seed=seed) for seed in range(30)]
    assert np.mean([dispersion(hour, 5.0) for hour in hours]) == pytest.approx(burstiness**2, rel=0.35)


def test_a_metronome_does_not_scatter():
    assert dispersion(made(burstiness=0.0), 10.0) == pytest.approx(0, abs=0.01)


@given(st.floats(1e-5, 1e4))
def test_another_volume_has_the_same_requests_at_another_pace(rate):
    hour, usual = made(a_second=rate), made()
    assert len(hour) == SAMPLE
    assert hour.rate == pytest.approx(rate)
    assert hour.at * rate == pytest.approx(usual.at)
    assert np.array_equal(hour.prompt, usual.prompt)
    assert np.array_equal(hour.answer, usual.answer)


@given(st.floats(0.0, 20.0))
def test_arrivals_come_in_order_and_in_time(burstiness):
    times = arrivals(50, 10.0, burstiness, np.random.default_rng(1))
    assert (np.diff(times) >= 0).all()
    assert 0 <= times[0] <= times[-1] <= 10.0


def test_a_median_or_a_95th_percentile_is_met():
    random = np.random.default_rng(1)
    by_median = log_normal(2000, median=1200).draw(20_000, random)
    assert np.median(by_median) == pytest.approx(1200, rel=0.07)
    by_p95 = log_normal(2000, p95=5000).draw(20_000, random)
    assert np.quantile(by_p95, 0.95) == pytest.approx(5000, rel=0.05)
    assert by_p95.mean() == pytest.approx(2000, rel=0.01)


@pytest.mark.parametrize("said", [{"median": 3000}, {"p95": 1000}, {"p95": 9000}])
def test_what_no_log_normal_has_is_refused(said):
    with pytest.raises(ValueError, match="mean"):
        log_normal(2000, **said)


def test_parts_come_in_their_shares():
    drawn = Lengths(0, parts=((0.9, 500.0), (0.1, 8000.0))).draw(1000, np.random.default_rng(1))
    assert (drawn == 500).sum() == 900
    assert set(drawn) == {500.0, 8000.0}


def test_lengths_are_whole_and_at_least_one():
    drawn = Lengths(1.5, 3.0).draw(500, np.random.default_rng(1))
    assert drawn.min() >= 1
    assert all(math.floor(each) == each for each in drawn)
