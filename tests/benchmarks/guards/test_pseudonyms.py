"""The corpus comes back whole, and the counting counts."""

from __future__ import annotations

import pytest

from benchmarks.guards import pseudonyms
from benchmarks.guards.pseudonyms import CASES, Case, Count, answers, in_text, longest_silence, pieces_left, view_of


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_answer_comes_back(case: Case):
    view = view_of(case)
    for manner, (said, expected) in answers(case, view):
        assert said != expected
        assert in_text(view, [said]) == expected, manner
        assert in_text(view, list(said)) == expected, manner


def test_one_case_comes_back_from_every_cut():
    case = CASES[1]._replace(originals=CASES[1].originals[2:4])
    streams, unrestored, wrong = pseudonyms.round_trip(case)
    assert streams > 2000
    assert (unrestored, wrong) == (0, 0)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_piece_of_an_original_is_sent(case: Case):
    assert pieces_left(case) == 0


def test_a_wait_is_no_longer_than_a_stand_in():
    view = view_of(CASES[0])
    said = pseudonyms.hidden(view, "ingrid.sorlie@post.test")
    assert 0 < longest_silence(view, said) <= len(said)


def test_what_does_not_come_back_is_counted():
    case = CASES[0]
    view = view_of(case)
    said = pseudonyms.hidden(view, case.text)
    count = Count().and_one(case.text, case.text, said, view)
    count = count.and_one(said, case.text, said, view).and_one("something else", case.text, said, view)
    assert count == Count(3, 1, 1)
