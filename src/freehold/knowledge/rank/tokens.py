"""A text's words, as the index and the queries know them.

Case and accents are folded. An identifier is found whole and by its parts: ``parseHTTPHeader`` gives
``parsehttpheader``, ``parse``, ``http`` and ``header``; ``os.path.join_all`` gives ``os``, ``path``, ``join``,
``all`` and ``joinall``. What a dot, a hyphen or a slash joins is not found whole: its parts are, and wholes cost prose
more than they give. Words of Chinese, Japanese and Korean, which no space parts, are given as pairs of characters.
What is left is stemmed, so that ``cells`` finds ``cell``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from freehold.knowledge.rank.stem import stem

LONGEST = 64
"""Characters of a word that count. Longer runs are data (a hash, a key, base64), and are told apart by their start."""

_RUN = re.compile(r"(\w+)(?:['’](?:s|t|re|ve|ll|d|m)\b)?", re.IGNORECASE)
"""A run of word characters; what English hangs on with an apostrophe is passed over."""
_PIECE = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\dA-Za-z_]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")

_STOP = """
a about am an and any are as at be been being but by can could did do does doing for from had has have having he her
hers him his how i if in into is it its me my no nor not of on or our ours she should so some such than that the their
theirs them then there these they this those through to too until up very was we were what when where which while who
whom why will with would you your yours
"""

STOP = frozenset(map(stem, _STOP.split()))
"""English words that say how, not what. They are left out of questions where other words remain, never of texts."""


def words(text: str) -> list[str]:
    """The words of a text, in order and with repetitions."""
    found: list[str] = []
    for run in _RUN.finditer(text):
        found += _split(run.group(1))
    return found


def question_words(text: str) -> list[str]:
    """The words to look for: those of the text, without what every text says, unless it says nothing else."""
    said = words(text)
    return [word for word in said if word not in STOP] or said


@lru_cache(maxsize=1 << 16)
def _split(run: str) -> tuple[str, ...]:
    """The words of a run of characters without white space."""
    if run.isascii() and run.isalpha() and (run.islower() or run.istitle() or run.isupper()):
        return (stem(run.lower()[:LONGEST]),)
    return tuple(_parts(_fold(run)))


def _parts(run: str) -> Iterator[str]:
    pieces = _PIECE.findall(run)
    for piece in pieces:
        if _CJK.search(piece):
            yield from _pairs(piece)
            continue
        humps = _HUMP.findall(piece)
        if len(humps) > 1:
            yield stem(piece.lower()[:LONGEST])
        for hump in humps:
            yield stem(hump.lower()[:LONGEST])
    if len(pieces) > 1:
        yield stem("".join(pieces).lower()[:LONGEST])


def _pairs(piece: str) -> Iterator[str]:
    for part in re.split(f"({_CJK.pattern})", piece):
        if _CJK.match(part):
            yield from (part[at : at + 2] for at in range(max(1, len(part) - 1)))
        elif part:
            yield stem(part.lower()[:LONGEST])


def _fold(run: str) -> str:
    """Without accents and in the compatible form: ``ﬁ`` is ``fi``, ``é`` is ``e``."""
    if run.isascii():
        return run
    split = unicodedata.normalize("NFKD", run)
    return unicodedata.normalize("NFC", "".join(c for c in split if not unicodedata.combining(c)))
