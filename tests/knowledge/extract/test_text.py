from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from freehold.knowledge.extract.text import lines, paragraphs, read_text, whole, within
from support.extracted import check, pieces


def test_a_paragraph_ends_at_an_empty_line() -> None:
    text = "One\nand a half.\n \n\n  Two.  \n"
    assert [text[block.start : block.end] for block in paragraphs(text)] == ["One\nand a half.", "Two."]


def test_the_text_is_the_files_own_but_for_its_newlines() -> None:
    extracted = read_text("A  b\r\n\r\n\tc\rd ﬁ é".encode(), "text/plain", 1000)
    assert extracted.text == "A  b\n\n\tc\nd ﬁ é"


def test_a_long_text_is_cut_at_a_line_and_says_so() -> None:
    extracted = read_text(b"0123456\n" * 10, "text/plain", 30)
    assert extracted.text == "0123456\n0123456\n0123456"
    assert extracted.notes == ("Only the first 23 characters were read; split the file to have all.",)


def test_a_line_longer_than_the_bound_is_cut_within() -> None:
    assert within("x" * 50, 20)[0] == "x" * 20


def test_the_whole_keeps_the_first_lines_indentation() -> None:
    text = "\n\n  def f():\n    pass\n\n"
    (block,) = whole(text, "code")
    assert text[block.start : block.end] == "  def f():\n    pass"
    assert whole(" \n\t", "code") == ()


def test_lines_know_where_they_begin() -> None:
    assert list(lines("a\n\nbc")) == [(0, "a"), (2, ""), (3, "bc")]


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_give_blocks_that_cover_the_text(data: bytes) -> None:
    check(read_text(data, "text/plain", 200))


@given(st.text(alphabet="ab \n\t\f", max_size=60))
def test_paragraphs_hold_every_word(text: str) -> None:
    found = "".join(text[block.start : block.end] for block in paragraphs(text))
    assert "".join(found.split()) == "".join(text.split())


def test_pieces_of_a_text() -> None:
    assert pieces(read_text(b"a\n\nb", "text/plain", 9)) == [("paragraph", "a"), ("paragraph", "b")]
