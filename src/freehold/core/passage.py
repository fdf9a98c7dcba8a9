"""A piece of a document on its way into an answer, and a citation of one on its way out."""

from __future__ import annotations

import re

import msgspec

from freehold.core.label import Label

COLLECTION = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""What the name of a collection looks like, whole."""

OWN_DOCUMENTATION = "freehold"
"""The collection of Freehold's own documentation, which Freehold alone writes."""


class Place(msgspec.Struct, frozen=True):
    """Where a passage stands. ``text[start:end]`` of the document's extracted text, in characters, is the passage."""

    collection: str
    document: str
    """The document's id, which stays when its content changes."""
    version: int
    """Which content of it, counted from 1."""
    name: str
    """What it was added as, such as ``handbook/leave.pdf``."""
    title: str
    start: int
    end: int
    digest: str
    """SHA-256 of the passage, in UTF-8, as hex."""
    page: int | None = None
    """Counted from 1; `None` for what has no pages."""
    heading: tuple[str, ...] = ()
    """The headings above it, outermost first."""


class Passage(msgspec.Struct, frozen=True):
    """A passage that was found for a request. `number` is what a model is told to cite it by, from 1."""

    number: int
    text: str
    place: Place
    label: Label
    score: float


class Citation(msgspec.Struct, frozen=True):
    """A claim in an answer, and the passage that is said to hold it.

    `start` and `end` delimit the claim in the answer's text, in characters. `place` is `None` for a citation of a
    passage that was never given; where the claim stands in the passage word for word, it is the place of those words.
    """

    number: int
    start: int
    end: int
    quoted: str = ""
    """The passage's own words."""
    place: Place | None = None
    choice: int = 0
    """Which of several answers it stands in."""
