"""What a page is put together from: sections with headings, plots, tables, lists, and what is shown to who asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from freehold.pages.markup import Markup, element


def section(place: str, title: str, *children: str, lead: str = "") -> Markup:
    """A part of the page with a heading; `place` is what links to it say."""
    return element(
        "section",
        element("h2", title, id=place),
        *([element("p", lead, class_="lead")] if lead else []),
        *children,
        aria_labelledby=place,
        class_="card",
    )


def drawn(wide: Markup, narrow: Markup) -> Markup:
    """A plot, drawn for screens and for phones, of which a reader sees one."""
    return element("div", element("div", wide, class_="wide"), element("div", narrow, class_="narrow"), class_="plot")


def rows(caption: str, head: Sequence[str], body: Iterable[Sequence[str]], *, numbers: Iterable[str] = ()) -> Markup:
    """A table; what is too wide scrolls within it. `numbers`: the columns that are set to the right."""
    right = set(numbers)
    kinds = ["number" if name in right else None for name in head]
    top = [element("th", name, scope="col", class_=kind) for name, kind in zip(head, kinds, strict=True)]
    lines = [
        element("tr", *(element("td", cell, class_=kind) for cell, kind in zip(row, kinds, strict=True)))
        for row in body
    ]
    return framed(
        caption,
        element("caption", caption, class_="unseen"),
        element("thead", element("tr", *top)),
        element("tbody", *lines),
    )


def framed(caption: str, *parts: str) -> Markup:
    """A table's parts in a region of their own, which the keyboard can reach to scroll it."""
    return element("div", element("table", *parts), class_="table", role="region", aria_label=caption, tabindex="0")


def disclosure(summary: str, *children: str) -> Markup:
    """What is shown to who asks."""
    return element("details", element("summary", summary), element("div", *children, class_="inside"))


def bullets(sentences: Iterable[str], *, style: str | None = None) -> Markup:
    """A list of sentences."""
    return element("ul", *(element("li", sentence) for sentence in sentences), class_=style)
