"""Lengthen a passage that was found, by the sentences around it, up to what a chunk may hold.

Chunks end where a section or a page does, so that many are shorter than they might be. Filling one up when it is found
costs the index nothing, and shows the reader, and a model, a little more of what stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.knowledge.chunk import sentences
from freehold.knowledge.chunk.atom import trim
from freehold.knowledge.chunk.limits import Limits

_MOST = Limits().most
_LINE_END = re.compile(r"\n[ \t]*+(?=(\S?))")


def widen(text: str, start: int, end: int, *, low: int, high: int, most: int = _MOST) -> tuple[int, int]:
    """The span lengthened within ``low..high`` to at most `most` characters: by sentences after it, then before it.

    `low` and `high` are for the caller to choose: the section's and the page's ends, and no passage beside it that is
    shown too. The new span holds the old one, and has no white space at its ends if the old one has none.
    """
    end = max(end, _last_end(text, end, max(end, min(high, start + most)), whole=high <= start + most))
    start = min(start, _first_start(text, min(start, max(low, end - most)), start, whole=low >= end - most))
    return trim(text, start, end) if start < end else (start, end)


def _last_end(text: str, end: int, high: int, *, whole: bool) -> int:
    """Where the last sentence or line ends that lies in ``end..high`` as a whole."""
    if whole:
        return high
    return max([end, *_line_ends(text, end, high), *sentences.ends(text, end, high)])


def _first_start(text: str, low: int, start: int, *, whole: bool) -> int:
    """Where the first sentence or line begins that lies in ``low..start`` as a whole."""
    if whole:
        return low
    return min(next(_line_ends(text, low, start), start), next(sentences.ends(text, low, start), start))


def _line_ends(text: str, low: int, high: int) -> Iterator[int]:
    """Where lines end, but for those that a wrapped sentence goes on behind: in small letters, or unfinished."""
    for match in _LINE_END.finditer(text, low, high):
        following = match[1]
        if not following.islower() and not (
            following.isalpha() and sentences.unfinished(text[max(0, match.start() - 8) : match.start()])
        ):
            yield match.start()
