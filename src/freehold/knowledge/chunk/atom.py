"""The smallest pieces of a text that chunks are packed from, and how willingly a chunk ends before each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import NamedTuple


class Break(IntEnum):
    """How good a place to cut is, worst first."""

    GLUE = 0
    """A heading and what it heads: parted only where both do not fit into one chunk."""
    WORD = 1
    LINE = 2
    SENTENCE = 3
    ITEM = 4
    """An item of a list, a row of a table, a paragraph within a long block, a blank line of source code."""
    BLOCK = 5
    """A paragraph, a list, a table; a definition within a definition."""
    HEADING = 6
    """A heading; a definition at the outermost level."""


class Atom(NamedTuple):
    """``text[start:end]``, not empty, no white space at its ends. `before`: the cut between it and the one before."""

    start: int
    end: int
    before: Break
    path: tuple[str, ...] = ()
    """The headings above it, or the definitions around it, outermost first."""
    page: int | None = None
    heads: bool = False
    """It is a heading."""
    header: str = ""
    """Of a table's row below the first: the first."""


_CLAUSE = re.compile(r"[,;:،؛、，；：–—](?=\s)|[、，；：]")
_SPACE = re.compile(r"\s")
_JOINERS = frozenset("\u200c\u200d\ufe0e\ufe0f")


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends; an empty one where nothing else is in it."""
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())


def cut(text: str, start: int, end: int, most: int) -> Iterator[tuple[int, int, Break]]:
    """Cut a span into pieces of at most `most` characters: at lines' ends, clauses, words, else between two letters.

    The first piece is said to follow a `LINE`; whoever knows better says better. Every cut is made in the second half
    of what would fit, so that the work grows with the length of the span alone.
    """
    before = Break.LINE
    while end - start > most:
        at, after = _last_cut(text, start + max(1, most // 2), start + most)
        yield start, at, before
        start, before = at, after
    if start < end:
        yield start, end, before


def _last_cut(text: str, low: int, high: int) -> tuple[int, Break]:
    """The last good place to cut in ``low..high``."""
    if (line := text.rfind("\n", low, high)) >= 0:
        return line + 1, Break.LINE
    for pattern in (_CLAUSE, _SPACE):
        at = -1
        for match in pattern.finditer(text, low, high):
            at = match.end()
        if at >= 0:
            return at, Break.WORD
    at = high
    while at > low and _continues(text[at]):
        at -= 1
    return (at if at > low else high), Break.WORD


def _continues(letter: str) -> bool:
    """Whether it belongs to the letter before it: an accent, a vowel sign, a joiner."""
    return letter in _JOINERS or unicodedata.category(letter).startswith("M")


def pieces(text: str, start: int, end: int, most: int) -> Iterator[tuple[int, int, Break]]:
    """What `cut` gives of a span, trimmed; pieces of white space alone are left out."""
    for low, high, before in cut(text, *trim(text, start, end), most):
        left, right = trim(text, low, high)
        if left < right:
            yield left, right, before


def spans(
    text: str, start: int, end: int, cuts: Iterable[tuple[int, Break]], most: int
) -> Iterator[tuple[int, int, Break]]:
    """The pieces of a span between `cuts`, which are in order; a piece longer than `most` characters as several."""
    before, at = Break.BLOCK, start
    for stop, after in (*cuts, (end, Break.BLOCK)):
        found = False
        for index, (left, right, inner) in enumerate(pieces(text, at, stop, most)):
            found = True
            yield left, right, inner if index else before
        before, at = after if found else max(before, after), stop
