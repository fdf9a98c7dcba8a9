from __future__ import annotations

import pytest

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
