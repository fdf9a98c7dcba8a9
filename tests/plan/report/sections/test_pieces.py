"""Links from figures to the inputs that there are."""

from __future__ import annotations

from freehold.plan.report.sections.pieces import input_links


def test_an_input_that_the_table_lacks_is_no_link() -> None:
    made = input_links(["a.b", "c.d"], {"a.b"})
    assert made == '<a href="#input-a.b">a.b</a>, <span>c.d</span>'
