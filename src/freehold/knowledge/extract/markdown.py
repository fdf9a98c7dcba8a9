"""Markdown, as it is: the file's own text, with its blocks found by the rules of CommonMark.

Only what tells blocks apart is read (CommonMark 0.31, chapters 4 and 5, and GitHub's tables); marks within a line stay,
so that what is cited stands in the file. A heading's block holds its marks too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from freehold.knowledge.extract.text import lines, opened
from freehold.knowledge.model import Block, BlockKind, Extracted

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]|$)")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
_DELIMITER = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_INDENTED = re.compile(r" {4}|\t")
_FRONT_TITLE = re.compile(r"""title\s*[:=]\s*(["']?)(.*?)\1\s*$""")

Line = tuple[int, str]
"""Where it begins, and its characters."""


def read_markdown(data: bytes, media_type: str, characters: int) -> Extracted:
    """The file's own text; its title is the front matter's, else the first heading of level 1."""
    text, notes = opened(data, characters)
    blocks, title = [], ""
    for block in blocks_of(text):
        blocks.append(block)
        if not title and block.kind == "heading" and block.level == 1:
            title = heading_text(text[block.start : block.end])
    return Extracted(
        text=text, blocks=tuple(blocks), media_type=media_type, title=_front_title(text) or title, notes=notes
    )


def heading_text(block: str) -> str:
    """What a heading says, without its marks."""
    first, _, rest = block.partition("\n")
    if rest and _UNDERLINE.match(block.rsplit("\n", 1)[-1]):
        return " ".join(block.rsplit("\n", 1)[0].split())
    return re.sub(r"[ \t]+#+[ \t]*$", "", re.sub(r"^ {0,3}#{1,6}", "", first)).strip()


def blocks_of(text: str) -> Iterator[Block]:
    """The blocks, in order; each ends with the last of its lines that is not empty."""
    rows = list(lines(text))
    at = _front_matter(rows)
    if at:
        yield _block("code", rows[:at])
    while at < len(rows):
        if not rows[at][1].strip():
            at += 1
            continue
        kind, level, end = _next(rows, at)
        yield _block(kind, rows[at:end], level)
        at = end


def _block(kind: BlockKind, rows: Sequence[Line], level: int = 0) -> Block:
    filled = [row for row in rows if row[1].strip()]
    start, first = filled[0]
    end, last = filled[-1]
    if kind != "code":
        start += len(first) - len(first.lstrip())
    return Block(kind, start, end + len(last.rstrip()), level=level)


def _next(rows: Sequence[Line], at: int) -> tuple[BlockKind, int, int]:
    """The kind and level of the block that begins at row `at`, and the row after it."""
    line = rows[at][1]
    if fence := _FENCE.match(line):
        return "code", 0, _after_fence(rows, at, fence.group(1))
    if heading := _HEADING.match(line):
        return "heading", len(heading.group(1)), at + 1
    if _RULE.match(line):
        return "paragraph", 0, at + 1
    if _ITEM.match(line):
        return "list", 0, _after_list(rows, at)
    if _INDENTED.match(line):
        return "code", 0, _after_indented(rows, at)
    if "|" in line and _begins_table(rows, at):
        return "table", 0, _after_table(rows, at)
    return _paragraph(rows, at)


def _paragraph(rows: Sequence[Line], at: int) -> tuple[BlockKind, int, int]:
    """A paragraph, or a heading when it is underlined."""
    end = at + 1
    while end < len(rows):
        line = rows[end][1]
        if underline := _UNDERLINE.match(line):
            return "heading", 1 if underline.group(1)[0] == "=" else 2, end + 1
        if not line.strip() or _interrupts(line):
            break
        end += 1
    return "paragraph", 0, end


def _interrupts(line: str) -> bool:
    """Whether a line ends the paragraph before it without an empty line between them."""
    return any(pattern.match(line) for pattern in (_FENCE, _HEADING, _RULE, _ITEM))


def _after_fence(rows: Sequence[Line], at: int, fence: str) -> int:
    closing = re.compile(rf" {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$")
    return next((row + 1 for row in range(at + 1, len(rows)) if closing.match(rows[row][1])), len(rows))


def _after_indented(rows: Sequence[Line], at: int) -> int:
    while at < len(rows) and (not rows[at][1].strip() or _INDENTED.match(rows[at][1])):
        at += 1
    return at


def _after_list(rows: Sequence[Line], at: int) -> int:
    """Past the items and what is indented below them; a line after an empty one ends the list unless it is either."""
    loose, fence = False, None
    for row in range(at + 1, len(rows)):
        line = rows[row][1]
        if fence is not None:
            # A line of code within an item may look like anything.
            fence = None if line.strip().startswith(fence) and not line.strip().strip(fence[0]) else fence
        elif not line.strip():
            loose = True
        elif _RULE.match(line) or _HEADING.match(line):
            return row
        elif _ITEM.match(line) or line[0] in " \t":
            loose = False
            opening = _FENCE.match(line.lstrip())
            fence = opening.group(1) if opening else None
        elif loose or _FENCE.match(line):
            return row
    return len(rows)


def _begins_table(rows: Sequence[Line], at: int) -> bool:
    following = rows[at + 1][1] if at + 1 < len(rows) else ""
    return "|" in following and _DELIMITER.match(following) is not None


def _after_table(rows: Sequence[Line], at: int) -> int:
    while at < len(rows) and "|" in rows[at][1]:
        at += 1
    return at


def _front_matter(rows: Sequence[Line]) -> int:
    """How many rows the front matter takes, its fences of ``---`` or ``+++`` among them."""
    if not rows or rows[0][1].rstrip() not in {"---", "+++"}:
        return 0
    closing = {rows[0][1].rstrip(), "..."} if rows[0][1].startswith("---") else {"+++"}
    end = next((row for row in range(1, len(rows)) if rows[row][1].rstrip() in closing), 0)
    # A rule at the top of a page is no front matter: what stands between must look like settings.
    return end + 1 if end and re.match(r"[\w-]+\s*[:=]", rows[1][1]) else 0


def _front_title(text: str) -> str:
    rows = list(lines(text[: 64 * 1024]))
    for _, line in rows[: _front_matter(rows)]:
        if found := _FRONT_TITLE.match(line):
            return found.group(2).strip()
    return ""
