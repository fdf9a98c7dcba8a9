"""What must hold of every text that was read from a file, and reading one from bytes."""

from __future__ import annotations

from pathlib import Path

from freehold.knowledge.extract import Bounds, Found, Unreadable, extract
from freehold.knowledge.model import Extracted


def read(folder: Path, name: str, body: bytes, *, ocr: bool = False, bounds: Bounds | None = None) -> list[Found]:
    """All that is found in a file of these bytes; each text is checked."""
    source = folder / "source"
    source.write_bytes(body)
    found = list(extract(source, name, ocr=ocr, bounds=bounds or Bounds()))
    for one in found:
        if isinstance(one.outcome, Extracted):
            check(one.outcome)
    return found


def read_one(folder: Path, name: str, body: bytes, *, bounds: Bounds | None = None) -> Extracted:
    """The text of the only thing found."""
    (found,) = read(folder, name, body, bounds=bounds)
    assert isinstance(found.outcome, Extracted), found.outcome
    return found.outcome


def reason(folder: Path, name: str, body: bytes, *, ocr: bool = False, bounds: Bounds | None = None) -> str:
    """Why the only thing found cannot be read."""
    (found,) = read(folder, name, body, ocr=ocr, bounds=bounds)
    assert isinstance(found.outcome, Unreadable), found.outcome
    return found.outcome.reason


def pieces(extracted: Extracted) -> list[tuple[str, str]]:
    """Kind and text of each block; a heading's kind has its level."""
    check(extracted)
    return [
        (block.kind + (str(block.level) if block.kind == "heading" else ""), extracted.text[block.start : block.end])
        for block in extracted.blocks
    ]


def check(extracted: Extracted) -> None:
    """Blocks in order, none empty, only white space between them, pages that never go back, storable characters."""
    text, end, page = extracted.text, 0, 0
    for block in extracted.blocks:
        assert end <= block.start < block.end <= len(text)
        assert not text[end : block.start].strip()
        assert text[block.start : block.end].strip()
        assert (block.level >= 1) == (block.kind == "heading")
        if block.page is not None:
            assert 1 <= page <= block.page or page == 0
            assert extracted.pages is not None
            assert 1 <= block.page <= extracted.pages
            page = block.page
        end = block.end
    assert not text[end:].strip()
    assert "\0" not in text
    assert "\r" not in text
    text.encode()
