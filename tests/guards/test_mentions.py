from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.guards.mentions import cut, mentions


def found(text: str, *names: str) -> list[str]:
    return [text[span.start : span.end] for span in mentions(text, dict.fromkeys(names, "person"), 0.8, "r")]


@given(st.text(alphabet="ab \n", max_size=400), st.integers(20, 60), st.integers(0, 9))
def test_pieces_cover_the_text_and_none_is_longer(text: str, size: int, overlap: int) -> None:
    covered = 0
    for start, piece in cut(text, size, overlap):
        assert text[start : start + len(piece)] == piece
        assert len(piece) <= size
        assert start <= covered
        covered = start + len(piece)
    assert covered == len(text)


def test_a_name_shorter_than_the_overlap_is_whole_in_some_piece() -> None:
    text = "word " * 30 + "Ada Byron" + " word" * 30
    assert any("Ada Byron" in piece for _, piece in cut(text, 40, 15))


def test_every_place_counts_and_no_piece_of_a_word_does() -> None:
    text = "Ann met Anna; ANN waved. Anns? Ann's dog, Ann."
    assert found(text, "Ann") == ["Ann", "ANN", "Ann", "Ann"]


def test_words_of_a_name_may_be_divided_by_a_line() -> None:
    assert found("so Ada\n  Byron said", "Ada Byron") == ["Ada\n  Byron"]


def test_the_longer_of_two_names_is_taken() -> None:
    assert found("Ada Byron and Ada", "Ada", "Ada Byron") == ["Ada Byron", "Ada"]


def test_any_case_counts_where_the_written_one_stands_nowhere() -> None:
    assert found("lena andersson wrote", "Lena Andersson") == ["lena andersson"]
    assert found("Will will mark Mark", "Will", "Mark") == ["Will", "Mark"]


def test_scripts_without_spaces_have_no_edges() -> None:
    assert found("我是王小明先生", "王小明") == ["王小明"]
    assert found("김철수는 갔다", "김철수") == ["김철수"]


@pytest.mark.parametrize("name", ["", "I", "7", "x" * 500, "not there", "(", "a|b"])
def test_what_is_no_name_or_stands_nowhere_is_dropped(name: str) -> None:
    assert found("I say 7 things (a, b)", name) == []


def test_signs_of_expressions_are_letters_like_any() -> None:
    assert found("at A.B. Co (UK) now", "A.B. Co (UK)") == ["A.B. Co (UK)"]


def test_kinds_go_with_their_names() -> None:
    spans = mentions("Ada in Rome", {"Ada": "person", "Rome": "place"}, 0.8, "r")
    assert [(span.kind, span.confidence, span.rule) for span in spans] == [("person", 0.8, "r"), ("place", 0.8, "r")]


def test_of_very_many_names_none_is_left_out() -> None:
    names = {f"Name{number:05} Surname": "person" for number in range(2000)} | {
        f"王{chr(0x4E00 + n)}": "person" for n in range(300)
    }
    assert len(mentions(" and ".join(names), names, 0.8, "r")) == len(names)


def test_a_name_in_another_case_never_takes_what_one_as_written_holds() -> None:
    assert found("ask Ada Will now", "Ada", "ada will") == ["Ada"]
