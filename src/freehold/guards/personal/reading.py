"""A text as every rule reads it, and the words around a stretch of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from freehold.guards.glance import flat

BEFORE = 48
"""Characters before a stretch in which a word says what it is."""
AFTER = 20
"""Characters after it; in what follows, only the next word or two still speak of it."""

_LONG = 28
"""Characters of the longest words that are looked for around a piece of them."""
_BUT_LETTERS = bytes(code if chr(code).isalpha() else ord(" ") for code in range(256))
"""The table that makes a blank of all that is no letter."""


class Reading:
    """One text, and its lower-case form of the same length: what is found in one stands at the same place in the other.

    >>> Reading("Tel. 030 123456").low
    'tel. 030 123456'
    """

    __slots__ = ("_said", "flat", "low", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        low = text.lower()
        if len(low) != len(text):
            # A few letters, such as the Turkish dotted capital I, become two when they are lowered.
            low = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
        self.low = low
        self.flat = flat(low)
        """The lower-case form as bytes, one for each letter."""
        self._said: list[bytes] | None = None

    def said(self) -> list[bytes]:
        """Its words, as `spoken` gives them."""
        if self._said is None:
            self._said = spoken(self.flat)
        return self._said

    def before(self, words: re.Pattern[str], start: int, reach: int = BEFORE) -> bool:
        """Whether one of `words` stands at most `reach` characters before `start`."""
        return words.search(self.low, max(0, start - reach), start) is not None

    def near(self, words: re.Pattern[str], start: int, end: int) -> bool:
        """Whether one of `words` stands shortly before `start` or right after `end`."""
        return self.before(words, start) or words.search(self.low, end, end + AFTER) is not None

    def matches(self, pattern: re.Pattern[str], pieces: Iterable[str]) -> Iterator[re.Match[str]]:
        """What `pattern` finds in `low`, where each of its matches holds one of `pieces` and is no longer than `_LONG`.

        Looking only around those pieces takes a fraction of the time.
        """
        start = end = 0
        for at in self._places(pieces):
            if at - _LONG > end:
                yield from pattern.finditer(self.low, start, end)
                start = at - _LONG
            end = at + _LONG + 1
        if end:
            yield from pattern.finditer(self.low, start, end)

    def _places(self, pieces: Iterable[str]) -> list[int]:
        """Where each of `pieces` stands in `low`, in order."""
        places = []
        plain = self.low.isascii()
        for piece in pieces:
            if plain and not piece.isascii():
                continue
            at = self.low.find(piece)
            while at >= 0:
                places.append(at)
                at = self.low.find(piece, at + 1)
        return sorted(places) if len(places) > 1 else places


def spoken(letters: bytes) -> list[bytes]:
    """The words of a flat text: runs of letters, of which those that Latin-1 does not have are none.

    >>> spoken(b"you've 2 e-mails")
    [b'you', b've', b'e', b'mails']
    """
    return letters.translate(_BUT_LETTERS).split()


def listed(text: str, by: str | None = None) -> tuple[str, ...]:
    """The entries of a list that is written as running text, divided by white space, or by `by`."""
    return tuple(entry.strip() for entry in text.split(by) if entry.strip())


def words(whole: str = "", begun: str = "") -> re.Pattern[str]:
    """A pattern for words of a `Reading.low`: those of `whole`, and whatever begins with one of `begun`.

    Both are regular expressions in small letters, divided by ``|``, which stands nowhere else in them.
    """
    entire = rf"(?<![^\W\d_])(?:{'|'.join(listed(whole, '|'))})(?![^\W\d_])" if whole else ""
    stems = rf"(?<![^\W\d_])(?:{'|'.join(listed(begun, '|'))})" if begun else ""
    return re.compile("|".join(filter(None, (entire, stems))))
