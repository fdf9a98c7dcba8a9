"""What stands in one cell of a table."""

from __future__ import annotations

from collections.abc import Callable

from freehold.evaluate.report.comparison import Figure
from freehold.evaluate.report.written import NONE, spanned, valued
from freehold.pages.markup import Markup, element, joined


def ranged(figure: Figure | None, write: Callable[[float], str]) -> Markup:
    """A value and its interval: where a column is narrow, the one below the other, each in one piece."""
    if figure is None:
        return joined([NONE])
    return joined([_whole(valued(figure, write)), " ", _whole(f"({spanned(figure, write)})")])


def _whole(text: str) -> Markup:
    return element("span", text, class_="whole")
