"""A text made from another, with the way back: which of the original's characters a stretch of it came from."""

from __future__ import annotations

import string
from bisect import bisect_right
from collections.abc import Callable, Iterable

from msgspec import Struct

BEFORE = 64
"""Characters before a change that are kept with it: words there say what it is."""
AFTER = 48


Way = Callable[[int, int], tuple[int, int]]


class Edit(Struct, frozen=True, gc=False):
    """A stretch of a text, ``text[start:end]``, and what it is read as."""

    start: int
    end: int
    new: str


class Layer:
    """A text, and the text it was made from."""

    __slots__ = ("_below", "_cuts", "_way", "text")

    def __init__(
        self, text: str, below: Layer | None = None, way: Way | None = None, cuts: frozenset[int] = frozenset()
    ) -> None:
        """`way` leads from a stretch of this text to that of the text below; without one they are the same.

        `cuts` are places at which the text below went on.
        """
        self.text = text
        self._below = below
        self._way = way
        self._cuts = cuts

    def is_cut(self, start: int, end: int) -> bool:
        """Whether a stretch begins or ends where this text was cut off: what stands there may be half of something."""
        return start in self._cuts or end in self._cuts

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the first text below that ``text[start:end]`` came from; the whole of what was decoded."""
        if self._way is not None:
            start, end = self._way(start, end)
        return (start, end) if self._below is None else self._below.back(start, end)

    def folded(self, changed: dict[str, str]) -> Layer:
        """The whole text with some characters as they are read, one by one."""
        if len(changed) <= _FEW:
            text = self.text
            for odd, plain in changed.items():
                text = text.replace(odd, plain)
        else:
            table = dict.fromkeys(map(ord, set(self.text))) | {ord(odd): plain for odd, plain in changed.items()}
            text = self.text.translate({code: chr(code) if plain is None else plain for code, plain in table.items()})
        if all(len(plain) == 1 for plain in changed.values()):
            return Layer(text, self, None, self._cuts)
        return Layer(text, self, _Folding(self.text, changed).way)

    def edited(self, edits: Iterable[Edit]) -> Layer:
        """The stretches around `edits`, which are in order and apart, with them made; a line break between two."""
        pieces = _Pieces(self.text)
        for edit in edits:
            pieces.add(edit)
        text = pieces.finish()
        return Layer(text, self, pieces.way, frozenset(pieces.cuts | pieces.places(self._cuts)))


_FEW = 8
"""So many characters are replaced one after another sooner than all by a table."""


_LONG_WORD = 512
_TOKEN_LETTERS = f"{string.ascii_letters}{string.digits}+/=_.-"


class _Folding:
    """The way back through a folding, measured when it is first needed: most texts hold nothing to go back for."""

    def __init__(self, text: str, changed: dict[str, str]) -> None:
        self._text = text
        self._changed = changed
        self._starts: list[int] | None = None

    def way(self, start: int, end: int) -> tuple[int, int]:
        if self._starts is None:
            self._starts, at = [], 0
            for character in self._text:
                self._starts.append(at)
                at += len(self._changed.get(character, character))
        # Of several characters that begin at one place, all but the last have become nothing.
        first = bisect_right(self._starts, start) - 1
        return first, bisect_right(self._starts, end - 1)


class _Pieces:
    """Text put together from stretches of another and from what is new."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._parts: list[str] = []
        self._starts: list[int] = []
        self._from: list[tuple[int, int, bool]] = []
        """For each part, where it came from, and whether that is character for character."""
        self._length = 0
        self._done = 0
        self.cuts: set[int] = set()

    def add(self, edit: Edit) -> None:
        """An edit with what stands before it."""
        if edit.start - self._done > BEFORE + AFTER:
            self._skip_to(self._begin(edit.start))
        self._copy(self._done, edit.start)
        self._put(edit.new, edit.start, edit.end, exact=False)
        self._done = edit.end

    def _skip_to(self, begin: int) -> None:
        """Leave out what is far from the last edit and from the next."""
        if not self._parts:
            self._cut(begin)
            self._done = begin
        elif begin > (end := self._end(self._done)):
            self._copy(self._done, end)
            self._cut(end)
            self._put("\n", end, end, exact=False)
            self._cut(begin)
            self._done = begin

    def finish(self) -> str:
        """The text, with what stands behind the last edit."""
        end = self._end(self._done)
        self._copy(self._done, end)
        self._cut(end)
        return "".join(self._parts)

    def _cut(self, at: int) -> None:
        """Note that the text goes on or ends here, where that is in the middle of a word."""
        around = self._text[at - 1 : at + 1] if at else ""
        if len(around) == 2 and all(each in _TOKEN_LETTERS for each in around):
            self.cuts.add(self._length)

    def places(self, cuts: Iterable[int]) -> set[int]:
        """Where places of the text below have come to stand, as far as they are kept."""
        found = set()
        for cut in cuts:
            at = bisect_right(self._from, (cut, len(self._text), True)) - 1
            start, end, exact = self._from[at] if at >= 0 else (0, 0, False)
            if exact and start <= cut <= end:
                found.add(self._starts[at] + cut - start)
        return found

    def _begin(self, at: int) -> int:
        """Where what is kept before a place begins: at a word's beginning, unless it is very long."""
        begin = max(0, at - BEFORE)
        word = self._text[max(0, begin - _LONG_WORD) : begin]
        return begin - len(word) + len(word.rstrip(_TOKEN_LETTERS))

    def _end(self, at: int) -> int:
        """Where what is kept after a place ends: at a word's end, likewise."""
        end = min(len(self._text), at + AFTER)
        word = self._text[end : end + _LONG_WORD]
        return end + len(word) - len(word.lstrip(_TOKEN_LETTERS))

    def _copy(self, start: int, end: int) -> None:
        if start < end:
            self._put(self._text[start:end], start, end, exact=True)
            self._done = end

    def _put(self, part: str, start: int, end: int, *, exact: bool) -> None:
        if part:
            self._parts.append(part)
            self._starts.append(self._length)
            self._from.append((start, end, exact))
            self._length += len(part)

    def way(self, start: int, end: int) -> tuple[int, int]:
        first = bisect_right(self._starts, start) - 1
        begin, _, exact = self._from[first]
        if exact:
            begin += start - self._starts[first]
        last = bisect_right(self._starts, end - 1) - 1
        source, finish, exact = self._from[last]
        if exact:
            finish = source + end - self._starts[last]
        return begin, finish
