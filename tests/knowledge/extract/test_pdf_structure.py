"""How what kreuzberg makes out of a page is laid over the page's own lines."""

from __future__ import annotations

from typing import Any

from freehold.knowledge.extract.draft import Draft
from freehold.knowledge.extract.pdf import _add_page, _page_text
from support.extracted import pieces


def laid(text: str, *nodes: tuple[str, str], tables: list[list[list[str]]] | None = None) -> list[tuple[str, str]]:
    structure: list[dict[str, Any]] = [{"node_type": kind, "text": words, "level": 2} for kind, words in nodes]
    draft = Draft(1000)
    _add_page(draft, text.split("\n"), structure, tables or [])
    return pieces(draft.finish("application/pdf"))


def test_a_block_begins_where_a_node_does_and_its_words_are_the_pages() -> None:
    found = laid("2.1 The C-files\nsee <x>\nand\nNext one", ("heading", "2.1 The C files"), ("paragraph", "Next one"))
    assert found == [("heading2", "2.1 The C-files"), ("paragraph", "see <x>\nand"), ("paragraph", "Next one")]


def test_a_heading_of_two_lines_is_one() -> None:
    assert laid("Very\nlong\ntext", ("heading", "Very\nlong"))[0] == ("heading2", "Very long")


def test_a_line_of_a_table_of_contents_is_no_heading() -> None:
    assert laid("Pay. . . . . . 7", ("heading", "Pay. . . . . . 7")) == [("paragraph", "Pay. . . . . . 7")]


def test_items_make_one_list_and_need_their_marks() -> None:
    text = "• one\nand more\n2. two\nset to\ntrue. So it is"
    nodes = [
        ("list_item", "one\nand more"),
        ("list_item", "2. two"),
        ("paragraph", "set to"),
        ("list_item", "true. So it is"),
    ]
    assert laid(text, *nodes) == [("list", "• one\nand more\n2. two"), ("paragraph", "set to\ntrue. So it is")]


def test_a_node_that_is_not_on_the_page_changes_nothing() -> None:
    assert laid("a\nb", ("heading", "elsewhere"), ("paragraph", ""), ("image", "b")) == [("paragraph", "a\nb")]


def test_rows_of_a_table_get_their_cells_parted() -> None:
    found = laid("Days\nAnn 25\nBob 26\nEnd", tables=[[["Ann", "25"], ["Bob", "26"]]])
    assert found == [("paragraph", "Days"), ("table", "Ann | 25\nBob | 26"), ("paragraph", "End")]


def test_a_word_that_was_broken_is_whole_again() -> None:
    assert _page_text("func\x02tion\r\nx\x01\0") == "function\nx\ufffd"
