"""The rule that is chosen keeps its promise, and keeps the most that it may."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.evaluate.promise.choose import Aim, TooLittleData, choose
from freehold.evaluate.promise.table import Outcomes
from freehold.evaluate.statistics.proportion import exact_upper
from support.promising import drawn, keeps

AIM = Aim(0.02, 0.9)
TRUTH = drawn(40_000, 99)


def test_the_promise_is_broken_in_no_more_cases_than_stated() -> None:
    harms = TRUTH.harm()
    broken = [(keeps(choose(drawn(500, seed), AIM).keeping, TRUTH) & harms).mean() > AIM.harm for seed in range(150)]
    # Of 150 cases that break with a chance of 0.066 at the most, 20 or more come in fewer than one run of 300.
    assert 0 < sum(broken) < 20


def test_the_rule_as_policy_applies_it_keeps_the_very_answers() -> None:
    outcomes = drawn(500, 1)
    choice = choose(outcomes, AIM)
    assert (keeps(choice.keeping, outcomes) == choice.kept).all()
    assert 0.2 < choice.escalated < 0.9
    assert (choice.kept & outcomes.harm()).sum() == choice.harms <= 5
    assert choice.observed <= choice.bound <= AIM.harm


def test_the_bound_of_a_rule_that_ties_cut_further_is_that_of_all_the_harms_that_may_stay() -> None:
    outcomes = drawn(500, 2)
    outcomes.measures["confidence:large"] = np.round(outcomes.measures["confidence:large"] * 30) / 30
    for name in ("confidence:small", "likeness:small", "support:small"):
        outcomes.measures[name][:] = np.nan
    choice = choose(outcomes, AIM)
    assert choice.harms < 5
    assert choice.bound == pytest.approx(exact_upper(5, choice.counted.size, 0.9))


def test_more_data_keeps_more() -> None:
    few, many = (np.mean([choose(drawn(size, seed), AIM).escalated for seed in range(10)]) for size in (200, 2000))
    assert many < few - 0.05


def test_a_voice_that_agrees_helps() -> None:
    with_help = np.mean([choose(drawn(800, seed), AIM).escalated for seed in range(10)])
    without = np.mean([choose(drawn(800, seed, helps=False), AIM).escalated for seed in range(10)])
    assert with_help < without


def test_what_has_no_sound_answer_is_never_kept() -> None:
    outcomes = drawn(500, 2)
    outcomes.usable[:250] = False
    assert not choose(outcomes, AIM).kept[:250].any()


def test_of_many_questions_whole_harms_are_cut_away_beyond_those_that_may_not_stay() -> None:
    # Of 20,000 questions 305 harms may stay by the confidence asked for, and 291 by the margin kept.
    outcomes = drawn(20_000, 4)
    assert choose(outcomes, AIM).harms == 291


def test_a_cut_among_coarse_scores_ends_at_the_last_of_them() -> None:
    luck, size = np.random.default_rng(0), 3000
    risky = luck.random(size) < 0.3
    sure = np.where(risky, luck.choice(np.linspace(0.3, 0.8, 40), size), luck.choice([0.9, 0.95, 0.99], size))
    right = np.ones(size, dtype=bool)
    # Just as many harms as may stay are among the surest of all, and there is no answer beyond them.
    right[luck.choice(np.flatnonzero(sure == 0.99), 43, replace=False)] = False
    right[luck.choice(np.flatnonzero(risky), 100, replace=False)] = False
    outcomes = Outcomes(
        ("large",),
        "cloud",
        {"large": right, "cloud": np.ones(size, dtype=bool)},
        {"confidence:large": sure},
        np.ones(size, dtype=bool),
        {"large": np.zeros(size), "cloud": np.ones(size)},
    )
    assert choose(outcomes, AIM).harms <= 43


def test_where_hardly_anything_is_harmed_everything_is_kept() -> None:
    choice = choose(drawn(500, 3, strong=0.02), AIM)
    assert choice.kept.all()
    assert choice.keeping.screens == ()


def test_where_every_kept_answer_is_as_risky_as_a_harmed_one_nothing_is_kept() -> None:
    outcomes = drawn(500, 4)
    for values in outcomes.measures.values():
        values[:] = 0.9
    choice = choose(outcomes, AIM)
    assert not choice.kept.any()
    assert not keeps(choice.keeping, outcomes).any()
    assert choice.keeping.keeps_nothing
    assert choice.cost == pytest.approx(5e-4)


def test_where_no_target_gives_probabilities_a_third_is_spent_on_learning() -> None:
    outcomes = drawn(900, 7)
    hint = np.where(outcomes.harm(), 3.0, 0.0) + np.random.default_rng(1).normal(0, 1, 900)
    for voice in ("small", "large"):
        outcomes.measures[f"confidence:{voice}"][:] = np.nan
    outcomes.measures["support:small"] = (2 * outcomes.measures["likeness:small"] - 1) * np.log(2)
    outcomes.measures["prompt"] = hint
    choice = choose(outcomes, AIM)
    assert choice.counted.size == 600
    assert choice.harms <= 6
    assert choice.escalated < 0.5
    few = choose(outcomes.part(np.arange(150)), AIM)
    assert few.counted.size == 150


def test_too_little_data_is_refused_with_how_much_it_takes() -> None:
    with pytest.raises(TooLittleData, match=r"12 questions are too few .* the bound is 0.175; it takes at least 115"):
        choose(drawn(12, 5), AIM)


def test_the_cost_is_of_all_voices_and_of_what_is_escalated() -> None:
    outcomes = drawn(500, 6)
    choice = choose(outcomes, AIM)
    assert choice.cost == pytest.approx(1.1e-4 + choice.escalated * 5e-4)


def test_where_the_bound_would_do_and_the_count_would_not_the_count_is_told() -> None:
    with pytest.raises(TooLittleData, match=r"114 questions .* more of the next 1,000 could be with a chance of 0\.1"):
        choose(drawn(114, 1), Aim(0.02))
