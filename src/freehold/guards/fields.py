"""A text of a request and where it stands, and texts told one by one, each changed as whoever is told wants it."""

from __future__ import annotations

from collections.abc import Callable
from operator import is_
from typing import Any, Literal, TypeVar

from msgspec import Struct

from freehold.guards.words import WORDS

Provenance = Literal["caller", "assistant", "tool", "passage"]


class Field(Struct, frozen=True):
    """One text of a request, and where it stands: ``messages[2].parts[0].text``, ``tools[0].schema.properties{1}``.

    In braces stands the number of a member whose name is not one of the dialects' own words, for a place holds none of
    the caller's; that name itself is at ``tools[0].schema.properties{1}:name``. `source` says who wrote it, as far as
    the request tells: ``tool`` for documents in a turn too, for nobody who asks has written them.
    """

    where: str
    text: str
    source: Provenance


Change = Callable[[Field], str]

OF_NAME = ":name"
"""How the place of a member's name ends; without it, it is the place of the member."""

L = TypeVar("L", list[Any], tuple[Any, ...])


class Telling:
    """Tells texts, and knows what has become of each. What was told is not told again while `repeating`."""

    def __init__(self, change: Change) -> None:
        self.source: Provenance = "caller"
        """Who wrote what is told from now on."""
        self.repeating = False
        """Whether what comes may be what was told already, said over."""
        self._change = change
        self._told: dict[str, str] = {}

    def text(self, text: str, where: str) -> str:
        """A text as its author wrote it; returns what it becomes, the very same object where it stays."""
        if not text or text in WORDS:
            return text
        if self.is_known(text):
            return self.as_told(text)
        return self.becomes(text, self._change(Field(where, text, self.source)))

    def is_known(self, text: str) -> bool:
        """Whether a text was told, and need not be told again."""
        return self.repeating and text in self._told

    def as_told(self, text: str) -> str:
        """What has become of a text: the very same object where it stays as it was."""
        new = self._told.get(text, text)
        return text if new == text else new

    def becomes(self, text: str, new: str) -> str:
        """Remember what has become of a text; returns it as `as_told` does."""
        self._told[text] = new
        return text if new == text else new


def kept(old: L, new: L) -> L:
    """The old sequence where each member of the new one is the very same."""
    return old if all(map(is_, old, new)) else new
