from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.knowledge.chunk import widen

TEXT = "One is here. Two is here. Three is here. Four is here."


def widened(words, *, low=0, high=54, most=1200):
    start = TEXT.index(words)
    left, right = widen(TEXT, start, start + len(words), low=low, high=high, most=most)
    return TEXT[left:right]


def test_whole_sentences_after_it_come_first():
    assert widened("Two is here.", most=30) == "Two is here. Three is here."
    assert widened("Two is here.", most=45) == "Two is here. Three is here. Four is here."


def test_what_is_left_goes_to_sentences_before_it():
    assert widened("Three is here.", most=45) == "Two is here. Three is here. Four is here."
    assert widened("Four is here.", most=30) == "Three is here. Four is here."


def test_it_stays_within():
    assert widened("Two is here.", low=13, high=40) == "Two is here. Three is here."
    assert widened("Two is here.", low=13, high=25) == "Two is here."


WRAPPED = (
    "The first one is\nof two lines. The second\nMonday of May is free. And this\nis the third one, which goes on."
)


@pytest.mark.parametrize(("most", "after"), [(30, "of May is free."), (40, "The second\nMonday of May is free.")])
def test_a_wrapped_line_is_no_end(most, after):
    start = WRAPPED.index("of May")
    left, right = widen(WRAPPED, start, start + 15, low=0, high=len(WRAPPED), most=most)
    assert WRAPPED[left:right] == after


def test_small_letters_go_on_whatever_they_follow():
    text = "It was founded in 1996\nand closed. Then nothing. After that it\nwas forgotten."
    start = text.index("Then nothing.")
    left, right = widen(text, start, start + 13, low=0, high=len(text), most=30)
    assert text[left:right] == "Then nothing."


def test_an_item_is_taken_whole():
    text = "- apples and\n  pears\n- plums\n- cherries of\n  any kind"
    start = text.index("- plums")
    left, right = widen(text, start, start + 7, low=0, high=len(text), most=40)
    assert text[left:right] == "- plums\n- cherries of\n  any kind"
    left, right = widen(text, start, start + 7, low=0, high=len(text), most=30)
    assert text[left:right] == "- apples and\n  pears\n- plums"


@given(st.text(alphabet="aB. \n。", max_size=60), st.integers(0, 60), st.integers(1, 20), st.integers(1, 60))
def test_it_holds_the_old_span_and_is_bounded(text, start, length, most):
    end = min(len(text), start + length)
    start = min(start, end)
    left, right = widen(text, start, end, low=0, high=len(text), most=most)
    old = text[start:end]
    if old and old == old.strip():
        assert 0 <= left <= start <= end <= right <= len(text)
        assert right - left <= max(most, end - start)
        assert text[left:right] == text[left:right].strip()
