"""Fill up passages that were found with whole sentences from beside them, as far as their place stays true.

A passage grows within the chunks around it that have its page and its headings, and into no other that is shown beside
it. Source code and tables stay as they are: half a definition more, or rows without their header, say nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

import msgspec

from freehold.core.passage import Place
from freehold.knowledge.chunk.limits import Limits
from freehold.knowledge.chunk.widen import widen
from freehold.knowledge.extract.code import language_of
from freehold.knowledge.extract.kinds import MEDIA_TYPES
from freehold.knowledge.model import Chunk, Hit, Surroundings
from freehold.knowledge.verdict import digest_of

if TYPE_CHECKING:
    from freehold.knowledge.ports import Library

MOST = Limits().most
"""Characters of a passage that has grown."""

_TABLES = frozenset(
    {
        MEDIA_TYPES["csv"],
        MEDIA_TYPES["xlsx"],
        "application/vnd.ms-excel",
        "application/vnd.oasis.opendocument.spreadsheet",
    }
)
_CELLS = " | "
"""What parts the cells of a row in an extracted text."""
_HEAD = 200
"""Characters of a text's beginning that may name an interpreter."""


def grown(library: Library, hits: Sequence[Hit]) -> list[Hit]:
    """The hits, in their order, each with what stands around it, up to `MOST` characters; the better ones grow first.

    One whose document has changed since it was found stays as it is. Asks the library once for each hit that has room.
    """
    found = list(hits)
    for index, hit in enumerate(found):
        place = hit.place
        if place.end - place.start >= MOST:
            continue
        around = library.around(place.document, place.version, place.end - MOST, place.start + MOST)
        if around is not None and not _is_code(library, place, around) and around.media_type not in _TABLES:
            beside = [other.place for other in found if other is not hit and other.place.document == place.document]
            found[index] = _grown(hit, around, beside)
    return found


def _grown(hit: Hit, around: Surroundings, beside: Sequence[Place]) -> Hit:
    place, at = hit.place, around.start
    low, high = _bounds(around, place)
    low = max([low, *(other.end for other in beside if other.end <= place.start)])
    high = min([high, *(other.start for other in beside if other.start >= place.end)])
    start, end = widen(around.text, place.start - at, place.end - at, low=low - at, high=high - at, most=MOST)
    text = around.text[start:end]
    return msgspec.structs.replace(
        hit,
        text=text,
        place=msgspec.structs.replace(place, start=start + at, end=end + at, digest=digest_of(text)),
    )


def _bounds(around: Surroundings, place: Place) -> tuple[int, int]:
    """From where to where the chunks go on that have the place's page and headings, and are no table."""

    def joins(chunk: Chunk) -> bool:
        same = chunk.page == place.page and chunk.heading == place.heading
        return same and not _is_table(around.text[chunk.start - around.start : chunk.end - around.start])

    own = next((chunk for chunk in around.chunks if (chunk.start, chunk.end) == (place.start, place.end)), None)
    if own is None or not joins(own):
        return place.start, place.end
    before = takewhile(joins, (chunk for chunk in reversed(around.chunks) if chunk.end <= place.start))
    after = takewhile(joins, (chunk for chunk in around.chunks if chunk.start >= place.end))
    return (
        min((chunk.start for chunk in before), default=place.start),
        max((chunk.end for chunk in after), default=place.end),
    )


def _is_table(text: str) -> bool:
    """Whether most of its lines are rows."""
    lines = [line for line in text.split("\n") if line.strip()]
    return 2 * sum(_CELLS in line for line in lines) > len(lines)


def _is_code(library: Library, place: Place, around: Surroundings) -> bool:
    """Whether the document was read as source code: by its name, else by the interpreter that its first line names."""
    if around.media_type != MEDIA_TYPES["code"]:
        return False
    if language_of(place.name) is not None:
        return True
    first = around if around.start == 0 else library.around(place.document, place.version, 0, 0)
    return first is not None and language_of(place.name, first.text[:_HEAD].encode()) is not None
