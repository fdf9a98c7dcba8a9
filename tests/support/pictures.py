"""A picture taken apart, for tests of what it shows."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Tree


def drawn(svg: str) -> Tree.Element:
    """The picture, which must be well formed and hold no number that is none."""
    assert not re.search(r'="[^"]*\b(nan|inf)\b', svg)
    return Tree.fromstring(svg)


def text(svg: str) -> list[str]:
    """Its words, in their order."""
    return [each.text or "" for each in drawn(svg).iter("text")]


def of(svg: str, style: str) -> list[Tree.Element]:
    """What has a class."""
    return [each for each in drawn(svg).iter() if style in (each.get("class") or "").split()]
