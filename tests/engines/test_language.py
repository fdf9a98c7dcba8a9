from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.engines.language import (
    blocks,
    count_tokens,
    first_tokens,
    language_of,
    raw_words,
    split_sentences,
    stem,
    terms,
)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Dr. Smith met J. Doe. They spoke.", ["Dr. Smith met J. Doe.", "They spoke."]),
        ("Am 3. Oktober war frei. Alle kamen.", ["Am 3. Oktober war frei.", "Alle kamen."]),
        ("It cost 3.50 euros. He paid.", ["It cost 3.50 euros.", "He paid."]),
        ("\u201cGo.\u201d She went.", ["\u201cGo.\u201d", "She went."]),
        ("no end and no capital", ["no end and no capital"]),
        ("", []),
    ],
)
def test_sentences_end_where_people_end_them(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@given(st.text(alphabet=st.sampled_from("aB .!?\u201d1\u00c9")))
def test_splitting_loses_nothing_but_space(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


def test_blocks_are_paragraphs_items_and_headings() -> None:
    text = "# Leave\nStaff have\n28 days.\n\n- one\n- two\n3. three\nRemote work\nFrom home."
    assert blocks(text) == ["Leave", "Staff have 28 days.", "one", "two", "three", "Remote work", "From home."]


def test_a_line_that_was_wrapped_before_a_number_is_joined() -> None:
    text = "Its lamp burned whale oil at first and was converted to electricity in\n1934. Then it rested."
    assert blocks(text) == [" ".join(text.split())]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("opened", "opening"),
        ("cities", "city"),
        ("kostet", "Kosten"),
        ("ferm\u00e9e", "ferm\u00e9"),
        ("wrote", "written"),
    ],
)
def test_forms_of_a_word_meet(one: str, other: str) -> None:
    assert terms(one) == terms(other)


def test_short_words_keep_their_ends() -> None:
    assert [stem(word) for word in ("bus", "bed", "gas")] == ["bus", "bed", "gas"]


def test_function_words_are_those_of_the_language() -> None:
    assert terms("the war and the man", "en") == ["war", "man"]
    assert terms("was ist der Krieg", "de") == ["krieg"]
    assert raw_words("l'eau d\u2019ici don't") == ["l", "eau", "d", "ici", "don't"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is the key to the shed?", "en"),
        ("Wo liegt der Schl\u00fcssel f\u00fcr die H\u00fctte?", "de"),
        ("O\u00f9 est la cl\u00e9 de la cabane ?", "fr"),
        ("\u00bfD\u00f3nde est\u00e1 la llave de la caba\u00f1a?", "es"),
        ("12345", "en"),
    ],
)
def test_the_language_is_told_by_its_function_words(text: str, language: str) -> None:
    assert language_of(text) == language


def test_tokens_are_words_and_marks() -> None:
    assert count_tokens("Hello, world! 3.5") == 7


@given(st.text(alphabet="ab ,.\n"), st.integers(0, 12))
def test_the_first_tokens_are_whole_words_and_as_many_as_may_be(text: str, count: int) -> None:
    found = first_tokens(text, count)
    ends = [place for place, char in enumerate(f"{text} ") if char.isspace() and count_tokens(text[:place]) <= count]
    assert count_tokens(found) <= count
    assert found.rstrip() == text[: max(ends, default=0)].rstrip()


def test_a_word_of_any_length_is_known_by_its_beginning() -> None:
    assert len(terms("a" * 100_000)[0]) < 100
