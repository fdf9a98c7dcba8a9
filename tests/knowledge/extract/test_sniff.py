from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.knowledge.extract.found import Rejected
from freehold.knowledge.extract.sniff import Sniffed, _text, sniff
from support.documents import docx, eml, pdf, picture, pptx, xlsx, zipped


def of(folder: Path, name: str, body: bytes, media_type: str | None = None) -> Sniffed:
    source = folder / "source"
    source.write_bytes(body)
    return sniff(source, name, media_type)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("pdf", pdf(["x"])),
        ("pdf", b"\n\n junk before\n%PDF-1.4\n"),
        ("docx", docx(["x"])),
        ("pptx", pptx([("x", [])])),
        ("xlsx", xlsx({"x": [["y"]]})),
        ("zip", zipped({"a.docx": docx(["x"])})),
        ("image", picture("HELLO")),
        ("image", b"\xff\xd8\xff\xe0 jpeg"),
        ("older", b"{\\rtf1 x}"),
        ("older", zipped({"mimetype": "application/epub+zip"})),
        ("older", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "WordDocument".encode("utf-16-le")),
        ("html", b"\xef\xbb\xbf <!DOCTYPE HTML><p>x"),
        ("html", b"<?xml version='1.0'?><!-- c --><html>"),
        ("mail", eml("S", "x")),
        ("text", b"From: here\nto there"),
        ("text", b"A PDF begins with %PDF-1.7 and a line end."),
        ("text", "naïve\n".encode()),
        ("text", "naïve\n".encode("utf-16")),
    ],
)
@pytest.mark.parametrize("name", ["misleading.txt", "none"])
def test_content_decides_over_the_name(tmp_path: Path, kind: str, body: bytes, name: str) -> None:
    assert of(tmp_path, name, body).kind == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.md", "markdown"),
        ("a.MARKDOWN", "markdown"),
        ("a.csv", "csv"),
        ("a.htm", "html"),
        ("a.eml", "text"),
        ("a.pdf", "text"),
        ("d.md/a", "text"),
        ("a.py", "code"),
        ("a.svg", "code"),
    ],
)
def test_the_name_decides_between_kinds_of_text(tmp_path: Path, name: str, kind: str) -> None:
    assert of(tmp_path, name, b"only words here").kind == kind


def test_the_media_type_decides_where_the_name_says_nothing(tmp_path: Path) -> None:
    assert of(tmp_path, "file", b"a,b", "Text/CSV; header=present").kind == "csv"
    assert of(tmp_path, "file.md", b"a,b", "text/csv").kind == "markdown"
    assert of(tmp_path, "file.py", b"a,b", "text/html").kind == "code"


def test_a_new_document_in_an_old_shell_is_an_encrypted_one(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="encrypted"):
        of(tmp_path, "a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


def test_code_knows_its_language(tmp_path: Path) -> None:
    assert of(tmp_path, "x/run", b"#!/bin/sh\n").language == "bash"
    # Source that holds a page is still source.
    assert of(tmp_path, "page.php", b"<!doctype html><?php").language == "php"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"\x1f\x8b\x08", "a gzip file"),
        (bytes(257) + b"ustar", "a tar archive"),
        (b"\x7fELF\x02\x01\x01" + bytes(500), "holds no text"),
        (b"text" * 100 + b"\0" + b"text", "holds no text"),
        (bytes(range(1, 32)) * 9, "holds no text"),
        (b"PK\x03\x04 and no more", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "older office program"),
    ],
)
def test_what_is_never_read_says_what_it_is(tmp_path: Path, body: bytes, reason: str) -> None:
    with pytest.raises(Rejected, match=reason):
        of(tmp_path, "a.txt", body)


@given(st.text(min_size=1, max_size=200).filter(lambda text: "\0" not in text and text.isprintable()))
def test_printable_text_is_never_taken_for_something_else(text: str) -> None:
    for encoding in ("utf-8", "utf-16"):
        assert _text(text.encode(encoding), "a.txt", None).media_type.startswith("text/")
