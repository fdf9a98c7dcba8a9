from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.knowledge.extract.markdown import heading_text, read_markdown
from freehold.knowledge.model import Extracted
from support.extracted import check, pieces


def of(text: str) -> Extracted:
    return read_markdown(text.encode(), "text/markdown", 10_000)


def test_the_text_is_the_files_own() -> None:
    text = "# A *head*\n\nSome `code` & <b>words</b>\n"
    assert of(text).text == text


def test_headings_of_both_forms() -> None:
    assert pieces(of("# One #\nText\n### Three\nTwo\nlines\n-----\nOne again\n===\n")) == [
        ("heading1", "# One #"),
        ("paragraph", "Text"),
        ("heading3", "### Three"),
        ("heading2", "Two\nlines\n-----"),
        ("heading1", "One again\n==="),
    ]


def test_a_fence_holds_whatever_stands_in_it() -> None:
    text = "before\n```py\n# no heading\n\n~~~\n```\nafter"
    assert pieces(of(text)) == [
        ("paragraph", "before"),
        ("code", "```py\n# no heading\n\n~~~\n```"),
        ("paragraph", "after"),
    ]


def test_a_fence_without_an_end_runs_to_the_end() -> None:
    assert pieces(of("````\na\n```\n# b\n")) == [("code", "````\na\n```\n# b")]


def test_indented_code_keeps_its_indentation() -> None:
    assert pieces(of("text\n\n    one\n\n    two\n\nend")) == [
        ("paragraph", "text"),
        ("code", "    one\n\n    two"),
        ("paragraph", "end"),
    ]


def test_a_list_holds_what_is_indented_below_its_items() -> None:
    text = "- one\n\n  more of it\n  ```\n# code in it\n  ```\n- two\n\nAfter"
    assert pieces(of(text)) == [("list", text.removesuffix("\n\nAfter")), ("paragraph", "After")]


def test_a_table_is_one_block_of_rows() -> None:
    assert pieces(of("a | b\n--|--\n1 | 2\n\nx | y\n")) == [("table", "a | b\n--|--\n1 | 2"), ("paragraph", "x | y")]


def test_a_rule_is_neither_a_list_nor_a_heading() -> None:
    assert pieces(of("* * *\ntext")) == [("paragraph", "* * *"), ("paragraph", "text")]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ('---\ntitle: "The rules"\n---\n# Other', "The rules"),
        ("+++\ntitle = 'The rules'\n+++\n", "The rules"),
        ("## Sub\n# The rules ##\n", "The rules"),
        ("The rules\n=====\n", "The rules"),
        ("---\n\n# The rules\n---\n", "The rules"),
        ("no heading", ""),
    ],
)
def test_the_title(text: str, title: str) -> None:
    assert of(text).title == title


def test_what_a_heading_says() -> None:
    assert heading_text("## C# and F# ##") == "C# and F#"
    assert heading_text("two\nlines\n---") == "two lines"


PARTS = (
    "# ",
    "- ",
    "```",
    "a",
    "    ",
    "\n",
    "\n\n",
    "* ",
    "1. ",
    "a | b",
    "--|--",
    "--",
    "===",
    "---",
    "\t",
    "~~~",
    "> ",
)


@given(st.lists(st.sampled_from(PARTS), max_size=40))
def test_any_markdown_gives_blocks_that_cover_the_text(parts: list[str]) -> None:
    check(of("".join(parts)))
