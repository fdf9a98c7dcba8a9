"""Questions, and what everybody came to on them."""

from __future__ import annotations

import numpy as np

from freehold.evaluate.promise.table import columns
from support.promising import drawn


def test_harm_is_where_the_kept_answer_is_wrong_and_the_stronger_ones_right() -> None:
    outcomes = drawn(200, 1)
    expected = ~outcomes.right["large"] & outcomes.right["cloud"]
    assert (outcomes.harm() == expected).all()
    assert outcomes.harm("small").sum() > outcomes.harm().sum()


def test_a_part_is_of_everything() -> None:
    outcomes = drawn(50, 1)
    part = outcomes.part(np.array([3, 4]))
    assert part.size == 2
    assert (part.measures["confidence:large"] == outcomes.measures["confidence:large"][3:5]).all()
    assert (part.costs["cloud"] == outcomes.costs["cloud"][3:5]).all()
    assert (part.right["small"] == outcomes.right["small"][3:5]).all()


def test_what_a_question_does_not_name_is_unknown_and_no_slice_of_it() -> None:
    found = columns([{"confidence:a": 0.5, "slice:task=triage": 1.0}, {"confidence:a": None}])
    assert found["slice:task=triage"].tolist() == [1.0, 0.0]
    assert found["confidence:a"][0] == 0.5
    assert np.isnan(found["confidence:a"][1])
