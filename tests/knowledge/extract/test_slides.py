from __future__ import annotations

from pathlib import Path

import pytest

from freehold.knowledge.extract.bounds import MIB
from freehold.knowledge.extract.found import Rejected
from freehold.knowledge.extract.slides import read_pptx
from freehold.knowledge.model import Extracted
from support.documents import pptx, zipped
from support.extracted import pieces


def of(folder: Path, body: bytes) -> Extracted:
    source = folder / "a.pptx"
    source.write_bytes(body)
    return read_pptx(source, "x/pptx", 10_000, MIB)


def test_a_slide_is_a_page_under_its_title(tmp_path: Path) -> None:
    extracted = of(tmp_path, pptx([("Q1 & Q2", ["up", "again", [["a", "b"], ["1", "2"]]]), ("", ["second"])]))
    assert pieces(extracted) == [
        ("heading1", "Q1 & Q2"),
        ("paragraph", "up\nagain"),
        ("table", "a | b\n1 | 2"),
        ("heading1", "Slide 2"),
        ("paragraph", "second"),
    ]
    assert [block.page for block in extracted.blocks] == [1, 1, 1, 2, 2]
    assert (extracted.pages, extracted.title) == (2, "Q1 & Q2")


def test_the_title_among_the_properties_comes_first(tmp_path: Path) -> None:
    assert of(tmp_path, pptx([("One", [])], title="Deck")).title == "Deck"


def test_slides_come_in_the_order_in_which_they_are_shown(tmp_path: Path) -> None:
    extracted = of(tmp_path, pptx([(f"S{number}", []) for number in range(1, 13)]))
    assert [text for _, text in pieces(extracted)] == [f"S{number}" for number in range(1, 13)]


def test_notes_belong_to_their_slide(tmp_path: Path) -> None:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(pptx([("One", ["body"])]))) as archive:
        parts: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    slide = str(parts["ppt/slides/slide1.xml"], "utf-8")  # type: ignore[arg-type]
    parts["ppt/notesSlides/n.xml"] = slide.replace("p:sld", "p:notes").replace("body</a:t>", "said aloud</a:t>")
    parts["ppt/slides/_rels/slide1.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="n" Type="t/notesSlide" Target="../notesSlides/n.xml"/></Relationships>'
    )
    assert ("paragraph", "said aloud") in pieces(of(tmp_path, zipped(parts)))


def test_a_missing_slide_is_damage(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="damaged"):
        of(tmp_path, zipped({"ppt/slides/slide1.xml": "<x/>"}))
