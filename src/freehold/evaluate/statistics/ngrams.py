"""Texts as vectors by the runs of characters in them: what a two-sample test of answers reads where nothing embeds."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from freehold.evaluate.statistics.interval import Floats

SIZES = (2, 3, 4)
WIDTH = 512
_MOST = 20_000
"""Characters that are read of one text."""


def character_vectors(texts: Sequence[str], *, width: int = WIDTH) -> Floats:
    """Each text as a vector of length 1, shape (texts, width): how often it has each run of 2, 3 and 4 characters.

    Runs are put into `width` places by their checksum (Weinberger et al. 2009, "Feature hashing for large scale
    multitask learning"). An empty text is all zeros.
    """
    found = np.zeros((len(texts), width))
    for row, text in zip(found, texts, strict=True):
        raw = text[:_MOST]
        for size in SIZES:
            places = [zlib.crc32(raw[at : at + size].encode()) % width for at in range(len(raw) - size + 1)]
            np.add.at(row, places, 1.0)
    np.sqrt(found, out=found)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return found / np.where(lengths > 0, lengths, 1.0)
