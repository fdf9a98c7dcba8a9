"""Links from the report's figures to the inputs they follow from."""

from __future__ import annotations

from collections.abc import Iterable

from freehold.pages.markup import Markup, element, joined


def input_links(paths: Iterable[str], known: set[str]) -> Markup:
    """Links to the rows of the inputs; one that the table does not have is named alone."""
    linked = [element("a", path, href=f"#{anchor(path)}") if path in known else element("span", path) for path in paths]
    return joined(part for place, link in enumerate(linked) for part in ((", ", link) if place else (link,)))


def anchor(path: str) -> str:
    """The id of an input's row."""
    return f"input-{path}"
