"""One run, summed up."""

from __future__ import annotations

import msgspec
import numpy as np

from freehold.evaluate.report.material import Columns
from freehold.evaluate.report.subjects import names, quality, subject
from support.evaluations import run_data


def test_a_free_target_costs_nothing_for_certain():
    found = subject(Columns(run_data("owned", size=30, cost=0.0), 30), "owned", 0, ["exact"])
    assert (found.cost.low, found.cost.value, found.cost.high) == (0, 0, 0)


def test_what_a_cascade_did_is_counted():
    data = run_data("auto", size=40)
    results = [
        msgspec.structs.replace(each, escalated=each.place < 10, target="closed" if each.place < 10 else "owned")
        for each in data.results
    ]
    found = subject(Columns(msgspec.structs.replace(data, results=results), 40), "auto", 1, ["exact"])
    assert found.letter == "B"
    assert found.escalations.value == 0.25
    assert found.targets == {"owned": 30, "closed": 10}


def test_an_earlier_runs_answers_are_worth_what_they_cost_and_not_paid_again():
    data = run_data("a", size=10)
    results = [msgspec.structs.replace(each, cost=0, saved=each.cost, repeated=each.place > 0) for each in data.results]
    found = subject(Columns(msgspec.structs.replace(data, results=results), 10), "a", 0, ["exact"])
    assert found.paid == 0
    assert found.worth > 0
    assert found.reused == 9, "what was brought from elsewhere costs nothing here, and is of no earlier run"
    assert found.cost.value == found.worth / 10


def test_quality_is_over_the_scores_that_there_are():
    found = quality(np.array([1.0, np.nan, 0.0, 1.0]), ["a", "b", "c", "d"])
    assert (found.value, found.size) == (2 / 3, 3)
    assert quality(np.array([np.nan]), ["a"]) is None


def test_runs_of_one_subject_are_numbered():
    assert names([run_data("a"), run_data("b"), run_data("a")]) == ["a #1", "b", "a #2"]
