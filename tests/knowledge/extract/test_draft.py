from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.knowledge.extract.draft import Draft, row_line
from support.extracted import check, pieces


def test_blocks_stand_apart_and_know_their_page() -> None:
    draft = Draft(1000)
    draft.page = 2
    draft.heading(" The\nhead ", 0)
    draft.paragraph("  words\r\nand more ")
    draft.table([["a", "", ""], ["", ""], ["b\nc", "", "d"]])
    draft.code("\n  x\n    y\n")
    extracted = draft.finish("text/plain", pages=2)
    assert pieces(extracted) == [
        ("heading1", "The head"),
        ("paragraph", "words\nand more"),
        ("table", "a\nb c |  | d"),
        ("code", "  x\n    y"),
    ]
    assert {block.page for block in extracted.blocks} == {2}
    assert extracted.title == "The head"


def test_an_empty_first_cell_stays_a_cell() -> None:
    draft = Draft(100)
    draft.table([["", "May"], ["Ann", "3"]])
    assert pieces(draft.finish("text/csv")) == [("table", " | May\nAnn | 3")]


def test_white_space_is_no_block() -> None:
    draft = Draft(100)
    draft.paragraph(" \n")
    draft.items(["", " "])
    draft.table([[" "], []])
    assert draft.empty


@pytest.mark.parametrize("bound", [5, 7, 8, 9, 40])
def test_the_bound_holds_and_is_told(bound: int) -> None:
    draft = Draft(bound)
    for _ in range(10):
        draft.paragraph("12345 78")
    extracted = draft.finish("text/plain")
    check(extracted)
    assert draft.full
    assert len(extracted.text) <= bound
    assert extracted.notes == (
        f"Only the first {len(extracted.text):,} characters were read; split the file to have all.",
    )


def test_a_row_is_one_line() -> None:
    assert row_line(["a\n b", "", "c", " "]) == "a b |  | c"


def test_what_was_read_elsewhere_is_taken_with_its_notes() -> None:
    inner = Draft(100)
    inner.heading("H", 2)
    inner.note("n")
    draft = Draft(100)
    draft.append(inner.finish("text/html"))
    assert pieces(draft.finish("x/y")) == [("heading2", "H")]
    assert draft.finish("x/y").notes == ("n",)


@given(st.lists(st.tuples(st.sampled_from(["heading", "paragraph", "code", "list", "table"]), st.text(max_size=20))))
def test_whatever_is_added_the_blocks_cover_the_text(parts: list[tuple[str, str]]) -> None:
    draft = Draft(60)
    for kind, text in parts:
        if kind == "heading":
            draft.heading(text, 1)
        elif kind == "code":
            draft.code(text)
        elif kind == "list":
            draft.items(text.split(","))
        elif kind == "table":
            draft.table([text.split(",")])
        else:
            draft.paragraph(text)
    check(draft.finish("text/plain"))
