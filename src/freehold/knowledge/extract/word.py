"""DOCX: the words of a Word document, with headings, lists and tables (ECMA-376 part 1, chapter 17).

Read here rather than by kreuzberg, whose version 4.10 drops ``&`` and its like from the text. What was deleted under
change tracking stays out. A Word file holds no pages: they come about where it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from freehold.knowledge.extract.draft import Draft
from freehold.knowledge.extract.package import MC, Package, W
from freehold.knowledge.model import Extracted

_HEADING_STYLE = re.compile(r"(?:heading|überschrift|titre|título|rubrik|kop|nagłówek|заголовок)\s*(\d)", re.IGNORECASE)
_BROKEN_LINE = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "-"}
_LEFT_OUT = frozenset({f"{W}del", f"{W}moveFrom", f"{W}rPr", f"{W}pPr", f"{W}instrText", f"{MC}Fallback"})
_NESTED = frozenset({f"{W}txbxContent"})
_CONTAINERS = frozenset({f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"})
_VALUE = f"{W}val"
_BODY_LEVEL = 9
"""The outline level that means body text."""


def read_docx(source: Path, media_type: str, characters: int, part_bytes: int) -> Extracted:
    """The document's text, then its notes; raises `Rejected` for one that is damaged."""
    with Package(source, part_bytes) as package:
        main = package.main() or "word/document.xml"
        relations = package.relations(main)
        parts = dict(relations.values())
        writer = _Writer(Draft(characters), _Styles(package.part(parts["styles"]) if "styles" in parts else None))
        body = package.required(main).find(f"{W}body")
        if body is not None:
            writer.blocks(body)
        for kind in ("footnotes", "endnotes"):
            if kind in parts and (notes := package.part(parts[kind])) is not None:
                for note in notes:
                    # The others are the lines that part notes from the text.
                    if note.get(f"{W}type") is None:
                        writer.blocks(note)
        writer.end_list()
        return writer.draft.finish(media_type, title=package.title())


class _Styles:
    """What a paragraph's style says of it."""

    def __init__(self, root: ET.Element | None) -> None:
        listed = root.findall(f"{W}style") if root is not None else []
        self._styles = {style.get(f"{W}styleId", ""): style for style in listed}

    def level(self, style: str | None) -> int:
        """The level of heading that a style stands for, 0 for none; a style takes after the one it is based on."""
        for found in self._ancestry(style):
            outline = found.find(f"{W}pPr/{W}outlineLvl")
            if outline is not None:
                return _outline(outline)
            name = _attribute(found.find(f"{W}name"))
            if name.casefold() == "title":
                return 1
            if heading := _HEADING_STYLE.fullmatch(name):
                return max(1, int(heading.group(1)))
        return 0

    def is_item(self, style: str | None) -> bool:
        return any(
            found.find(f"{W}pPr/{W}numPr") is not None or _attribute(found.find(f"{W}name")).startswith("List ")
            for found in self._ancestry(style)
        )

    def _ancestry(self, style: str | None) -> Iterator[ET.Element]:
        seen: set[str] = set()
        while style and style not in seen and style in self._styles:
            seen.add(style)
            yield self._styles[style]
            style = _attribute(self._styles[style].find(f"{W}basedOn"))


class _Writer:
    """Walks the document's blocks into a draft."""

    def __init__(self, draft: Draft, styles: _Styles) -> None:
        self.draft = draft
        self._styles = styles
        self._items: list[str] = []

    def blocks(self, parent: ET.Element) -> None:
        for element in parent:
            if self.draft.full:
                return
            if element.tag == f"{W}p":
                self._paragraph(element)
            elif element.tag == f"{W}tbl":
                self.end_list()
                self.draft.table([_cell_text(cell) for cell in _cells(row)] for row in _rows(element))
            elif element.tag in _CONTAINERS:
                self.blocks(element)

    def end_list(self) -> None:
        items, self._items = self._items, []
        self.draft.items(items)

    def _paragraph(self, element: ET.Element) -> None:
        text = "".join(_words(element)).strip()
        properties = element.find(f"{W}pPr")
        style = _attribute(properties.find(f"{W}pStyle")) if properties is not None else ""
        level = self._level(properties, style)
        numbering = properties.find(f"{W}numPr") if properties is not None else None
        if level:
            self.end_list()
            self.draft.heading(text, level)
        elif text and (_is_numbered(numbering) or (numbering is None and self._styles.is_item(style))):
            depth = _attribute(numbering.find(f"{W}ilvl")) if numbering is not None else "0"
            self._items.append("  " * min(8, int(depth) if depth.isdecimal() else 0) + "- " + text)
        elif text:
            self.end_list()
            self.draft.paragraph(text)
        for box in _boxes(element):
            self.end_list()
            self.blocks(box)

    def _level(self, properties: ET.Element | None, style: str) -> int:
        outline = properties.find(f"{W}outlineLvl") if properties is not None else None
        return _outline(outline) if outline is not None else self._styles.level(style)


def _is_numbered(numbering: ET.Element | None) -> bool:
    """Number 0 takes a paragraph out of the list that its style puts it in."""
    return numbering is not None and _attribute(numbering.find(f"{W}numId")) != "0"


def _attribute(element: ET.Element | None) -> str:
    return element.get(_VALUE, "") if element is not None else ""


def _outline(element: ET.Element) -> int:
    value = _attribute(element)
    level = int(value) if value.isdecimal() and len(value) == 1 else _BODY_LEVEL
    return 0 if level == _BODY_LEVEL else level + 1


def _words(element: ET.Element) -> Iterator[str]:
    """The characters of a paragraph, without those of the text boxes anchored in it."""
    for child in element:
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in _BROKEN_LINE:
            yield _BROKEN_LINE[child.tag]
        elif child.tag not in _LEFT_OUT and child.tag not in _NESTED:
            yield from _words(child)


def _boxes(element: ET.Element) -> Iterator[ET.Element]:
    for child in element:
        if child.tag in _NESTED:
            yield child
        elif child.tag not in _LEFT_OUT:
            yield from _boxes(child)


def _rows(table: ET.Element) -> Iterator[ET.Element]:
    for child in table:
        if child.tag == f"{W}tr":
            yield child
        elif child.tag in _CONTAINERS:
            yield from _rows(child)


def _cells(row: ET.Element) -> Iterator[ET.Element]:
    for child in row:
        if child.tag == f"{W}tc":
            yield child
        elif child.tag in _CONTAINERS:
            yield from _cells(child)


def _cell_text(cell: ET.Element) -> str:
    """All paragraphs of a cell, those of tables within it among them."""
    return " ".join("".join(_words(paragraph)) for paragraph in cell.iter(f"{W}p"))
