"""Two subjects on the same examples."""

from __future__ import annotations

import msgspec
import pytest

from freehold.evaluate.report.material import Columns
from freehold.evaluate.report.pairs import corrected_pairs, pair, parts, slices
from support.evaluations import examples, run_data


def test_only_what_both_answered_is_compared():
    one, two = run_data("a", size=50), run_data("b", size=50, seed=2)
    few = msgspec.structs.replace(two, results=two.results[:20])
    found = pair(Columns(one, 50), Columns(few, 50), ("a", "b"), ["exact"])
    assert (found.both, found.only_first, found.only_other) == (20, 30, 0)
    assert found.scores[0].delta.size == 20


def test_what_costs_nothing_has_no_multiple():
    free, paid = run_data("a", size=20, cost=0.0), run_data("b", size=20, seed=2)
    assert pair(Columns(free, 20), Columns(paid, 20), ("a", "b"), []).cost is None


def test_differences_that_decide_nothing_do_not_weaken_those_that_do():
    judged = run_data("b", seed=2, scorers=("exact", "judge:x"), uncertified=frozenset({"judge:x"}))
    first = run_data("a", scorers=("exact", "judge:x"))
    found = pair(Columns(first, 200), Columns(judged, 200), ("a", "b"), ["exact", "judge:x"])
    (corrected,) = corrected_pairs([found])
    certified, other = corrected.scores
    assert certified.corrected == certified.p
    assert other.corrected == pytest.approx(min(1.0, 2 * other.p), abs=1e-12) or other.corrected >= other.p
    assert not other.gates


def test_a_key_with_a_value_for_each_example_is_no_slice():
    named = [
        msgspec.structs.replace(each, slices={"id": each.id, "half": str(at % 2)})
        for at, each in enumerate(examples(90))
    ]
    assert [(key, value) for key, value, _ in parts(named)] == [("half", "0"), ("half", "1")]


def test_slices_with_few_examples_are_only_counted():
    one, two = run_data("a", size=100), run_data("b", size=100, seed=2)
    found, small = slices(Columns(one, 100), Columns(two, 100), ("a", "b"), ["exact"], one.examples)
    assert [(each.value, each.size) for each in found] == [("extract", 40), ("triage", 50)]
    assert small == ["task = legal (10)"]
