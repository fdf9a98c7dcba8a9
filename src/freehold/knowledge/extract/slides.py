"""PPTX: slides as pages, each with its title as heading, its text, tables and notes (ECMA-376 part 1, chapter 19)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from freehold.knowledge.extract.draft import Draft
from freehold.knowledge.extract.package import MC, RELATION, A, P, Package
from freehold.knowledge.model import Extracted

_TITLES = frozenset({"title", "ctrTitle"})
_FURNITURE = frozenset({"dt", "ftr", "hdr", "sldNum", "sldImg"})
"""Date, footer, header, number and the picture of the slide: the same on every page."""
_BROKEN_LINE = f"{A}br"


def read_pptx(source: Path, media_type: str, characters: int, part_bytes: int) -> Extracted:
    """The slides in the order in which they are shown; raises `Rejected` for a file that is damaged."""
    draft, title = Draft(characters), ""
    with Package(source, part_bytes) as package:
        main = package.main() or "ppt/presentation.xml"
        relations = package.relations(main)
        listed = package.required(main).findall(f"{P}sldIdLst/{P}sldId")
        slides = [relations.get(slide.get(f"{RELATION}id", ""), ("", ""))[1] for slide in listed]
        for number, name in enumerate(slides, 1):
            draft.page = number
            heading = _slide(package, name, number, draft)
            title = title or heading
        return draft.finish(media_type, title=package.title() or title, pages=len(slides))


def _slide(package: Package, name: str, number: int, draft: Draft) -> str:
    """Add one slide; returns its own title."""
    shapes = list(_shapes(package.required(name)))
    title = next((shape for shape in shapes if _placeholder(shape) in _TITLES and _text(shape)), None)
    heading = " ".join(_text(title).split()) if title is not None else ""
    # A slide without a title gets a heading too, or it would seem to belong to the one before it.
    draft.heading(heading or f"Slide {number}", 1)
    for shape in shapes:
        if shape is not title and _placeholder(shape) not in _FURNITURE:
            _shape(shape, draft)
    for kind, target in package.relations(name).values():
        if kind == "notesSlide" and (notes := package.part(target)) is not None:
            for shape in _shapes(notes):
                if _placeholder(shape) not in _FURNITURE:
                    _shape(shape, draft)
    return heading


def _shapes(parent: ET.Element) -> Iterator[ET.Element]:
    """Shapes and frames of tables, in the order in which they are drawn, out of groups and alternatives."""
    for child in parent:
        if child.tag in {f"{P}sp", f"{P}graphicFrame"}:
            yield child
        elif child.tag != f"{MC}Fallback":
            yield from _shapes(child)


def _placeholder(shape: ET.Element) -> str:
    found = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
    return found.get("type", "body") if found is not None else ""


def _shape(shape: ET.Element, draft: Draft) -> None:
    tables = list(shape.iter(f"{A}tbl"))
    for table in tables:
        draft.table(
            [" ".join("".join(_words(paragraph)) for paragraph in cell.iter(f"{A}p")) for cell in row.iter(f"{A}tc")]
            for row in table.iter(f"{A}tr")
        )
    if not tables:
        draft.paragraph(_text(shape))


def _text(shape: ET.Element) -> str:
    return "\n".join(filter(None, ("".join(_words(paragraph)).strip() for paragraph in shape.iter(f"{A}p"))))


def _words(paragraph: ET.Element) -> Iterator[str]:
    for element in paragraph.iter():
        if element.tag == f"{A}t":
            yield element.text or ""
        elif element.tag == _BROKEN_LINE:
            yield "\n"
