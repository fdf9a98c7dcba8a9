r"""Changes the texts of JSON that comes in pieces, so that it stays JSON.

The characters of strings are read without their escapes, and what goes out is escaped again: an original with a
quotation mark in it takes the place of its stand-in as ``\"``. What stands outside strings goes another way, since only
a number can be there. An escape that has not wholly come is kept back.
"""

from __future__ import annotations

import json
import re
from typing import Protocol

_SPECIAL = re.compile(r'["\\]')
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_LONE = re.compile("[\ud800-\udfff]")


class Changing(Protocol):
    """A text that is changed on its way."""

    def feed(self, text: str, /) -> str:
        """What can go out now that this has come."""
        ...

    def flush(self) -> str:
        """The rest; what comes after begins a new text."""
        ...

    def moved(self, place: int, /) -> int:
        """Where in what went out stands what stood at `place` in what came."""
        ...


class JsonStream:
    """One JSON text on its way: what stands in its strings, and what stands outside of them."""

    __slots__ = ("_inside", "_outside", "_partial", "_quoted")

    def __init__(self, inside: Changing, outside: Changing) -> None:
        self._inside = inside
        self._outside = outside
        self._quoted = False
        """Within a string."""
        self._partial = ""
        """An escape of which the end has not come."""

    def feed(self, text: str) -> str:
        """What can go out now."""
        text, self._partial = self._partial + text, ""
        out: list[str] = []
        place = 0
        while place < len(text):
            place = self._string(text, place, out) if self._quoted else self._bare(text, place, out)
        return "".join(out)

    def flush(self) -> str:
        """The rest."""
        rest, self._partial = self._partial, ""
        self._quoted, inside = False, self._inside.flush()
        return self._outside.flush() + escaped(inside) + rest

    def moved(self, place: int) -> int:
        """The same place: nobody counts the characters of JSON."""
        return place

    def _bare(self, text: str, place: int, out: list[str]) -> int:
        quote = text.find('"', place)
        if quote < 0:
            out.append(self._outside.feed(text[place:]))
            return len(text)
        out += [self._outside.feed(text[place:quote]), self._outside.flush(), '"']
        self._quoted = True
        return quote + 1

    def _string(self, text: str, place: int, out: list[str]) -> int:
        found = _SPECIAL.search(text, place)
        end = found.start() if found else len(text)
        out.append(escaped(self._inside.feed(text[place:end])))
        if found is None:
            return end
        if found[0] == '"':
            out += [escaped(self._inside.flush()), '"']
            self._quoted = False
            return end + 1
        char, after = _unescaped(text, end)
        if char:
            out.append(escaped(self._inside.feed(char)))
        else:
            self._partial = text[end:]
        return after


def escaped(text: str) -> str:
    """A text as it stands in a JSON string."""
    if not text:
        return text
    text = json.dumps(text, ensure_ascii=False)[1:-1]
    # Half of a pair that came escaped: it has no UTF-8, and goes out as it came.
    return _LONE.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def _unescaped(text: str, place: int) -> tuple[str, int]:
    """The character of the escape at `place` and the place after it; empty, and all, where its end has not come."""
    kind = text[place + 1 : place + 2]
    if kind != "u":
        return (_ESCAPES.get(kind, kind), place + 2) if kind else ("", len(text))
    digits = text[place + 2 : place + 6]
    if len(digits) < 4:
        return "", len(text)
    try:
        return chr(int(digits, 16)), place + 6
    except ValueError:
        return "u", place + 2
