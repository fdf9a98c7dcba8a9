"""Finds the citation markers in an answer while it is still coming, in whatever pieces it comes.

A marker is one or more numbers in brackets: ``[1]``, ``[1, 3]``, ``[1-3]``, ``[^1]``, ``【1】``, ``【1†L3】``.
None is one within a code fence or inline code, as the text of a link (``[1](...)``), as a reference's definition
(``[1]: ...``) or as the index of a name of one small letter or with an underscore (``a[1]``, ``row_of[2]``).
"""

from __future__ import annotations

import re
import unicodedata

import msgspec

LONGEST = 48
"""Characters of a marker, its brackets included."""
_MOST_NUMBERS = 32
"""A range of more is no citation."""
_MEMORY = 2000
"""Characters before a marker that are kept to find its claim in."""

_OPENING, _CLOSING = "[【［", "]】］"
_NUMBERS = re.compile(
    r"\s*(?:passages?\s+)?\^?\s*\d{1,3}(?:\s*[-–—]\s*\d{1,3})?(?:\s*[,;，、]\s*\^?\d{1,3}(?:\s*[-–—]\s*\d{1,3})?)*"
    r"\s*(?:†[^\]】］]{0,24})?",
    re.IGNORECASE,
)
_PIECE = re.compile(r"(\d{1,3})(?:\s*[-–—]\s*(\d{1,3}))?")
_INTERESTING = re.compile(r"[\[【［`~]")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_INDEXED = re.compile(r"(?:(?<![^\W\d_])[a-z]|\w*_\w*)\Z")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]】］]*\s+|[。！？]|\n+|[\]】］]\s+(?=[A-ZÀ-Þ])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|No|Nr|Fig|vs|e\.g|i\.e|z\.\s?B|d\.\s?h|ca|Art|Abs)\Z"
)
_LEAD = re.compile(r"[\s>#*+\-•]*(?:\d{1,3}[.)]\s+)?")
_TRAILING = " \t.,;:!?…。！？、，\"'”’»)*_"
"""What may stand between a marker and the end of its sentence."""


class Marker(msgspec.Struct, frozen=True):
    """A marker at ``text[start:end]`` of the answer and the claim before it, in characters of the whole answer."""

    numbers: tuple[int, ...]
    start: int
    end: int
    claim_start: int
    claim_end: int
    claim: str
    words: str = ""
    """The claim and what follows it, to the marker's end."""


class Found(msgspec.Struct, frozen=True):
    """Markers that belong behind the first `at` characters of the piece, which are `place` characters of the answer."""

    at: int
    place: int
    markers: tuple[Marker, ...]


class Scanner:
    """Reads one answer, piece by piece; where its pieces end makes no difference to what is found."""

    def __init__(self) -> None:
        self._place = 0
        """Characters read."""
        self._memory = ""
        """The last of them."""
        self._line = ""
        """The line so far, as much of it as can tell a fence."""
        self._fence = ""
        """The marks that opened the code fence we are in."""
        self._ticks = 0
        self._code = 0
        """The number of backticks that opened the inline code we are in."""
        self._open: int | None = None
        """Where a bracket was opened that may be a marker's."""
        self._inside = ""
        self._doubtful: Marker | None = None
        """A marker that its next character may yet unmake."""
        self._ready: list[Marker] = []
        self._linked = False
        """The last bracket that closed was no marker's, and nothing has come since."""

    def feed(self, piece: str) -> list[Found]:
        """The markers that are certain now, each with its place in this piece."""
        found: list[Found] = []
        if not piece or self._is_plain(piece):
            self._pass(piece)
            return found
        for at, char in enumerate(piece):
            if self._doubtful is not None:
                self._judge(char)
            if self._ready and self._open is None and char not in _TRAILING and char not in _OPENING:
                found.append(Found(at, self._place, tuple(self._ready)))
                self._ready.clear()
            self._read(char)
        return found

    def end(self) -> Found:
        """The markers that only the end of what has come makes certain."""
        if self._doubtful is not None:
            self._ready.append(self._doubtful)
            self._doubtful = None
        rest, self._ready = tuple(self._ready), []
        return Found(0, self._place, rest)

    def _is_plain(self, piece: str) -> bool:
        """Whether nothing in this piece can begin, end or settle a marker."""
        waiting = self._open is not None or self._doubtful is not None or self._ready or self._code or self._ticks
        fenced = self._fence or _FENCE.match(self._line) is not None
        return not waiting and not fenced and _INTERESTING.search(piece) is None

    def _pass(self, piece: str) -> None:
        self._place += len(piece)
        self._remember(piece)
        _, newline, tail = piece.rpartition("\n")
        self._line = (tail if newline else self._line + piece)[:LONGEST]
        self._linked = self._linked and not piece

    def _remember(self, text: str) -> None:
        self._memory += text
        if len(self._memory) > 2 * _MEMORY:
            self._memory = self._memory[-(_MEMORY + LONGEST) :]

    def _read(self, char: str) -> None:
        if char == "\n":
            self._end_line()
        elif char == "`":
            self._ticks += 1
        else:
            self._settle_ticks()
            if not self._fence and not self._code:
                self._bracket(char)
        self._place += 1
        self._remember(char)
        if char != "\n" and len(self._line) < LONGEST:
            self._line += char

    def _end_line(self) -> None:
        self._settle_ticks()
        match = _FENCE.match(self._line)
        if self._fence:
            closes = match is not None and match[1].startswith(self._fence) and not self._line[match.end() :].strip()
            self._fence = "" if closes else self._fence
        elif match is not None:
            self._fence = match[1]
        self._line, self._code, self._open = "", 0, None
        self._linked = False

    def _settle_ticks(self) -> None:
        """A run of backticks has ended: it opens inline code, closes it, or begins a fence."""
        if self._ticks and not self._fence and not self._begins_fence():
            if self._code == self._ticks:
                self._code = 0
            elif not self._code:
                self._code, self._open = self._ticks, None
        self._ticks = 0

    def _begins_fence(self) -> bool:
        return _FENCE.fullmatch(self._line) is not None

    def _bracket(self, char: str) -> None:
        if char in _OPENING:
            self._open, self._inside = self._place, ""
            self._linked = self._linked and self._memory[-1:] in _CLOSING
        elif self._open is not None and char in _CLOSING:
            marker = self._marker(self._inside, self._open, char)
            self._doubtful, self._open = marker, None
            self._linked = marker is None
        elif self._open is not None:
            self._inside += char
            if len(self._inside) > LONGEST - 2:
                self._open = None
        else:
            self._linked = False

    def _marker(self, inside: str, start: int, closing: str) -> Marker | None:
        plain = unicodedata.normalize("NFKC", inside)
        opened = len(self._memory) - (self._place - start)
        before = self._memory[:opened][-_MEMORY:]
        if self._linked or not _NUMBERS.fullmatch(plain) or _INDEXED.search(before[-LONGEST:]):
            return None
        numbers = _numbers(plain)
        if not numbers:
            return None
        first, last = _claim(before)
        offset = start - len(before)
        words = before[first:] + self._memory[opened:] + closing
        return Marker(numbers, start, self._place + 1, offset + first, offset + last, before[first:last], words)

    def _judge(self, char: str) -> None:
        """Whether what follows a marker leaves it one: a link's address and a definition's colon do not."""
        marker = self._doubtful
        self._doubtful = None
        if marker is None or char == "(":
            return
        if char == ":" and not self._line[: len(self._line) - (marker.end - marker.start)].strip():
            return
        self._ready.append(marker)


def _numbers(plain: str) -> tuple[int, ...]:
    """The numbers of a marker, ranges written out, each once; none if one of them is 0 or a range is absurd."""
    found: list[int] = []
    for match in _PIECE.finditer(plain.partition("†")[0]):
        first = int(match[1])
        last = int(match[2]) if match[2] else first
        if not 0 < first <= last < first + _MOST_NUMBERS:
            return ()
        found += range(first, last + 1)
    return tuple(dict.fromkeys(found))


def _claim(before: str) -> tuple[int, int]:
    """Where the sentence before a marker stands in the text before it, without other markers that part them."""
    end = len(before)
    while True:
        trimmed = len(before[:end].rstrip())
        marker = re.search(r"[\[【［][^\[\]【】［］]{1,46}[\]】］]\Z", before[max(0, trimmed - LONGEST) : trimmed])
        if marker is None or not _NUMBERS.fullmatch(unicodedata.normalize("NFKC", marker[0][1:-1])):
            break
        end = trimmed - len(marker[0])
    end = len(before[:end].rstrip())
    body = before[:end].rstrip(".!?…。！？\"'”’»)")
    start = 0
    for match in _SENTENCE_END.finditer(body):
        if not _ABBREVIATION.search(before[max(0, match.start() - 8) : match.start()]):
            start = match.end()
    lead = _LEAD.match(before, start, end)
    start = lead.end() if lead is not None else start
    return min(start, end), end
