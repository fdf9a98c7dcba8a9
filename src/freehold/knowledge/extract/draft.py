"""Puts a text together from its pieces, for formats that do not hold it in one piece."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from freehold.knowledge.extract.clean import clean
from freehold.knowledge.model import Block, BlockKind, Extracted

CELL_PARTING = " | "
_BLOCK_PARTING = "\n\n"


class Draft:
    """Collects blocks in reading order. A piece that is only white space is passed over."""

    def __init__(self, characters: int) -> None:
        """`characters`: how long the text may become; what goes beyond is left out with a note."""
        self._left = characters
        self._pieces: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0
        self._notes: list[str] = []
        self._cut = False
        self.page: int | None = None
        """The page of what is added next. It may only grow."""

    def heading(self, text: str, level: int) -> None:
        """Add a heading, of one line; `level` is from 1."""
        self._add("heading", one_line(text), max(1, level))

    def paragraph(self, text: str) -> None:
        self._add("paragraph", text)

    def code(self, text: str) -> None:
        self._add("code", text)

    def items(self, items: Sequence[str]) -> None:
        """Add a list, an item a line; each item says itself how it is marked and indented."""
        self._add("list", "\n".join(item for item in items if item.strip()))

    def table(self, rows: Iterable[Sequence[str]]) -> None:
        """Add a table. Rows without any text are left out, as are empty cells at a row's end."""
        self._add("table", "\n".join(filter(None, map(row_line, rows))))

    def block(self, kind: BlockKind, text: str, level: int = 0) -> None:
        """Add a block of any kind, its text as it is."""
        self._add(kind, text, level)

    def append(self, other: Extracted) -> None:
        """Add what was read elsewhere, on the present page."""
        for block in other.blocks:
            self._add(block.kind, other.text[block.start : block.end], block.level)
        self._notes.extend(other.notes)

    def note(self, sentence: str) -> None:
        """Say what could not be read."""
        if sentence not in self._notes:
            self._notes.append(sentence)

    @property
    def empty(self) -> bool:
        return not self._blocks

    @property
    def full(self) -> bool:
        """Whether the bound is reached, so that a reader may stop."""
        return self._cut

    def first_heading(self) -> str:
        """The text of the first heading of level 1, or nothing."""
        found = next((block for block in self._blocks if block.kind == "heading" and block.level == 1), None)
        return "" if found is None else "".join(self._pieces)[found.start : found.end]

    def finish(self, media_type: str, *, title: str = "", pages: int | None = None) -> Extracted:
        """The text and its blocks. Without `title`, the first heading of level 1 is the title."""
        return Extracted(
            text="".join(self._pieces),
            blocks=tuple(self._blocks),
            media_type=media_type,
            title=one_line(clean(title)) or self.first_heading(),
            pages=pages,
            notes=tuple(self._notes),
        )

    def _add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        # White space at the beginning means something in code, and in a table whose first cell is empty.
        text = clean(text).strip("\n").rstrip() if kind in {"code", "table"} else clean(text).strip()
        if self._cut or not text.strip():
            return
        if len(text) > self._left:
            text = text[: self._left].rstrip()
            self._cut = True
            self.note(f"Only the first {self._length + len(text):,} characters were read; split the file to have all.")
            if not text:
                return
        if self._pieces:
            self._pieces.append(_BLOCK_PARTING)
            self._length += len(_BLOCK_PARTING)
        self._blocks.append(Block(kind, self._length, self._length + len(text), level=level, page=self.page))
        self._pieces.append(text)
        self._length += len(text)
        self._left = max(0, self._left - len(text) - len(_BLOCK_PARTING))


def row_line(cells: Sequence[str]) -> str:
    """A row of a table as one line, empty when no cell has text."""
    texts = [one_line(clean(cell)) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return CELL_PARTING.join(texts)


def one_line(text: str) -> str:
    """The words with single spaces between them."""
    return re.sub(r"\s+", " ", text).strip()
