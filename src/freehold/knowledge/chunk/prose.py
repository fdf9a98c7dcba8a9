"""Read prose into atoms: headings and what they head, paragraphs by sentences, lists and tables by their lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from heapq import merge

from freehold.knowledge.chunk import sentences
from freehold.knowledge.chunk.atom import Atom, Break, spans, trim
from freehold.knowledge.chunk.limits import Limits
from freehold.knowledge.model import Block, Extracted

_BLANK = re.compile(r"\n[^\S\n]*+\n")
_LINE = re.compile(r"\n")
_GOES_ON = re.compile(r"[ \t]++(?!(?:[-*+•‣–]|\w{1,3}[.)])\s)")
_UNDERLINE = re.compile(r"\n\s*(?:=+|-+)\s*\Z")
_LONG = 200
"""Characters of a line that nobody has wrapped."""

_NAME = 120
"""Characters of one heading in a path."""


def prose_atoms(extracted: Extracted, limits: Limits) -> list[Atom]:
    """Everything of the text that is not white space, in order."""
    read = _Reading(extracted.text, limits)
    for block in _blocks(extracted):
        read.add(block)
    return read.finish()


def _blocks(extracted: Extracted) -> Iterator[Block]:
    """The blocks, trimmed, in order; text that no block claims is a paragraph of the page before it."""
    text, at, page = extracted.text, 0, None
    for block in extracted.blocks:
        start, end = max(at, block.start), min(block.end, len(text))
        if at < start:
            yield from _paragraph(text, at, start, page if at else block.page)
        low, high = trim(text, start, end)
        if low < high:
            yield Block(block.kind, low, high, block.level, block.page)
        at, page = max(at, end), block.page
    yield from _paragraph(text, at, len(text), page)


def _paragraph(text: str, start: int, end: int, page: int | None) -> Iterator[Block]:
    low, high = trim(text, start, end)
    if low < high:
        yield Block("paragraph", low, high, page=page)


class _Reading:
    """Takes blocks one by one. Remembers the path, and the headings that wait for the text they head."""

    def __init__(self, text: str, limits: Limits) -> None:
        self._text = text
        self._limits = limits
        self._atoms: list[Atom] = []
        self._path: list[tuple[int, str]] = []
        self._heads: int | None = None
        """Where the headings begin that no text has followed yet."""
        self._last: Block | None = None

    def add(self, block: Block) -> None:
        if block.kind == "heading" and self._is_short(block):
            self._head(block)
        else:
            self._body(block)
        self._last = block

    def finish(self) -> list[Atom]:
        """All atoms. A heading that nothing follows stays with what stands before it."""
        for index in range(len(self._atoms) - 1, 0, -1):
            atom = self._atoms[index]
            if not atom.heads:
                break
            if (
                not self._atoms[index - 1].heads
                and self._atoms[-1].end - self._atoms[index - 1].end <= self._limits.head
            ):
                self._atoms[index] = atom._replace(before=Break.GLUE)
        return self._atoms

    def _is_short(self, block: Block) -> bool:
        return block.end - block.start <= self._limits.head

    def _head(self, block: Block) -> None:
        self._enter(block)
        before = Break.HEADING if self._heads is None else Break.GLUE
        if self._heads is None or block.end - self._heads > self._limits.head:
            before = max(before, Break.WORD)
            self._heads = block.start
        self._atoms.append(Atom(block.start, block.end, before, self._names(), block.page, heads=True))

    def _enter(self, block: Block) -> None:
        level = max(1, block.level)
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        self._path.append((level, heading_name(self._text[block.start : block.end])))

    def _names(self) -> tuple[str, ...]:
        return tuple(name for _, name in self._path if name)

    def _body(self, block: Block) -> None:
        if block.kind == "heading":
            self._enter(block)
        below, header = _header(self._text, block, self._limits)
        path, before = self._names(), self._before(block)
        for start, end, inner in spans(
            self._text, block.start, block.end, _cuts(self._text, block), self._limits.piece
        ):
            best = inner if before is None else before
            self._atoms.append(Atom(start, end, best, path, block.page, header=header if start >= below else ""))
            before = None
        self._heads = None

    def _before(self, block: Block) -> Break | None:
        """The cut before a block that is no heading."""
        last = self._last
        if self._heads is not None:
            return Break.GLUE if block.start - self._heads <= self._limits.head + 2 else Break.BLOCK
        if block.kind == "heading":
            return Break.HEADING
        return Break.WORD if last is not None and self._runs_on(last, block) else Break.BLOCK

    def _runs_on(self, last: Block, block: Block) -> bool:
        """Whether a paragraph evidently goes on over the end of its page: unfinished there, in small letters here."""
        return (
            last.page != block.page
            and last.kind == block.kind == "paragraph"
            and self._text[block.start].islower()
            and sentences.unfinished(self._text[max(last.start, last.end - 8) : last.end])
        )


def _cuts(text: str, block: Block) -> Iterable[tuple[int, Break]]:
    """Where a block may be cut, in order."""
    start, end = block.start, block.end
    blank = ((match.end(), Break.ITEM) for match in _BLANK.finditer(text, start, end))
    if block.kind in {"paragraph", "heading"}:
        ends = ((at, Break.SENTENCE) for at in sentences.ends(text, start, end))
        return merge(blank, _unwrapped(text, start, end), ends)
    lines = ((match.end(), _line_break(text, match.end(), block)) for match in _LINE.finditer(text, start, end))
    if block.kind == "code":
        return merge(blank, lines)
    return merge(lines, ((at, Break.SENTENCE) for at in sentences.ends(text, start, end)))


def _line_break(text: str, at: int, block: Block) -> Break:
    """How good it is to cut before the line that begins at `at`; an indented one may belong to the item above it."""
    if block.kind == "code":
        return Break.LINE if text[at : at + 1].isspace() else Break.SENTENCE
    return Break.LINE if block.kind == "list" and _GOES_ON.match(text, at, at + 40) else Break.ITEM


def _unwrapped(text: str, start: int, end: int) -> Iterator[tuple[int, Break]]:
    """Ends of lines that are paragraphs by themselves, in a text that is not wrapped: a long line stands beside them.

    Nothing is cut behind a short line that is no sentence, since it most likely heads the next one.
    """
    stops = [match.end() for match in _LINE.finditer(text, start, end)]
    for at, stop, following in zip([start, *stops], stops, [*stops[1:], end], strict=False):
        if stop - at >= _LONG or (following - stop >= _LONG and not sentences.unfinished(text[at:stop])):
            yield stop, Break.ITEM


def _header(text: str, block: Block, limits: Limits) -> tuple[int, str]:
    """Where a table's first row ends, and that row on one line, bounded; nothing for what is no table."""
    if block.kind != "table":
        return block.end, ""
    below = text.find("\n", block.start, block.end)
    below = block.end if below < 0 else below
    return below, " ".join(text[block.start : min(below, block.start + limits.head)].split())


def heading_name(text: str) -> str:
    """A heading as it is named in a path: without marks of Markdown or wikis, on one line, bounded."""
    return " ".join(_UNDERLINE.sub("", text).split()).strip("#= ")[:_NAME].rstrip()
