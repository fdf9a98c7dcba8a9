"""One text in another's place, written as that was."""

from __future__ import annotations

import pytest

from freehold.guards.dress import dress_compact, dress_words, in_case


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Okafor", "Merrick"),
        ("OKAFOR", "MERRICK"),
        ("okafor", "merrick"),
        ("oKAFOR", "Merrick"),
    ],
)
def test_the_case_is_kept(written: str, expected: str):
    assert in_case(written, "Okafor", "Merrick") == expected


def test_a_capital_takes_the_place_of_a_capital_alone():
    assert in_case("Mcdonald", "McDonald", "Merrick") == "Merrick"
    assert in_case("Merrick", "MERRICK", "OKAFOR") == "Okafor"
    assert in_case("Merrick", "merrick", "okafor") == "Okafor"
    assert in_case("Merrick", "Merrick", "McDonald") == "McDonald"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Chidi Okafor", "Tolan Merrick"),
        ("CHIDI okafor", "TOLAN merrick"),
        ("chidi.okafor", "tolan.merrick"),
        ("Chidi\nOkafor", "Tolan\nMerrick"),
        ("ChidiOkafor", "TolanMerrick"),
        ("Chidi  _Okafor", "Tolan  _Merrick"),
    ],
)
def test_each_word_keeps_its_case_and_what_parts_it(written: str, expected: str):
    assert dress_words(written, "Chidi Okafor", "Tolan Merrick") == expected


def test_a_phrase_of_another_length_takes_the_case_of_the_whole():
    assert dress_words("BANK OF YORK", "Bank of York", "Merrick") == "MERRICK"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("GB29 NWBK", "FR77 ABCD"),
        ("GB29NWBK", "FR77ABCD"),
        ("gb29-nwbk", "fr77-abcd"),
        ("GB29NWB", "FR77 ABCD"),
    ],
)
def test_punctuation_is_that_of_what_was_written(written: str, expected: str):
    assert dress_compact(written, "GB29 NWBK", "FR77 ABCD") == expected
