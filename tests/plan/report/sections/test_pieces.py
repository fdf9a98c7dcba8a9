"""Pieces of the page: tables that scroll by keyboard, and links to inputs that there are."""

from __future__ import annotations

from freehold.plan.report.sections.pieces import input_links, rows, section


def test_a_table_names_its_columns_and_can_be_reached() -> None:
    made = rows("Parts", ("part", "sum"), [("power <x>", "$1")], numbers=("sum",))
    assert made.startswith('<div class="table" role="region" aria-label="Parts" tabindex="0">')
    assert '<th scope="col" class="number">sum</th>' in made
    assert "<td>power &lt;x&gt;</td>" in made


def test_an_input_that_the_table_lacks_is_no_link() -> None:
    made = input_links(["a.b", "c.d"], {"a.b"})
    assert made == '<a href="#input-a.b">a.b</a>, <span>c.d</span>'


def test_a_section_is_named_by_its_heading() -> None:
    assert section("x", "Title") == '<section aria-labelledby="x" class="card"><h2 id="x">Title</h2></section>'
