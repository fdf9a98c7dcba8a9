from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from freehold.knowledge.extract import ocr
from freehold.knowledge.extract.found import Rejected
from support.documents import picture


def box(x: float, y: float, width: float = 50, height: float = 10) -> list[list[float]]:
    return [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]


def test_pieces_at_one_height_make_a_line() -> None:
    pieces = [(box(0, 40), "below"), (box(60, 0), "right"), (box(0, 2), "left"), (box(60, 41), "too")]
    assert ocr.in_lines(pieces) == "left right\nbelow too"
    assert ocr.in_lines([]) == ""


class _Unfit(Exception):
    pass


def engine(found: object) -> tuple[object, type[Exception]]:
    def run(picture: bytes) -> object:
        if picture == b"bad":
            raise _Unfit
        return found

    return run, _Unfit


def test_what_is_recognised_is_the_pictures_text(monkeypatch: pytest.MonkeyPatch) -> None:
    corners = SimpleNamespace(tolist=lambda: box(0, 0))
    found = SimpleNamespace(txts=("HELLO",), boxes=(corners,))
    monkeypatch.setattr(ocr, "_engine", lambda: engine(found))
    assert ocr.read_image(b"good", "image/png", 100).text == "HELLO"
    with pytest.raises(Rejected, match="cannot be opened"):
        ocr.recognise(b"bad")


def test_a_picture_without_text_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_engine", lambda: engine(SimpleNamespace(txts=None, boxes=None)))
    with pytest.raises(Rejected, match="No text could be recognised"):
        ocr.read_image(b"good", "image/png", 100)


def test_whether_it_is_installed_is_found_out_without_importing_it() -> None:
    before = "rapidocr" in sys.modules
    ocr.available()
    assert ("rapidocr" in sys.modules) == before


@pytest.mark.skipif(not ocr.available(), reason="the extra `ocr` is not installed")
def test_large_letters_are_recognised() -> None:
    assert ocr.recognise(picture("HELLO 2025")) == "HELLO 2025"
