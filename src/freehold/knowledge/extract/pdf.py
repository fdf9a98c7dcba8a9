"""PDF: the text of each page as it stands there, with headings, lists and tables marked where they were made out.

The text is that of the page, line by line. kreuzberg's guess at the structure only says where a block begins: its own
wording is not used, since it mends ligatures where there are none and drops addresses in angle brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from freehold.knowledge.extract.clean import clean
from freehold.knowledge.extract.draft import Draft, row_line
from freehold.knowledge.extract.found import Rejected
from freehold.knowledge.extract.kreuzberg_reader import nodes, page_image, parsed, title_of
from freehold.knowledge.model import BlockKind, Extracted

_SOFT_HYPHEN = "\x02"
"""What PDFium puts for the hyphen at which a word was broken."""
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_HEADING_LINES = 3
_HEADING_CHARACTERS = 200
_LEADERS = re.compile(r"(?:\.[ \t]*){4}")
"""The dots of a table of contents, whose lines look like headings and are none."""
_KINDS: Mapping[str, BlockKind] = {
    "title": "heading",
    "heading": "heading",
    "paragraph": "paragraph",
    "list_item": "list",
    "code": "code",
}
_MARKER = re.compile(r"\s*(?:[-*•‣▪●○■□◦–—·⁃]|\(?\d{1,3}[.)]|\(?[A-Za-z][.)])\s")
"""How an item begins; without it, a short last line of a paragraph may be taken for one."""
_DPI = 200

Recognise = Callable[[bytes], str]
"""Reads the characters in a picture."""

Start = tuple[BlockKind, int, int]
"""Kind and level of the block that begins at a line, and how many lines it has at most (0: up to the next start)."""


def read_pdf(source: Path, media_type: str, characters: int, recognise: Recognise | None) -> Extracted:
    """The pages in order. A page without text is recognised where `recognise` is given, else named in a note."""
    result = parsed(source, media_type)
    structure: dict[int, list[Mapping[str, Any]]] = {}
    for node in nodes(result):
        structure.setdefault(node["page"] or 0, []).append(node)
    draft, scanned = Draft(characters), []
    pages = result.pages or []
    for page in pages:
        number = draft.page = page["page_number"]
        text = _page_text(page["content"])
        if text.strip():
            _add_page(draft, text.split("\n"), structure.get(number, []), [table.cells for table in page["tables"]])
        elif recognise is not None and not draft.full:
            draft.paragraph(recognise(page_image(source, number, _DPI)))
        else:
            scanned.append(number)
    if draft.empty:
        raise Rejected(_without_text(len(pages), recognised=recognise is not None))
    if scanned and not draft.full:
        draft.note(f"{_named(scanned)} without text, perhaps scanned; add the file with OCR to have them read.")
    return draft.finish(media_type, title=title_of(result), pages=len(pages))


def _without_text(pages: int, *, recognised: bool) -> str:
    if not pages:
        return "The file has no pages."
    if recognised:
        return "No page holds text, and no characters could be recognised in their pictures."
    return "No page holds text: they are perhaps scans, which are read when the file is added with OCR."


def _named(pages: Sequence[int]) -> str:
    """``Page 2 is``, ``Pages 2, 5-7 are``."""
    runs = [[pages[0], pages[0]]]
    for before, page in pairwise(pages):
        if page == before + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    named = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
    return f"Page {named} is" if len(pages) == 1 else f"Pages {named} are"


def _page_text(content: str) -> str:
    return _CONTROL.sub("", clean(content.replace(_SOFT_HYPHEN, "")))


def _add_page(
    draft: Draft,
    lines: Sequence[str],
    structure: Sequence[Mapping[str, Any]],
    tables: Sequence[Sequence[Sequence[str]]],
) -> None:
    rows = {_key(" ".join(row)): row_line(row) for table in tables for row in table}
    starts = _starts(lines, structure)
    at = 0
    while at < len(lines):
        if _key(lines[at]) in rows and rows[_key(lines[at])]:
            end = _while(lines, at, lambda line: _key(line) in rows)
            draft.block("table", "\n".join(rows[_key(line)] for line in lines[at:end]))
        else:
            kind, level, length = starts.get(at, ("paragraph", 0, 0))
            end = _end(lines, at, starts, rows, kind, length)
            _add(draft, kind, level, lines[at:end])
        at = end


def _add(draft: Draft, kind: BlockKind, level: int, lines: Sequence[str]) -> None:
    if kind == "heading":
        draft.heading(" ".join(lines), level)
    else:
        draft.block(kind, "\n".join(lines))


def _while(lines: Sequence[str], at: int, holds: Callable[[str], bool]) -> int:
    while at < len(lines) and holds(lines[at]):
        at += 1
    return at


def _end(
    lines: Sequence[str], at: int, starts: Mapping[int, Start], rows: Mapping[str, str], kind: BlockKind, length: int
) -> int:
    """The line after the block that begins at line `at`. Items of one list stay together."""
    limit = min(len(lines), at + length) if length else len(lines)
    end = at + 1
    while end < limit and lines[end].strip() and _key(lines[end]) not in rows:
        if end in starts and not (kind == "list" and starts[end][0] == "list"):
            break
        end += 1
    return end


def _starts(lines: Sequence[str], structure: Sequence[Mapping[str, Any]]) -> dict[int, Start]:
    """The lines at which the nodes of the structure begin, found by their first lines, in order."""
    keys = [_key(line) for line in lines]
    starts: dict[int, Start] = {}
    after = 0
    for node in structure:
        kind = _KINDS.get(node["node_type"])
        own = [key for key in map(_key, (node.get("text") or "").split("\n")) if key]
        if kind is None or not own or own[0] not in keys[after:]:
            continue
        at = keys.index(own[0], after)
        if kind == "list" and not _MARKER.match(lines[at]):
            continue
        length = 0
        if kind == "heading":
            length = len(own)
            if not _is_heading(node["text"], lines[at : at + length]):
                kind, length = "paragraph", 0
        starts[at] = (kind, int(node.get("level") or 1) if kind == "heading" else 0, length)
        after = at + 1
    return starts


def _is_heading(text: str, lines: Sequence[str]) -> bool:
    return (
        len(lines) <= _HEADING_LINES
        and len(text) <= _HEADING_CHARACTERS
        and not _LEADERS.search(text)
        and _key(text) == _key(" ".join(lines))
    )


def _key(line: str) -> str:
    """What is compared: letters and digits alone, so that spaces and hyphens may differ."""
    return "".join(filter(str.isalnum, line))
