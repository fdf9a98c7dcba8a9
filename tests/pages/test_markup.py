"""Elements: what is text stays text."""

from __future__ import annotations

import pytest

from freehold.pages.markup import Markup, element, joined


@pytest.mark.parametrize(
    ("made", "written"),
    [
        (element("p", "a < b & c"), "<p>a &lt; b &amp; c</p>"),
        (element("p", element("b", "x"), "<"), "<p><b>x</b>&lt;</p>"),
        (element("a", "x", href='"><'), '<a href="&quot;&gt;&lt;">x</a>'),
        (element("meta", name="a", http_equiv="b"), '<meta name="a" http-equiv="b">'),
        (element("rect", x=1.0, width=2.345, rx=None), '<rect x="1" width="2.35"></rect>'),
        (element("details", open=True, hidden=False), "<details open></details>"),
        (joined(["<", Markup("<br>")]), "&lt;<br>"),
    ],
)
def test_an_element_is_written(made: Markup, written: str) -> None:
    assert made == written
