"""Tests by betting: their size at every look, their power, and what they refuse."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from freehold.evaluate.statistics.betting import STAKES, Wager, inferior, mean_above, mean_below, not_inferior


def ever(wager: Wager, streams: np.ndarray, alpha: float = 0.05) -> float:
    """In which share of the streams the test ever rejects."""
    return float(np.mean([wager.after(stream).rejects(alpha) for stream in streams]))


def harms(rng, chance: float, streams: int, size: int) -> np.ndarray:
    return (rng.random((streams, size)) < chance).astype(float)


@pytest.mark.parametrize("restart", [0.0, 0.5])
def test_a_mean_at_its_bound_is_rejected_at_any_look_no_more_often_than_alpha(restart):
    streams = harms(np.random.default_rng(1), 0.05, 400, 400)
    assert ever(mean_above(0.05, restart=restart), streams) <= 0.05


def test_a_harm_of_twice_the_promise_is_noticed():
    streams = harms(np.random.default_rng(2), 0.10, 60, 600)
    assert ever(mean_above(0.05), streams) >= 0.9


def test_weights_of_what_was_sampled_keep_the_test_valid():
    rng = np.random.default_rng(3)
    audited = rng.random((300, 600)) < 0.25
    streams = harms(rng, 0.05, 300, 600) * audited / 0.25
    assert ever(mean_above(0.05), streams) <= 0.05


def test_a_late_change_is_noticed_sooner_where_something_was_kept_back():
    rng = np.random.default_rng(4)
    stream = np.concatenate((harms(rng, 0.01, 1, 3000)[0], harms(rng, 0.12, 1, 400)[0]))
    begun, kept_back = mean_above(0.05).after(stream), mean_above(0.05, restart=0.5).after(stream)
    assert kept_back.log_e > begun.log_e


def test_a_candidate_worse_by_the_margin_passes_no_more_often_than_alpha():
    rng = np.random.default_rng(5)
    streams = rng.choice([-1.0, 0.0, 1.0], p=[0.12, 0.80, 0.08], size=(300, 500))
    assert ever(not_inferior(0.04), streams) <= 0.05


def test_a_candidate_as_good_passes_and_one_far_worse_is_rolled_back():
    rng = np.random.default_rng(6)
    alike = rng.choice([-1.0, 0.0, 1.0], p=[0.05, 0.90, 0.05], size=(40, 1000))
    worse = rng.choice([-1.0, 0.0, 1.0], p=[0.30, 0.65, 0.05], size=(40, 300))
    assert ever(not_inferior(0.05), alike) >= 0.8
    assert ever(inferior(0.05), worse) >= 0.95
    assert ever(inferior(0.05), alike) <= 0.05


def test_below_is_the_mirror_of_above():
    values = [0.1, 0.4, 0.0, 0.2]
    mirrored = mean_above(0.4).after([1 - each for each in values])
    assert mean_below(0.6).after(values).log_e == pytest.approx(mirrored.log_e)
    assert mirrored.log_e > 0


def test_it_goes_on_from_where_it_was_kept():
    values = np.random.default_rng(7).random(50)
    begun = mean_above(0.4, restart=0.3)
    kept = msgspec.json.decode(msgspec.json.encode(begun.after(values[:20])), type=Wager)
    whole = begun.after(values)
    for pieces in (kept.after(values[20:]), begun.after(values[:1]).after(values[1:2]).after(values[2:])):
        assert pieces.logs == pytest.approx(whole.logs)
        assert (pieces.seen, pieces.best) == (50, pytest.approx(whole.best))
    assert begun.e_value == pytest.approx(1.0)
    assert begun.after(values).p_value <= 1


@pytest.mark.parametrize("restart", [0.0, 0.4])
def test_the_fortune_is_what_betting_step_by_step_makes(restart):
    values = np.random.default_rng(9).random(40)
    fortunes, best = np.full(len(STAKES), (1 - restart) / len(STAKES)), 0.0
    for seen, value in enumerate(values, 1):
        if seen > 1:
            fortunes = fortunes + restart / (len(STAKES) * seen * (seen - 1))
        fortunes = fortunes * (1 + STAKES * (value - 0.4) / 0.4)
        best = max(best, np.log(fortunes.sum() + restart / seen))
    found = mean_above(0.4, restart=restart).after(values)
    assert found.e_value == pytest.approx(fortunes.sum() + restart / len(values))
    assert found.best == pytest.approx(best)


def test_nothing_more_changes_nothing():
    assert mean_above(0.4).after([]) == mean_above(0.4)


def test_what_would_not_be_valid_is_refused():
    with pytest.raises(ValueError, match="beyond"):
        mean_above(0.5).after([-0.1])
    with pytest.raises(ValueError, match="beyond"):
        mean_above(0.5).after([float("nan")])
    with pytest.raises(ValueError, match="no test"):
        mean_above(0.0)
    with pytest.raises(ValueError, match="no test"):
        mean_below(1.0)
    with pytest.raises(ValueError, match="share"):
        mean_above(0.5, restart=1.0)
