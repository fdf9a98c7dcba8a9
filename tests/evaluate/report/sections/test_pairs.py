"""Differences and slices on the page."""

from __future__ import annotations

from freehold.evaluate.report.compare import compare
from freehold.evaluate.report.sections.pairs import pairs, slices
from support.evaluations import run_data


def test_a_difference_has_both_intervals_and_what_they_say():
    (made,) = pairs(compare([run_data("a", right=0.9), run_data("b", right=0.6, seed=2)]))
    assert '<span class="badge bad">worse</span>' in made
    assert "<h2 " in made
    assert "Beside a" in made


def test_where_nothing_was_answered_nothing_is_called_alike():
    (made,) = pairs(compare([run_data("a"), run_data("b", refused=1.0, seed=2)]))
    assert "nothing to compare" in made
    assert "not told apart" not in made


def test_one_subject_alone_has_none():
    alone = compare([run_data("a")])
    assert pairs(alone) == []
    assert slices(alone) == []


def test_slices_too_small_are_named():
    (made,) = slices(compare([run_data("a", size=100), run_data("b", size=100, seed=2)]))
    assert "Too few examples to say: task = legal (10)." in made
    assert "task = extract" in made
