"""What a character is to somebody who compares texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.guards.letters import fold, folded, is_mark, joined, squeezed, words_of


@pytest.mark.parametrize(
    ("char", "plain"), [("É", "e"), ("７", "7"), ("ß", "ß"), ("Ａ", "a"), ("ﬁ", "ﬁ"), ("王", "王"), ("İ", "i")]
)
def test_a_character_without_accent_width_and_case(char: str, plain: str):
    assert fold(char) == plain


@given(st.text())
def test_folding_keeps_every_place(text: str):
    assert len(folded(text)) == len(text)
    assert folded(folded(text)) == folded(text)


def test_what_is_left_without_punctuation():
    assert squeezed("Müller-Lüdenscheidt, +44 (0)20") == "mullerludenscheidt44020"
    assert words_of("O'Neill, Anna-Marie_2") == ["O", "Neill", "Anna", "Marie", "2"]


@pytest.mark.parametrize(
    ("left", "right", "one"),
    [
        ("a", "b", True),
        ("A", "B", True),
        ("a", "B", False),  # camelCase
        ("1", "2", True),
        ("a", "1", False),
        ("1", "a", False),
        ("a", "'", False),
        ("_", "a", False),
        ("é", "a", True),
        ("王", "伟", False),
        ("は", "a", False),
        ("و", "a", False),  # an Arabic prefix before a Latin name
        ("и", "в", True),
    ],
)
def test_where_a_word_goes_on(left: str, right: str, one: bool):
    assert joined(left, right) is one


def test_marks_add_to_what_is_before_them():
    assert is_mark("\u0301")
    assert is_mark("\u200b")
    assert not is_mark("a")
    assert not is_mark("é")
