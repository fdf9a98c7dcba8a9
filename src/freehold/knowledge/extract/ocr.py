"""Reads the characters in a picture, by RapidOCR with the models that its wheel brings (extra ``ocr``)."""

from __future__ import annotations

import importlib.util
import statistics
from collections.abc import Sequence
from functools import cache
from typing import Any

from freehold.knowledge.extract.draft import Draft
from freehold.knowledge.extract.found import Rejected
from freehold.knowledge.model import Extracted

MISSING = "Pictures are read by OCR, which is not installed: pip install 'freehold[ocr]', then add the file again."

Box = Sequence[Sequence[float]]
"""The four corners of a piece of text, clockwise from the upper left, as ``(x, y)`` in pixels."""


def read_image(data: bytes, media_type: str, characters: int) -> Extracted:
    """The text in a picture; raises `Rejected` where there is none."""
    draft = Draft(characters)
    draft.paragraph(recognise(data))
    if draft.empty:
        raise Rejected("No text could be recognised in the picture.")
    return draft.finish(media_type)


def available() -> bool:
    """Whether the extra is installed, without importing it."""
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime"))


def recognise(picture: bytes) -> str:
    """The lines of text in a picture, from above to below. Raises `Rejected` for one that cannot be opened."""
    engine, unfit = _engine()
    try:
        found = engine(picture)
    except (unfit, ValueError, OSError) as error:
        raise Rejected("The picture is damaged: it cannot be opened. Save it again and add it anew.") from error
    if found.txts is None:
        return ""
    return in_lines([(box.tolist(), text) for box, text in zip(found.boxes, found.txts, strict=True)])


def in_lines(pieces: Sequence[tuple[Box, str]]) -> str:
    """Pieces of text in reading order: those at one height make a line, from left to right."""
    placed = sorted(
        (statistics.fmean(y for _, y in box), min(x for x, _ in box), _height(box), text) for box, text in pieces
    )
    lines: list[list[tuple[float, float, float, str]]] = []
    for piece in placed:
        if lines and abs(piece[0] - lines[-1][0][0]) < 0.5 * max(piece[2], lines[-1][0][2]):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return "\n".join(" ".join(text for _, _, _, text in sorted(line, key=lambda piece: piece[1])) for line in lines)


def _height(box: Box) -> float:
    ys = [y for _, y in box]
    return max(ys) - min(ys)


@cache
def _engine() -> tuple[Any, type[Exception]]:
    """The engine, and what it raises for a picture that cannot be opened; a second to load, once for a process."""
    # An extra, which is not there for everybody and takes long to import.
    engine = importlib.import_module("rapidocr").RapidOCR(params={"Global.log_level": "critical"})
    return engine, importlib.import_module("rapidocr.utils.load_image").LoadImageError
