from __future__ import annotations

from pathlib import Path

import pytest

from freehold.knowledge.extract.found import Rejected
from freehold.knowledge.extract.pdf import Recognise, read_pdf
from freehold.knowledge.model import Extracted
from support.documents import pdf, picture
from support.extracted import check, pieces

PROSE = "A person may take leave after the first month of work, when the team has agreed.\n" * 12


def of(folder: Path, body: bytes, recognise: Recognise | None = None) -> Extracted:
    source = folder / "a.pdf"
    source.write_bytes(body)
    extracted = read_pdf(source, "application/pdf", 100_000, recognise)
    check(extracted)
    return extracted


def test_pages_hold_their_own_words_exactly(tmp_path: Path) -> None:
    pages = ["One (in brackets) \\ & <https://example.org/x-y> é\nsecond line", "Two: text/x-diff:*.C:cs"]
    extracted = of(tmp_path, pdf(pages, title="Rules"))
    assert [text for _, text in pieces(extracted)] == pages
    assert [block.page for block in extracted.blocks] == [1, 2]
    assert (extracted.pages, extracted.title) == (2, "Rules")


def test_large_lines_are_headings(tmp_path: Path) -> None:
    extracted = of(tmp_path, pdf([f"Leave\n{PROSE}", f"Pay\n{PROSE}"], headings=True))
    assert [piece for piece in pieces(extracted) if piece[0].startswith("heading")] == [
        ("heading1", "Leave"),
        ("heading1", "Pay"),
    ]
    assert extracted.text.count("A person may take leave") == 24


def test_a_scanned_page_is_named(tmp_path: Path) -> None:
    scan = picture("HELLO")
    assert of(tmp_path, pdf(["text", scan])).notes == (
        "Page 2 is without text, perhaps scanned; add the file with OCR to have them read.",
    )
    assert of(tmp_path, pdf([scan, "text", scan, scan])).notes[0].startswith("Pages 1, 3-4 are without text")


def test_a_scanned_page_is_recognised_in_its_place(tmp_path: Path) -> None:
    seen: list[bytes] = []

    def recognise(image: bytes) -> str:
        seen.append(image)
        return "SEEN"

    extracted = of(tmp_path, pdf(["one", picture("HELLO"), "three"]), recognise)
    assert [(text, block.page) for (_, text), block in zip(pieces(extracted), extracted.blocks, strict=True)] == [
        ("one", 1),
        ("SEEN", 2),
        ("three", 3),
    ]
    assert [image[:4] for image in seen] == [b"\x89PNG"]
    assert extracted.notes == ()


def test_scans_alone_hold_no_text(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="added with OCR"):
        of(tmp_path, pdf([picture("HELLO")]))
    with pytest.raises(Rejected, match="no characters could be recognised"):
        of(tmp_path, pdf([picture("HELLO")]), lambda _: "")


def test_encrypted_and_damaged_files_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="encrypted with a password"):
        of(tmp_path, pdf(["secret"], password="open sesame"))
    with pytest.raises(Rejected, match="damaged"):
        of(tmp_path, b"%PDF-1.7 and nothing else")


def test_a_file_that_only_restricts_its_readers_is_read(tmp_path: Path) -> None:
    assert pieces(of(tmp_path, pdf(["open"], password=""))) == [("paragraph", "open")]
