"""A text as every rule reads it, and the words around a stretch of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

BEFORE = 48
"""Characters before a stretch in which a word says what it is."""
AFTER = 20
"""Characters after it; in what follows, only the next word or two still speak of it."""


class Reading:
    """One text, and its lower-case form of the same length: what is found in one stands at the same place in the other.

    >>> Reading("Tel. 030 123456").low
    'tel. 030 123456'
    """

    __slots__ = ("low", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        low = text.lower()
        if len(low) != len(text):
            # A few letters, such as the Turkish dotted capital I, become two when they are lowered.
            low = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
        self.low = low

    def before(self, words: re.Pattern[str], start: int, reach: int = BEFORE) -> bool:
        """Whether one of `words` stands at most `reach` characters before `start`."""
        return words.search(self.low, max(0, start - reach), start) is not None

    def near(self, words: re.Pattern[str], start: int, end: int) -> bool:
        """Whether one of `words` stands shortly before `start` or right after `end`."""
        return self.before(words, start) or words.search(self.low, end, end + AFTER) is not None


def words(*wanted: str, stems: Iterable[str] = ()) -> re.Pattern[str]:
    """A pattern for whole `wanted` words, and for words that begin with one of `stems`. Lower case; not escaped."""
    whole = rf"(?<![^\W\d_])(?:{'|'.join(wanted)})(?![^\W\d_])" if wanted else ""
    begun = rf"(?<![^\W\d_])(?:{'|'.join(stems)})" if stems else ""
    return re.compile("|".join(filter(None, (whole, begun))))
