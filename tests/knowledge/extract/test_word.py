from __future__ import annotations

from pathlib import Path

import pytest

from freehold.knowledge.extract.bounds import MIB
from freehold.knowledge.extract.found import Rejected
from freehold.knowledge.extract.word import read_docx
from freehold.knowledge.model import Extracted
from support.documents import docx, zipped
from support.extracted import pieces

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def of(folder: Path, body: bytes) -> Extracted:
    source = folder / "a.docx"
    source.write_bytes(body)
    return read_docx(source, "x/docx", 10_000, MIB)


def bare(folder: Path, body: str, **parts: str) -> list[tuple[str, str]]:
    document = f"<w:document {NAMESPACE}><w:body>{body}</w:body></w:document>"
    return pieces(of(folder, zipped({"word/document.xml": document, **parts})))


def test_headings_lists_tables_and_words_in_their_order(tmp_path: Path) -> None:
    parts = ["# Leave", "25 days & <more> é", "- one", "- two", [["a", "b"], ["1", ""]], "## Sub", "end"]
    extracted = of(tmp_path, docx(parts, title="Handbook"))
    assert extracted.title == "Handbook"
    assert pieces(extracted) == [
        ("heading1", "Leave"),
        ("paragraph", "25 days & <more> é"),
        ("list", "- one\n- two"),
        ("table", "a | b\n1"),
        ("heading2", "Sub"),
        ("paragraph", "end"),
    ]


def test_without_a_title_the_first_heading_is_it(tmp_path: Path) -> None:
    assert of(tmp_path, docx(["# Leave", "x"])).title == "Leave"


def test_what_was_deleted_or_is_an_instruction_is_not_read(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>We </w:t></w:r><w:del><w:r><w:delText>never</w:delText><w:t>no</w:t></w:r></w:del>"
        "<w:ins><w:r><w:t>always</w:t></w:r></w:ins><w:r><w:instrText>PAGE</w:instrText><w:tab/><w:t>pay</w:t><w:br/>"
        "<w:t>well</w:t></w:r></w:p>"
    )
    assert bare(tmp_path, body) == [("paragraph", "We always\tpay\nwell")]


def test_controls_and_text_boxes_are_read(tmp_path: Path) -> None:
    body = (
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>in a control</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:p><w:r><w:t>outside</w:t><w:pict><w:txbxContent><w:p><w:r><w:t>in a box</w:t></w:r></w:p></w:txbxContent>"
        "</w:pict></w:r></w:p>"
    )
    assert [text for _, text in bare(tmp_path, body)] == ["in a control", "outside", "in a box"]


def test_a_style_takes_after_the_one_it_is_based_on(tmp_path: Path) -> None:
    styles = (
        f'<w:styles {NAMESPACE}><w:style w:styleId="H"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:styleId="Own"><w:name w:val="Ours"/><w:basedOn w:val="H"/></w:style>'
        '<w:style w:styleId="L"><w:name w:val="Loop"/><w:basedOn w:val="L"/></w:style></w:styles>'
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    relations = (
        f'<Relationships xmlns="{package}"><Relationship Id="r" Type="x/styles" Target="styles.xml"/></Relationships>'
    )
    body = (
        '<w:p><w:pPr><w:pStyle w:val="Own"/></w:pPr><w:r><w:t>Head</w:t></w:r></w:p>'
        '<w:p><w:pPr><w:pStyle w:val="L"/></w:pPr><w:r><w:t>words</w:t></w:r></w:p>'
    )
    parts = {"word/styles.xml": styles, "word/_rels/document.xml.rels": relations}
    assert bare(tmp_path, body, **parts) == [("heading2", "Head"), ("paragraph", "words")]


@pytest.mark.parametrize("document", ["", "<w:document", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"])
def test_a_damaged_or_hostile_part_is_refused(tmp_path: Path, document: str) -> None:
    with pytest.raises(Rejected, match=r"[Ss]ave it again"):
        of(tmp_path, zipped({"word/document.xml": document}))
