from __future__ import annotations

import math

import numpy as np
import pytest

from freehold.evaluate.arena.design import design_of
from freehold.evaluate.arena.model import Style
from support.voting import tally, vote


def test_a_vote_is_a_row_and_a_tie_half_a_win() -> None:
    design = design_of([vote("b", "a", "left"), vote("a", "c", "tie"), vote("c", "a", "bad")])
    assert design.subjects == ("a", "b", "c")
    assert design.rows().tolist() == [[-1, 1, 0], [1, 0, -1], [-1, 0, 1]]
    assert design.won.tolist() == [1, 0.5, 0.5]
    assert design.wins().tolist() == [[0, 0, 1], [1, 0, 0], [1, 0, 0]]


def test_style_is_left_minus_right() -> None:
    styles = (Style(200, headers=3, lists=0, bold=1), Style(100, headers=1, lists=0, bold=0))
    [row] = design_of([vote("a", "b", "left", styles=styles)]).covariates
    assert row.tolist() == pytest.approx([math.log(2), 0.5, 0.0, 1.0])


def test_some_subjects_or_votes_can_be_left_out() -> None:
    design = design_of(tally({("a", "b"): 2, ("b", "c"): 3}))
    among = design.among([2, 1])
    assert (among.subjects, among.size) == (("c", "b"), 3)
    assert among.wins()[1, 0] == 3
    assert design.without(np.array([0, 1])).wins()[0, 1] == 0
