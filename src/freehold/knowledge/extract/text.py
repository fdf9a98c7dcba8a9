"""Plain text, as it is: a paragraph ends at an empty line."""

from __future__ import annotations

from collections.abc import Iterator

from freehold.knowledge.extract.charset import decode
from freehold.knowledge.model import Block, BlockKind, Extracted


def within(text: str, characters: int) -> tuple[str, tuple[str, ...]]:
    """The text up to its bound, at the end of a line where one is near, and the note that it was cut."""
    if len(text) <= characters:
        return text, ()
    end = text.rfind("\n", characters // 2, characters)
    cut = text[: end if end > 0 else characters]
    return cut, (f"Only the first {len(cut):,} characters were read; split the file to have all.",)


def opened(data: bytes, characters: int) -> tuple[str, tuple[str, ...]]:
    """The decoded text within its bound, and notes."""
    text, guessed = decode(data)
    text, notes = within(text, characters)
    return text, (guessed, *notes) if guessed else notes


def read_text(data: bytes, media_type: str, characters: int) -> Extracted:
    """The file's own text, with a block for each paragraph."""
    text, notes = opened(data, characters)
    return Extracted(text=text, blocks=tuple(paragraphs(text)), media_type=media_type, notes=notes)


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line with where it begins, its newline left out."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, text[start:end]
        start = end + 1


def paragraphs(text: str, kind: BlockKind = "paragraph") -> Iterator[Block]:
    """The runs of lines between empty ones."""
    start = end = -1
    for at, line in lines(text):
        if not line.strip():
            if start >= 0:
                yield Block(kind, start, end)
            start = -1
            continue
        if start < 0:
            start = at + len(line) - len(line.lstrip())
        end = at + len(line.rstrip())
    if start >= 0:
        yield Block(kind, start, end)


def whole(text: str, kind: BlockKind) -> tuple[Block, ...]:
    """One block of all that is not white space at either end, where a line's indentation counts as its own."""
    end = len(text.rstrip())
    if not end:
        return ()
    first = len(text) - len(text.lstrip())
    return (Block(kind, text.rfind("\n", 0, first) + 1, end),)
