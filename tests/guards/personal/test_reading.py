from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.guards.personal.reading import AFTER, BEFORE, Reading, listed, words

PHONE = words("tel", "mobil")


@pytest.mark.parametrize("text", ["Tel. 12", "İstanbul, Tel 12", "ẞ and İİİ"])
def test_both_forms_of_a_text_have_its_length(text: str) -> None:
    assert len(Reading(text).low) == len(text)


def test_what_stands_in_the_low_form_stands_at_the_same_place_in_the_text() -> None:
    reading = Reading("İİ Tel 12")
    at = reading.low.index("tel")
    assert reading.text[at : at + 3] == "Tel"


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("tel 12", True),
        ("Tel: 12", True),
        ("hotel 12", False),
        ("telling 12", False),
        ("Mobilnummer 12", True),
        ("12 tel", True),
    ],
)
def test_whole_words_and_beginnings_of_words(text: str, known: bool) -> None:
    reading = Reading(text)
    at = text.index("12")
    assert reading.near(PHONE, at, at + 2) is known


def test_a_word_counts_only_nearby() -> None:
    far = Reading("tel " + " " * BEFORE + "12" + " " * AFTER + "tel")
    at = far.text.index("12")
    assert not far.near(PHONE, at, at + 2)


def test_a_list_is_written_as_running_text() -> None:
    assert listed("a  b\n c") == ("a", "b", "c")
    assert listed("a b|c ", "|") == ("a b", "c")


@given(st.text(st.sampled_from("name is:x \né’"), max_size=400))
def test_looking_around_the_pieces_finds_all_that_looking_everywhere_does(text: str) -> None:
    pattern = re.compile(r"(?<!\w)(?:name(?: is|:)|é is)\s{0,8}")
    everywhere = [found.span() for found in pattern.finditer(text)]
    assert [found.span() for found in Reading(text).matches(pattern, ("name", "é"))] == everywhere


@pytest.mark.parametrize("gap", range(100, 140))
def test_two_matches_are_found_however_far_apart(gap: int) -> None:
    text = f"name is{' x' * (gap // 2)}{'x' * (gap % 2)} name is"
    pattern = re.compile(r"(?<!\w)name is(?!\w)")
    assert [found.end() for found in Reading(text).matches(pattern, ("name",))] == [7, len(text)]


def test_words_are_runs_of_letters() -> None:
    assert Reading("«Name’s» Ærø-2 señor_X").said() == [
        b"name",
        b"s",
        "ærø".encode("latin-1"),
        "señor".encode("latin-1"),
        b"x",
    ]
