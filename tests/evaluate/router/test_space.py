"""What prompts are compared by."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.evaluate.router.space import Points, Space, likeness, marked
from support.prompts import some_evidence


def test_likeness_is_positive_definite_and_the_same_both_ways() -> None:
    points = some_evidence(120).points
    placed = Space.of(points).placed(points)
    kernel = likeness(placed, placed)
    assert kernel == pytest.approx(kernel.T)
    assert np.linalg.eigvalsh(kernel).min() > -1e-9


def test_prompts_lie_about_the_middle_at_a_distance_of_one() -> None:
    points = some_evidence(200).points
    placed = Space.of(points).placed(points)
    assert placed.meaning.mean(0) == pytest.approx(0, abs=1e-12)
    assert (placed.meaning**2).sum(1).mean() == pytest.approx(1)
    assert (placed.form**2).sum(1).mean() == pytest.approx(1, rel=0.02)


def test_a_feature_that_never_varies_tells_nothing() -> None:
    points = some_evidence(50).points
    points.form[:, 3] = 7.0
    assert (Space.of(points).placed(points).form[:, 3] == 0).all()


def test_a_feature_far_out_counts_as_far_and_no_further() -> None:
    points = some_evidence(50).points
    space = Space.of(points)
    points.form[0, 0], points.form[1, 0] = 1e3, 1e9
    placed = space.placed(points)
    assert placed.form[0, 0] == placed.form[1, 0]


def test_without_meaning_form_is_left() -> None:
    points = some_evidence(60, meaning=0).points
    placed = Space.of(points).placed(points)
    assert np.isfinite(likeness(placed, placed)).all()


def test_slices_make_prompts_alike() -> None:
    bare = some_evidence(40).points
    sliced = Points(bare.meaning, bare.form, np.ones((40, 1)))
    plain, marked_ = (likeness(Space.of(each).placed(each), Space.of(each).placed(each)) for each in (bare, sliced))
    assert marked_ - plain == pytest.approx(1.0)


def test_marks_the_slices_that_are_known() -> None:
    found = marked([{"task": "triage", "team": "north"}, {}, {"task": "other"}], ["task=triage", "team=south"])
    assert found.tolist() == [[1, 0], [0, 0], [0, 0]]


def test_parts_and_sums_keep_rows_together() -> None:
    points = some_evidence(10).points
    first, rest = points.part(np.arange(4)), points.part(np.arange(4, 10))
    assert (first.and_also(rest).form == points.form).all()
    assert len(first.and_also(rest)) == 10
