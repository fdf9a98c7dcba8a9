"""The score without labels, and what labels make of it."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.evaluate.promise.score import learned, unlearned
from freehold.policy.keeping import chance
from support.promising import drawn


def test_without_labels_it_is_log_odds_and_half_of_what_the_others_say() -> None:
    outcomes = drawn(40, 1)
    confidence = outcomes.measures["confidence:large"]
    expected = np.log(confidence / (1 - confidence)) + outcomes.measures["support:small"] / 2
    assert unlearned(outcomes)(outcomes) == pytest.approx(expected)


def test_policy_reckons_the_same_chance() -> None:
    outcomes = drawn(400, 2)
    score = learned(outcomes, outcomes.harm(), np.zeros(400, dtype=bool), unlearned(outcomes))
    row = {name: float(values[7]) for name, values in outcomes.measures.items()}
    assert chance(score.terms, score.intercept, row) == pytest.approx(1 / (1 + np.exp(-score(outcomes)[7])))


def test_labels_teach_a_measure_that_the_start_does_not_know() -> None:
    outcomes = drawn(2000, 3)
    told = {**outcomes.measures, "prompt": outcomes.harm() + np.random.default_rng(1).normal(0, 0.3, 2000)}
    outcomes = type(outcomes)(outcomes.voices, outcomes.stronger, outcomes.right, told, outcomes.usable, outcomes.costs)
    start = unlearned(outcomes)
    score = learned(outcomes, outcomes.harm(), np.zeros(2000, dtype=bool), start)
    weights = {term.name: term.weight for term in score.terms}
    assert weights["prompt"] < -1
    assert np.corrcoef(score(outcomes), outcomes.harm())[0, 1] < np.corrcoef(start(outcomes), outcomes.harm())[0, 1]


def test_too_few_harms_teach_nothing() -> None:
    outcomes = drawn(60, 4)
    start = unlearned(outcomes)
    none = np.zeros(60, dtype=bool)
    assert learned(outcomes, none, none, start) is start


def test_where_harms_lie_within_is_never_looked_at() -> None:
    outcomes = drawn(600, 5)
    start = unlearned(outcomes)
    harm = outcomes.harm()
    within = start(outcomes) > np.quantile(start(outcomes), 0.3)
    score = learned(outcomes, harm, within, start)
    inside = np.flatnonzero(within & harm)
    moved = {name: values.copy() for name, values in outcomes.measures.items()}
    for values in moved.values():
        values[inside] = values[inside][::-1]
    other = type(outcomes)(outcomes.voices, outcomes.stronger, outcomes.right, moved, outcomes.usable, outcomes.costs)
    assert learned(other, harm, within, start).terms == score.terms
    assert len(inside) > 5


def test_confidence_that_is_not_known_counts_as_its_mean() -> None:
    outcomes = drawn(40, 6)
    outcomes.measures["confidence:large"][3] = np.nan
    found = unlearned(outcomes)(outcomes)
    assert not np.isnan(found).any()


def test_a_measure_that_nobody_has_is_no_term() -> None:
    outcomes = drawn(40, 7)
    outcomes.measures["confidence:large"][:] = np.nan
    outcomes.measures["confidence:small"][:] = np.nan
    assert [term.name for term in unlearned(outcomes).terms] == ["support:small"]


def test_what_a_voice_says_counts_only_where_it_says_how_sure_it_is() -> None:
    weights = {term.name: term.weight for term in unlearned(drawn(40, 8)).terms}
    assert weights == {"confidence:large": 1.0, "support:small": 0.5, "confidence:small": 0.0}
