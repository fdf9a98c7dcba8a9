r"""Replaces texts in JSON that comes in pieces, so that it stays JSON.

The characters of strings are read without their escapes, and what goes out is escaped again: an original with a
quotation mark in it takes the place of its stand-in as ``\"``. Outside strings only numbers can be replaced, and only
by numbers. An escape that has not wholly come is kept back.
"""

from __future__ import annotations

import json
import re

from freehold.guards.swap import Swap, Swapping

_SPECIAL = re.compile(r'["\\]')
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_LONE = re.compile("[\ud800-\udfff]")


class JsonSwapping:
    """One JSON text on its way: `feed` it in pieces, `flush` it at its end."""

    __slots__ = ("_inside", "_outside", "_partial", "_string")

    def __init__(self, swap: Swap) -> None:
        self._string = Swapping(swap)
        self._outside = Swapping(swap.numeric())
        self._inside = False
        """Within a string."""
        self._partial = ""
        """An escape of which the end has not come."""

    @property
    def held(self) -> int:
        """Characters that are kept back."""
        return self._string.held + self._outside.held + len(self._partial)

    def feed(self, text: str) -> str:
        """What can go out now."""
        text, self._partial = self._partial + text, ""
        out, place = [], 0
        while place < len(text):
            if not self._inside:
                quote = text.find('"', place)
                if quote < 0:
                    out.append(self._outside.feed(text[place:]))
                    break
                out += [self._outside.feed(text[place:quote]), self._outside.flush(), '"']
                self._inside, place = True, quote + 1
                continue
            found = _SPECIAL.search(text, place)
            end = found.start() if found else len(text)
            out.append(_escaped(self._string.feed(text[place:end])))
            if found is None:
                break
            if found[0] == '"':
                out += [_escaped(self._string.flush()), '"']
                self._inside, place = False, end + 1
                continue
            char, place = _unescaped(text, end)
            if not char:
                self._partial = text[end:]
                break
            out.append(_escaped(self._string.feed(char)))
        return "".join(out)

    def flush(self) -> str:
        """The rest."""
        rest, self._partial = self._partial, ""
        return self._outside.flush() + _escaped(self._string.flush()) + rest


def _unescaped(text: str, place: int) -> tuple[str, int]:
    """The character of the escape at `place` and the place after it; empty where its end has not come."""
    kind = text[place + 1 : place + 2]
    if kind != "u":
        return (_ESCAPES.get(kind, kind), place + 2) if kind else ("", place)
    digits = text[place + 2 : place + 6]
    if len(digits) < 4:
        return "", place
    try:
        return chr(int(digits, 16)), place + 6
    except ValueError:
        return "u", place + 2


def _escaped(text: str) -> str:
    if not text:
        return text
    text = json.dumps(text, ensure_ascii=False)[1:-1]
    return _LONE.sub(lambda half: f"\\u{ord(half[0]):04x}", text)
