from __future__ import annotations

from freehold.knowledge.chunk import context
from freehold.knowledge.chunk.atom import Atom, Break
from freehold.knowledge.model import Extracted


def line(*, title="", heading=(), begins="", pages=(None, None), header=""):
    inside = [Atom(0, 1, Break.BLOCK, page=pages[0], header=header), Atom(1, 2, Break.BLOCK, page=pages[1])]
    return context.line(Extracted("xy", (), "text/plain", title), inside, heading, begins)


def test_it_says_title_headings_pages_table_and_opening():
    said = line(title="Handbook", heading=("Pay", "Rise"), begins="Dear all.", pages=(3, 4), header="Year | Sum")
    assert said == "Handbook | Pay > Rise | pages 3-4 | Year | Sum | Dear all."


def test_a_heading_that_is_the_title_is_said_once():
    assert line(title="Handbook", heading=("Handbook", "Pay")) == "Handbook | Pay"


def test_one_page_is_not_said():
    assert line(pages=(3, 3)) == ""


def test_it_is_bounded_and_on_one_line():
    said = line(title="a\nb " * 100, heading=("word " * 100,), begins="word " * 100)
    assert len(said) <= context.LONGEST
    assert "\n" not in said
    assert not said.endswith(" ")


def test_the_opening_is_what_is_no_heading():
    text = "# Title\n\nFirst words of all.\n\n## Why\n\nMore."
    spans = [(0, 7, True), (9, 28, False), (30, 36, True), (38, 43, False)]
    atoms = [Atom(start, end, Break.BLOCK, heads=heads) for start, end, heads in spans]
    assert context.opening(text, atoms) == "First words of all. More."
    assert context.opening(text, atoms[:1]) == ""
