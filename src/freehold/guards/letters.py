"""What a character is to somebody who compares texts: its plain small form, and whether it goes on a word."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
"""Characters that show nothing and part nothing."""

_WORDS = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def fold(char: str) -> str:
    """One character without accent, width and case; a character whose plain form is several stays as it is.

    >>> fold("É"), fold("７"), fold("ß")
    ('e', '7', 'ß')
    """
    plain = unicodedata.normalize("NFKD", char)
    if len(plain) > 1 and all(map(unicodedata.combining, plain[1:])):
        plain = plain[0]
    small = plain.lower()
    return small if len(small) == 1 else char


def folded(text: str) -> str:
    """Each character's `fold`; as many characters as before."""
    return text.lower() if text.isascii() else "".join(map(fold, text))


def squeezed(text: str) -> str:
    """The letters and digits of a text, folded: what is left of it whatever it is punctuated with.

    >>> squeezed("+44 (0)20-7946")
    '440207946'
    """
    return "".join(_WORDS.findall(folded(text)))


def words_of(text: str) -> list[str]:
    """The runs of letters and digits in a text."""
    return _WORDS.findall(text)


def is_mark(char: str) -> bool:
    """Whether a character only adds to the one before it, or shows nothing."""
    return not char.isascii() and (char in INVISIBLE or unicodedata.combining(char) > 0)


def joined(left: str, right: str) -> bool:
    """Whether two neighbouring characters belong to one word or one number.

    A new word begins where small letters turn to capitals, where digits meet letters and where one script meets
    another. In scripts that are written without spaces, nothing says where a word ends, so every place may be it.
    """
    if right.isdecimal():
        return left.isdecimal()
    if not (left.isalpha() and right.isalpha()) or (left.islower() and right.isupper()):
        return False
    script = _script(left)
    return script != _UNSPACED and script == _script(right)


_LATIN, _OTHER, _UNSPACED = range(3)
_UNSPACED_RANGES = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x9FFF),  # kana, bopomofo, Chinese characters
    (0xAC00, 0xD7AF),  # Hangul, whose particles follow a noun at once
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


def _script(char: str) -> int:
    code = ord(char)
    if code < 0x0250 or 0x1E00 <= code <= 0x1EFF:
        return _LATIN
    return _UNSPACED if any(first <= code <= last for first, last in _UNSPACED_RANGES) else _OTHER
