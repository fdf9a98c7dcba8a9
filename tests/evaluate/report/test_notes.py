"""What a reader is told first."""

from __future__ import annotations

import msgspec

from freehold.evaluate.report.compare import compare
from freehold.evaluate.report.notes import notes
from support.evaluations import run_data


def test_enough_examples_are_not_complained_of():
    found = compare([run_data("a", size=2000, alike=0.95), run_data("b", size=2000, alike=0.95, seed=2)])
    (said,) = notes(found.subjects, found.pairs)
    assert said.startswith("Read the first interval")


def test_a_scorer_that_applies_to_nothing_is_named():
    found = compare([run_data("a", size=400), run_data("b", size=400, scorers=("rouge",), seed=2)])
    assert "rouge does not apply to any answer of a." in found.notes


def test_a_run_of_only_some_examples_says_so():
    data = run_data("a", size=40)
    found = compare([msgspec.structs.replace(data, results=data.results[:10])])
    assert "a was asked for 10 of 40 examples only." in found.notes


def test_who_answered_nothing_is_compared_with_nobody_and_why_is_said():
    barred = run_data("b", size=40, refused=1.0, seed=2)
    noted = msgspec.structs.replace(barred, run=msgspec.structs.replace(barred.run, note="40 refused by label."))
    found = compare([run_data("a", size=40), noted])
    assert "b gave no answer to 40 of 40 (40 refused by label); nothing is known of its quality." in found.notes
    assert "a and b have no example that both answered: they cannot be compared." in found.notes
    assert not any("answered by one of them only" in note for note in found.notes)


def test_the_gravest_comes_first():
    found = compare([run_data("a", size=12, state="stopped", uncertified=frozenset({"exact"})), run_data("b", size=12)])
    assert found.notes[0].startswith("Partial: the run of a was stopped")
    assert "not certified" in found.notes[1]
