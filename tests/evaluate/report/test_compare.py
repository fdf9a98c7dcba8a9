"""Runs side by side: the figures, what is refused, and what a reader is told first."""

from __future__ import annotations

import msgspec
import pytest

from freehold.evaluate.model import Result
from freehold.evaluate.report.compare import compare
from freehold.evaluate.report.material import Unlike
from freehold.evaluate.statistics.methods import METHODS
from support.evaluations import dataset, examples, run_data


@pytest.fixture(scope="module")
def two():
    return compare([run_data("closed", right=0.9), run_data("open", right=0.7, cost=0.0001, seed=2)])


def test_each_subject_has_its_figures(two):
    closed, owned = two.subjects
    assert (closed.letter, owned.letter) == ("A", "B")
    assert (closed.asked, closed.answered, closed.skipped) == (200, 200, 0)
    assert closed.scores[0].quality.low < 0.9 < closed.scores[0].quality.high + 0.03
    assert closed.cost.low < closed.cost.value < closed.cost.high
    assert closed.paid == pytest.approx(closed.worth)
    assert closed.p50_ms.value < closed.p95_ms.value
    assert closed.targets == {"closed": 200}


def test_the_other_is_held_against_the_first_on_the_same_examples(two):
    (pair,) = two.pairs
    (score,) = pair.scores
    assert (pair.first, pair.other, pair.both) == ("closed", "open", 200)
    assert score.told == score.always_told == "worse"
    assert score.corrected < score.always_corrected < 0.05
    assert score.delta.value == pytest.approx((score.won - score.lost) / 200)
    assert score.won + score.lost + score.tied == 200
    assert score.always.low < score.delta.low < score.delta.value < score.delta.high < score.always.high
    assert pair.cost.low < 0.1 < pair.cost.high + 0.01


def test_parts_with_too_few_examples_are_counted_and_not_judged(two):
    assert [each.value for each in two.slices] == ["extract", "triage"]
    assert two.small_slices == ("task = legal (20)",)
    assert all(each.corrected >= each.p for each in two.slices)


def test_the_cases_that_changed_are_told_losses_first():
    found = compare([run_data("closed", right=0.9), run_data("open", right=0.7, seed=2)], most_cases=3)
    changes = [case.other_score - case.first_score for case in found.cases]
    assert changes == [-1, -1, -1, 1, 1, 1]
    assert found.cases[0].input.startswith("Question")
    assert found.cases[0].first_reason == "as expected"


def test_every_figure_names_a_method_with_a_source(two):
    assert {two.pairs[0].scores[0].delta.method, two.subjects[0].p95_ms.method} <= set(two.methods)
    assert all(two.methods[name] == METHODS[name] for name in two.methods)
    assert "holm" in two.methods


def test_twelve_examples_are_said_to_be_too_few():
    found = compare([run_data("closed", size=12), run_data("open", size=12, seed=2)])
    assert any("12 examples where" in note and "to see a difference of 5 points" in note for note in found.notes)
    alone = compare([run_data("closed", size=12)])
    assert any("12 examples leave exact of closed uncertain" in note for note in alone.notes)


def test_what_is_partial_is_marked():
    whole = run_data("open", size=40)
    broken = msgspec.structs.replace(whole, run=msgspec.structs.replace(whole.run, state="partial", note="no budget"))
    found = compare([msgspec.structs.replace(broken, results=broken.results[:15])])
    assert found.partial
    assert found.subjects[0].skipped == 25
    assert found.notes[0] == "Partial: the run of open ended early: no budget. It has 15 of 40."
    assert all(card.partial for card in found.scorecards)


def test_failures_and_refusals_are_shares_of_what_was_asked():
    found = compare([run_data("closed"), run_data("open", failed=0.1, refused=0.05, seed=2)])
    owned = found.subjects[1]
    assert owned.failures.value == pytest.approx(0.1, abs=0.06)
    assert owned.refusals.value == pytest.approx(0.05, abs=0.05)
    assert owned.answered == round(200 * (1 - owned.failures.value - owned.refusals.value))
    assert any("gave no answer to" in note for note in found.notes)
    assert any("both answered" in note for note in found.notes)


def test_a_judge_that_is_not_certified_is_named_and_decides_nothing():
    found = compare([run_data("open", uncertified=frozenset({"exact"})), run_data("closed", seed=3)])
    assert not found.subjects[0].scores[0].gates
    assert not found.pairs[0].scores[0].gates
    assert any("not certified" in note for note in found.notes)
    assert not found.scorecards[0].gates


def test_a_scorer_that_could_not_tell_counts_neither_for_nor_against():
    data = run_data("open", size=40)
    scored = [msgspec.structs.replace(each, scores={}) if each.place < 10 else each for each in data.results]
    found = compare([msgspec.structs.replace(data, results=scored)])
    assert found.subjects[0].scores[0].untold == 10
    assert found.subjects[0].scores[0].quality.size == 30
    assert any("could not tell of 10 of 40" in note for note in found.notes)


def test_different_questions_are_refused_and_the_difference_named():
    other = run_data("open", size=50)
    other = msgspec.structs.replace(other, dataset=dataset(50, "mail"), examples=examples(50))
    with pytest.raises(Unlike, match=r"'tickets' .* has 40 examples and 'mail' .* 50, of which 40 are the same"):
        compare([run_data("closed", size=40), other])
    with pytest.raises(Unlike, match="no run"):
        compare([])


def test_many_comparisons_are_corrected_for():
    runs = [run_data("a")] + [run_data(f"b{seed}", seed=seed) for seed in range(1, 6)]
    found = compare(runs)
    least = min((one for pair in found.pairs for one in pair.scores), key=lambda one: one.p)
    assert least.corrected == pytest.approx(min(1.0, 5 * least.p))
    always = [one.always_corrected for pair in found.pairs for one in pair.scores]
    alone = [compare([runs[0], other]).pairs[0].scores[0].always_corrected for other in runs[1:]]
    assert min(always) == pytest.approx(min(1.0, 5 * min(alone)))


def test_what_has_no_price_needs_no_method():
    found = compare([run_data("owned", cost=0.0)])
    assert found.subjects[0].cost.method == ""
    assert "" not in found.methods


def test_one_subject_twice_has_two_names():
    found = compare([run_data("open"), run_data("open", seed=2)])
    assert [each.name for each in found.subjects] == ["open #1", "open #2"]


def test_examples_of_one_cluster_are_not_independent():
    questions = [msgspec.structs.replace(each, slices={"cluster": str(each.id[-2:-1])}) for each in examples(200)]
    found = compare([run_data("a", questions=questions), run_data("b", questions=questions, seed=2)])
    assert found.pairs[0].scores[0].delta.method == "paired-clustered"
    alone = compare([run_data("a"), run_data("b", seed=2)])
    at_any_look = [
        (each.pairs[0].scores[0].always, each.subjects[0].scores[0].always, each.pairs[0].scores[0].always_corrected)
        for each in (found, alone)
    ]
    for one, other in zip(*at_any_look, strict=True):
        assert (one > other) if isinstance(one, float) else (one.high - one.low > other.high - other.low)
    assert found.slices == ()


def test_nothing_answered_gives_no_figures():
    data = run_data("open", size=5)
    lost = [Result(place=each.place, example=each.example, state="failed") for each in data.results]
    found = compare([msgspec.structs.replace(data, results=lost), run_data("closed", size=5)])
    assert found.subjects[0].cost is None
    assert found.subjects[0].scores[0].quality is None
    assert found.pairs[0].scores[0].delta is None
    assert found.pairs[0].scores[0].told == "not told apart"


def test_a_scorecard_has_cost_beside_quality(two):
    closed, owned = two.scorecards
    assert (closed.subject, closed.scorer, closed.size) == ("closed", "exact", 200)
    assert closed.low < closed.quality < closed.high
    assert closed.cost_usd == pytest.approx(10 * owned.cost_usd, rel=0.01)
    assert owned.taken == "2026-09-21"
