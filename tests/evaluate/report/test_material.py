"""What a comparison is made from."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from freehold.evaluate.model import Scored
from freehold.evaluate.report.material import Columns, Unlike, checked, clusters, scorers
from support.evaluations import dataset, examples, run_data


def test_results_lie_at_the_places_of_their_examples():
    data = run_data("a", size=6)
    columns = Columns(msgspec.structs.replace(data, results=list(reversed(data.results[:4]))), 6)
    assert columns.answered.tolist() == [True] * 4 + [False] * 2
    assert columns.score("exact")[:4].tolist() == [each.scores["exact"].value for each in data.results[:4]]
    assert np.isnan(columns.score("exact")[4:]).all()
    assert np.isnan(columns.score("bleu")).all()


def test_what_was_reused_costs_as_much_as_what_was_paid():
    data = run_data("a", size=2)
    first, second = data.results
    reused = msgspec.structs.replace(first, cost=0, saved=first.cost)
    assert Columns(msgspec.structs.replace(data, results=[reused, second]), 2).cost[0] == first.cost / 1e9


def test_a_score_beyond_its_range_is_held_to_it():
    data = run_data("a", size=1)
    wild = msgspec.structs.replace(data.results[0], scores={"exact": Scored(1.5)})
    assert Columns(msgspec.structs.replace(data, results=[wild]), 1).score("exact").tolist() == [1.0]


def test_scorers_stand_in_the_order_they_were_asked_for():
    assert scorers([run_data("a", scorers=("f1", "exact")), run_data("b", scorers=("exact", "bleu"))]) == [
        "f1",
        "exact",
        "bleu",
    ]


def test_an_example_is_its_own_cluster_unless_it_names_one():
    one, two, three = examples(3)
    named = msgspec.structs.replace(two, slices={"cluster": "document 7"})
    assert clusters([one, named, three]) == [one.id, "document 7", three.id]


def test_runs_of_one_dataset_are_alike_and_others_are_not():
    one = run_data("a", size=4)
    checked([one, run_data("b", size=4)])
    with pytest.raises(Unlike, match="run both on one of them"):
        checked([one, msgspec.structs.replace(one, dataset=dataset(4, "mail"))])
