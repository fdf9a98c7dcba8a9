"""Pieces of a page: tables that scroll by keyboard, sections with their headings, plots for two widths."""

from __future__ import annotations

from freehold.pages.markup import element
from freehold.pages.parts import bullets, disclosure, drawn, rows, section


def test_a_table_names_its_columns_and_can_be_reached() -> None:
    made = rows("Parts", ("part", "sum"), [("power <x>", "$1")], numbers=("sum",))
    assert made.startswith('<div class="table" role="region" aria-label="Parts" tabindex="0">')
    assert '<th scope="col" class="number">sum</th>' in made
    assert "<td>power &lt;x&gt;</td>" in made


def test_a_section_is_named_by_its_heading() -> None:
    assert section("x", "Title") == '<section aria-labelledby="x" class="card"><h2 id="x">Title</h2></section>'


def test_a_plot_is_there_for_screens_and_for_phones() -> None:
    assert drawn(element("i"), element("b")) == (
        '<div class="plot"><div class="wide"><i></i></div><div class="narrow"><b></b></div></div>'
    )


def test_what_is_folded_away_and_what_is_listed_is_escaped() -> None:
    assert "<summary>a &lt; b</summary>" in disclosure("a < b")
    assert bullets(["x & y"]) == "<ul><li>x &amp; y</li></ul>"
