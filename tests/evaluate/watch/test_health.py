from __future__ import annotations

import numpy as np
import pytest

from freehold.evaluate.watch.differences import Calibrated
from freehold.evaluate.watch.health import Correction, Health, begun, corrected, judged


def fed(health: Health, harm: float, size: int, seed: int = 1) -> Health:
    """`size` chosen requests, half of them audited, of which harm befalls a share of all."""
    chance = np.random.default_rng(seed)
    for value in chance.random(size):
        health = health.after(harmed=bool(value < harm), audited=bool(value < 0.5), chance=0.1)
    return health


def test_a_broken_promise_raises_an_alarm() -> None:
    health = fed(begun("pr_1", "auto", 0.02, 0.05), 0.10, 400)

    assert health.alarmed
    assert "broken" in health.says()


def test_a_kept_promise_raises_none() -> None:
    health = fed(begun("pr_1", "auto", 0.02, 0.05), 0.01, 1500)

    assert not health.alarmed
    assert health.estimate == pytest.approx(0.01, abs=0.007)


def test_an_alarm_stays_raised() -> None:
    health = fed(fed(begun("pr_1", "auto", 0.02, 0.05), 0.3, 200), 0.0, 800)

    assert health.alarmed


def test_false_alarms_are_within_their_rate_at_the_very_edge() -> None:
    alarms = sum(fed(begun("pr_1", "auto", 0.05, 0.05), 0.05, 400, seed).alarmed for seed in range(60))

    assert alarms <= 6


def test_requests_weigh_by_how_likely_they_were_to_be_chosen() -> None:
    health = begun("pr_1", "auto", 0.02, 0.05)
    health = health.after(harmed=True, audited=True, chance=0.5).after(harmed=False, audited=True, chance=0.1)

    assert health.measured == pytest.approx(2 / 12)


def test_harmless_differences_are_allowed_for() -> None:
    correction = corrected(measured=20, harmed=3, size=400, alpha=0.05)
    health = begun("pr_1", "auto", 0.02, 0.05, correction)

    assert 0.05 < correction.false < 0.08
    assert health.doubt.bound == pytest.approx(0.02 + correction.false)
    assert not fed(health, 0.05, 800).alarmed
    assert "20 differed without harm" in correction.says


def by_judge(harm: float, harmless: float, size: int, seed: int) -> Health:
    """Answers of which so many differ with harm, and without; a judge tells in 85 % of cases which it is."""
    correction = judged("fair", 0.82, 0.88)
    assert correction is not None
    health, source = begun("pr_1", "auto", 0.03, 0.05, correction), np.random.default_rng(seed)
    for value, right in source.random((size, 2)):
        harms, differs = bool(value < harm), bool(value < harm + harmless)
        found = differs and (harms == bool(right < 0.85))
        health = health.after(harmed=found, audited=True, chance=0.1, differs=differs)
    return health


def test_a_judges_errors_are_allowed_for_whatever_share_differs() -> None:
    assert sum(by_judge(0.03, 0.2, 400, seed).alarmed for seed in range(30)) <= 3
    assert sum(by_judge(0.09, 0.02, 400, seed).alarmed for seed in range(10)) >= 9

    found = by_judge(0.06, 0.1, 3000, 1)
    assert found.estimate == pytest.approx(0.06, abs=0.02)
    assert found.interval().low < found.measured < found.interval().high
    assert "82% to 88%" in found.correction.says


def test_a_judge_that_is_no_better_than_a_coin_helps_nobody() -> None:
    assert judged("coin", 0.45, 0.55) is None


def test_a_judge_that_errs_more_here_than_was_certified_is_not_believed() -> None:
    assert judged("fair", 0.8, 0.9, Calibrated(20, 12)) is None
    kept = judged("fair", 0.8, 0.9, Calibrated(20, 5))
    assert kept is not None
    assert "it erred in 5 of 20 harmless differences" in kept.says


def test_a_judge_that_misses_harm_lowers_what_may_be_measured() -> None:
    assert Correction(hit=0.5).bound(0.02) == pytest.approx(0.01)
    assert Correction(hit=0.5, false=0.01).harm(0.03) == pytest.approx(0.04)


def test_what_could_not_be_audited_is_counted_by_why() -> None:
    health = begun("pr_1", "auto", 0.02, 0.05).without("label").without("budget").without("label", 5)

    assert health.missed == {"label": 2, "budget": 1}
    assert (health.chosen, health.cost_nano) == (0, 5)
    assert health.says() == "nothing has been audited yet"


def test_the_interval_holds_what_was_seen() -> None:
    health = fed(begun("pr_1", "auto", 0.02, 0.05), 0.1, 300)
    interval = health.interval()

    assert interval.low < health.harmed / health.chosen < interval.high


@pytest.mark.parametrize("chance", [0.0, 1.5])
def test_a_chance_is_a_chance(chance: float) -> None:
    with pytest.raises(ValueError, match="chance above 0"):
        begun("pr_1", "auto", 0.02, 0.05).after(harmed=False, audited=True, chance=chance)


def test_how_near_an_alarm_is_is_told() -> None:
    health = fed(begun("pr_1", "auto", 0.02, 0.05), 0.05, 150)

    assert 0 < health.doubt.strength < 1
    assert f"{health.doubt.strength:.0%} of the way to an alarm" in health.says()
    assert fed(health, 0.3, 200).doubt.strength == 1.0


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be watched"):
        begun("pr_1", "auto", 0.0, 0.05)
    with pytest.raises(ValueError, match="cannot differ"):
        corrected(5, 0, 4, 0.05)
