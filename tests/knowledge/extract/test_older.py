from __future__ import annotations

from pathlib import Path

import pytest

from freehold.knowledge.extract.found import Rejected
from freehold.knowledge.extract.older import read_older
from support.documents import zipped
from support.extracted import pieces

ODT = "application/vnd.oasis.opendocument.text"
NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (("office", "office"), ("text", "text"), ("table", "table"))
)


def test_open_document_text(tmp_path: Path) -> None:
    content = (
        f"<office:document-content {NAMES}><office:body><office:text><text:h text:outline-level='2'>Leave</text:h>"
        "<text:p>Twenty-five days.</text:p><text:list><text:list-item><text:p>one</text:p></text:list-item>"
        "<text:list-item><text:p>two</text:p></text:list-item></text:list><text:p>And</text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
        "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table></office:text></office:body></office:document-content>"
    )
    source = tmp_path / "a.odt"
    source.write_bytes(zipped({"mimetype": ODT, "content.xml": content}))
    assert pieces(read_older(source, ODT, 1000)) == [
        ("heading2", "Leave"),
        ("paragraph", "Twenty-five days."),
        ("list", "- one\n- two"),
        ("paragraph", "And"),
        ("table", "a | b"),
    ]


def test_rich_text(tmp_path: Path) -> None:
    source = tmp_path / "a.rtf"
    source.write_bytes(rb"{\rtf1\ansi Twenty-five days.\par More.}")
    assert "Twenty-five days." in read_older(source, "application/rtf", 1000).text


def test_damage_is_told(tmp_path: Path) -> None:
    source = tmp_path / "a.odt"
    source.write_bytes(b"PK\x03\x04")
    with pytest.raises(Rejected, match="damaged"):
        read_older(source, ODT, 1000)
