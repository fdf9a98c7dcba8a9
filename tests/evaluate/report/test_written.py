"""How figures are written."""

from __future__ import annotations

import doctest

import pytest

from freehold.evaluate.report import written
from freehold.evaluate.report.comparison import Difference, Figure


def test_the_examples_hold():
    assert doctest.testmod(written) == doctest.TestResults(0, doctest.testmod(written).attempted)
    assert doctest.testmod(written).attempted == 8


@pytest.mark.parametrize(
    ("amount", "said"),
    [(1234.5, "$1,234.50"), (0.5, "$0.50"), (0.05, "$0.050"), (0.00042, "$0.00042"), (1e-9, "$1.0e-09")],
)
def test_a_sum_has_two_digits_that_count(amount, said):
    assert written.dollars(amount) == said


def test_a_judge_that_is_not_certified_is_said_to_be_so():
    figure = Figure(0.5, 0.4, 0.6, "tango", 9)
    score = Difference(
        scorer="judge:x",
        gates=False,
        delta=figure,
        always=None,
        p=0,
        corrected=0,
        always_corrected=0,
        won=9,
        lost=0,
        tied=0,
        needed=1,
    )
    assert written.told(score) == "better, by a judge that is not certified"


def test_where_any_look_says_less_that_is_said():
    figure = Figure(0.5, 0.4, 0.6, "tango", 9)
    score = Difference(
        scorer="exact",
        gates=True,
        delta=figure,
        always=None,
        p=0,
        corrected=0.01,
        always_corrected=0.2,
        won=9,
        lost=0,
        tied=0,
        needed=1,
    )
    assert written.told(score) == "better; at any look, not told apart"
