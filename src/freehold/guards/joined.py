"""Texts of a request put together, where what is looked for may not stand in one of them alone.

A key and its value are one line, so that ``{"password": ...}`` is read as the assignment it is. And two turns are read
across the seam between them, since a token may be sent in halves.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from freehold.core.finding import Finding, Span
from freehold.guards.fields import OF_NAME, Field

SHORT = 256
"""Characters of a text that is looked at together with others; longer ones say enough by themselves."""
_MOST = 4_000
_REACH = 200
"""Characters on either side of a seam that are read across it."""
_EDGE = 64
_PIECES = 12
"""Texts on either side of a seam that are read across it, where a token is in so many pieces."""
_JOINABLE = re.compile(r"[A-Za-z0-9+/_.=@-]")
_GROUPS_BEFORE = re.compile(rf"(?<!\w)(?:[0-9A-Z][ ().-]{{0,2}}){{1,{_EDGE}}}\Z")
_GROUPS_AFTER = re.compile(rf"(?:[ ().-]{{0,2}}[0-9A-Z]){{1,{_EDGE}}}")
"""What may be some groups of a number."""
_TELLING = re.compile(r"[0-9@_]|.{20}")
_SHORTEST = 8
_WALL = "\n\n\n\n"
"""More than what is read across within one text: wrapped lines of base64, digits that stand apart."""
_PIECE = re.compile(r"\S*|[0-9A-Z ().+-]*")

_Stretch = tuple[Field, int, int]
"""A field, and from where to where in its text."""


class Joined:
    """Stretches of several fields as one text."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._starts: list[int] = []
        self._fields: list[tuple[Field, int]] = []
        """For each stretch, whose it is and where in that field it begins."""
        self._walls: list[int] = []
        self._length = 0

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._parts)

    @property
    def fields(self) -> list[Field]:
        """Whose stretches they are."""
        return [field for field, _ in self._fields]

    def __len__(self) -> int:
        return self._length

    def add(self, field: Field, start: int, end: int) -> None:
        """A stretch of a field, right behind what is there."""
        self._starts.append(self._length)
        self._fields.append((field, start))
        self.put(field.text[start:end])

    def lead(self) -> None:
        """What came last is the name of what comes next."""
        self.put(": ")

    def part(self) -> None:
        """What came last and what comes next have nothing to do with each other."""
        self._walls.append(self._length)
        self.put(_WALL)

    def put(self, part: str) -> None:
        """What stands in none of the fields."""
        self._parts.append(part)
        self._length += len(part)

    def is_apart(self, span: Span) -> bool:
        """Whether a span lies in stretches that have nothing to do with each other."""
        return bisect_right(self._walls, span.end - 1) > bisect_right(self._walls, span.start - 1)

    def findings(self, span: Span) -> Iterator[Finding]:
        """A span of the whole, as findings in the fields that it lies in."""
        at = bisect_right(self._starts, span.start) - 1
        while at < len(self._starts) and self._starts[at] < span.end:
            field, offset = self._fields[at]
            first = self._starts[at]
            start = max(span.start, first) - first + offset
            end = min(span.end - first + offset, self._end(at))
            if start < end:
                yield Finding(field.where, Span(start, end, span.kind, span.confidence, span.rule, span.family))
            at += 1

    def _end(self, at: int) -> int:
        """Where the stretch ends in its field; what parts two stretches is not counted."""
        field, offset = self._fields[at]
        if at + 1 == len(self._starts):
            return len(field.text)
        return min(len(field.text), offset + self._starts[at + 1] - self._starts[at])


def lines(fields: Iterable[Field]) -> Iterator[Joined]:
    """Short texts as lines, a key before its value; each of the texts given out is bounded."""
    joined, named = Joined(), ""
    for field in fields:
        is_named = field.where == named
        if len(joined) > _MOST and not is_named:
            yield joined
            joined = Joined()
        if len(joined):
            joined.lead() if is_named else joined.part()
        joined.add(field, 0, len(field.text))
        named = field.where.removesuffix(OF_NAME) if field.where.endswith(OF_NAME) else ""
    if len(joined):
        yield joined


def seams(fields: Sequence[Field]) -> Iterator[tuple[Joined, int]]:
    """What stands around each seam between two of these texts that may part a token, and where in it the seam is.

    Where a token may be in more than two pieces, the first and the last of the texts around the seam may be part of it
    or not, so they are given both ways; where it may be a number in groups, together and with a blank at each seam.
    """
    for at in range(1, len(fields)):
        left, right = fields[at - 1].text[-_EDGE:].rstrip(), fields[at].text[:_EDGE].lstrip()
        if not (left and right and _JOINABLE.match(left[-1]) and _JOINABLE.match(right)):
            continue
        before, after = _before(fields, at), _after(fields, at)
        if len(before) > 1:
            left = _written(reversed(before))[-_EDGE:]
        if len(after) > 1:
            right = _written(after)[:_EDGE]
        grouped = _may_part_groups(left, right)
        if grouped or _may_part_word(left, right):
            for apart_before in (False, True)[: len(before)]:
                for apart_after in (False, True)[: len(after)]:
                    for gap in ("", " ") if grouped else ("",):
                        yield _around(before, after, gap, apart_before=apart_before, apart_after=apart_after)


def _around(
    before: Sequence[_Stretch], after: Sequence[_Stretch], gap: str, *, apart_before: bool, apart_after: bool
) -> tuple[Joined, int]:
    joined = Joined()
    for number, stretch in enumerate(reversed(before)):
        if number == 1 and apart_before:
            joined.part()
        elif number:
            joined.put(gap)
        joined.add(*stretch)
    joined.put(gap)
    seam = len(joined)
    for number, stretch in enumerate(after):
        if number == len(after) - 1 and apart_after:
            joined.part()
        elif number:
            joined.put(gap)
        joined.add(*stretch)
    return joined, seam


def _written(stretches: Iterable[_Stretch]) -> str:
    return "".join(field.text[start:end] for field, start, end in stretches)


def _may_part_word(left: str, right: str) -> bool:
    """Whether the last word of one text and the first of the next, written together, could be more than words."""
    word = left.rsplit(None, 1)[-1] + right.split(None, 1)[0]
    return len(word) >= _SHORTEST and _TELLING.search(word) is not None


def _may_part_groups(left: str, right: str) -> bool:
    """Whether a number in groups could go on from one text to the next."""
    before, after = _GROUPS_BEFORE.search(left), _GROUPS_AFTER.match(right)
    if before is None or after is None or right[after.end() : after.end() + 1].isalpha():
        return False
    return sum(map(str.isdigit, before[0] + after[0])) >= _SHORTEST


def _before(fields: Sequence[Field], at: int) -> list[_Stretch]:
    """What stands before the seam, the nearest first: one text, or several while each may be one piece of a token."""
    found: list[_Stretch] = []
    left = _REACH
    while left > 0 and at > 0 and len(found) < _PIECES:
        at -= 1
        text = fields[at].text
        end = len(text.rstrip())
        start = max(0, end - left)
        found.append((fields[at], start, end))
        left -= end - start
        if not _PIECE.fullmatch(text, start, end):
            break
    return found


def _after(fields: Sequence[Field], at: int) -> list[_Stretch]:
    """What stands after the seam, likewise."""
    found: list[_Stretch] = []
    left = _REACH
    while left > 0 and at < len(fields) and len(found) < _PIECES:
        text = fields[at].text
        start = len(text) - len(text.lstrip())
        end = min(len(text.rstrip()), start + left)
        found.append((fields[at], start, end))
        left -= end - start
        if not _PIECE.fullmatch(text, start, end):
            break
        at += 1
    return found
