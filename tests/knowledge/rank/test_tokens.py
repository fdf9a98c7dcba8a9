"""What a text's words are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.knowledge.rank.tokens import LONGEST, STOP, question_words, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("?! ... --", []),
        ("The Cells", ["the", "cell"]),
        ("parseHTTPHeader", ["parsehttphead", "pars", "http", "header"]),
        ("os.path.join_all", ["os", "path", "join", "all", "joinal"]),
        ("__init__", ["init"]),
        ("std::vec::Vec", ["std", "vec", "vec"]),
        ("Café ÜBER naïve", ["cafe", "uber", "naiv"]),
        ("ﬁne ①", ["fine", "1"]),
        ("John's, doesn’t", ["john", "doesn"]),
        ("utf8 IL-6", ["utf8", "utf", "8", "il", "6"]),
        ("中文分词", ["中文", "文分", "分词"]),
        ("中", ["中"]),
        ("第3章report", ["第", "3", "章", "report"]),
        ("Привет МИР", ["привет", "мир"]),
        ("x" * 500, ["x" * LONGEST]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_an_identifier_is_found_by_its_whole_and_by_its_parts() -> None:
    inside = set(words("tomlReader.read_file(path)"))
    for question in ("tomlreader", "TomlReader", "toml reader", "read_file", "readFile", "readfile", "READ FILE"):
        assert inside & set(words(question)) >= set(words(question)) - {"readfil"}
        assert inside >= set(words(question))


def test_a_question_is_asked_by_what_it_is_about() -> None:
    assert question_words("What is the purpose of the parser?") == ["purpos", "parser"]
    assert question_words("this was those does") == ["thi", "wa", "those", "doe"]
    assert "what" in STOP


@given(st.text())
def test_case_and_accents_never_matter_and_nothing_is_empty(text: str) -> None:
    found = words(text)
    assert all(found)
    assert all(len(word) <= LONGEST for word in found)
    assert words(text) == found


@given(st.from_regex(r"[a-z]{1,12}( [a-z]{1,12}){0,5}", fullmatch=True))
def test_upper_and_lower_case_are_one(text: str) -> None:
    assert words(text) == words(text.upper()) == words(text.title())


@given(st.text(), st.text())
def test_two_texts_side_by_side_have_both_their_words(one: str, other: str) -> None:
    assert words(f"{one} \n {other}") == words(one) + words(other)
