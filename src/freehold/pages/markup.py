"""HTML and SVG put together from elements, so that no text reaches a page unescaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

_VOID = {"br", "col", "hr", "meta"}


class Markup(str):
    """Text that is markup already. Everything else is escaped on its way into an element."""

    __slots__ = ()


def element(name: str, /, *children: str, **attributes: object) -> Markup:
    """One element with what is in it.

    An attribute that Python has a word for ends in ``_``, and ``_`` within stands for ``-``. One that is `None` or
    `False` is left out; one that is `True` stands bare; numbers are written with two decimals at most.

    >>> element("a", "1 < 2", href="#x", class_="note")
    '<a href="#x" class="note">1 &lt; 2</a>'
    """
    opened = name + "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{opened}>")
    return Markup(f"<{opened}>{joined(children)}</{name}>")


def joined(children: Iterable[str]) -> Markup:
    """Several one after another, each escaped where it is plain text."""
    return Markup("".join(child if isinstance(child, Markup) else escape(child) for child in children))


def _attribute(key: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    written = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return f' {name}="{escape(written)}"'
