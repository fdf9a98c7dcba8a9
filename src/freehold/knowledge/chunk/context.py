"""The line that is indexed with a chunk: what a passage torn from its place no longer says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from freehold.knowledge.chunk.atom import Atom
from freehold.knowledge.model import Extracted

LONGEST = 200
"""Characters of a context line."""

_TITLE = 80
_OPENING = 80
_FIRST = 8
"""Sentences, at most, that the opening words are taken from."""


def opening(text: str, atoms: Sequence[Atom]) -> str:
    """The first words of the document that are no heading, on one line."""
    words = (text[atom.start : atom.end] for atom in atoms if not atom.heads)
    return _bounded(" ".join(islice(words, _FIRST)), _OPENING)


def line(extracted: Extracted, inside: Sequence[Atom], heading: tuple[str, ...], begins: str) -> str:
    """The context of the chunk that holds the atoms `inside`; `begins` is the document's opening, if it is not in it.

    Title, headings, the pages it runs over, the first row of its table, the opening words: as many of these, in this
    order, as `LONGEST` characters hold.
    """
    title = _bounded(extracted.title, _TITLE)
    path = " > ".join(name for name in heading if name != title)
    parts = [title, path, _pages(inside), inside[0].header, begins]
    return _bounded(" | ".join(part for part in parts if part), LONGEST)


def _pages(inside: Sequence[Atom]) -> str:
    first, last = inside[0].page, inside[-1].page
    return f"pages {first}-{last}" if first != last and first is not None and last is not None else ""


def _bounded(text: str, most: int) -> str:
    """The text on one line, cut after a word where it is too long."""
    flat = " ".join(text[: 4 * most].split())
    if len(flat) <= most:
        return flat
    return flat[: most + 1].rsplit(" ", 1)[0][:most]
