"""Whether a citation still holds, from the text as it is now. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import islice
from typing import Literal

import msgspec

from freehold.knowledge.model import Document

LONGEST_SPAN = 4000
"""Characters that a citation may name: far more than the longest passage, so that looking for one costs little."""
_MOST_WINDOWS = 300_000
"""Passages that are hashed when one is looked for."""
_MOST_HASHED = 200_000_000
"""Characters of all of them together; with `_MOST_WINDOWS`, two seconds of one processor at most."""
_WORD = re.compile(r"\s(?=\S)")


class Verdict(msgspec.Struct, frozen=True):
    """What has become of a cited passage.

    ``holds``: it stands where the citation says. ``moved``: the same words stand elsewhere in the document as it is
    now. ``changed``: they stand in it no more. ``gone``: there is no such document, or this reader may not read it.
    """

    state: Literal["holds", "moved", "changed", "gone"]
    document: str
    version: int | None = None
    """The document's present version."""
    start: int | None = None
    end: int | None = None
    """Where the words stand now."""


class Cited(msgspec.Struct, frozen=True):
    """A passage as a citation names it: ``text[start:end]`` of that version, with this SHA-256."""

    version: int
    start: int
    end: int
    digest: str


def digest_of(passage: str) -> str:
    """SHA-256 of a passage in UTF-8, as hex."""
    return hashlib.sha256(passage.encode("utf-8", "surrogatepass")).hexdigest()


def find(text: str, length: int, digest: str, near: int) -> int | None:
    """Where a passage of that length and digest begins, or `None`, as for one longer than `LONGEST_SPAN`.

    Only the digest is known, so places are tried: first `near`, then beginnings of lines, then of words, then all of
    them, as far as `_MOST_WINDOWS` and `_MOST_HASHED` go.
    """
    if not 0 < length <= min(len(text), LONGEST_SPAN):
        return None
    for start in islice(_starts(text, length, near), min(_MOST_WINDOWS, _MOST_HASHED // length)):
        if digest_of(text[start : start + length]) == digest:
            return start
    return None


def judge(document: Document, text: str, cited: Cited) -> Verdict:
    """What has become of a passage, in the document as it is now."""
    start, end = cited.start, cited.end
    if 0 <= start < end <= len(text) and digest_of(text[start:end]) == cited.digest:
        return Verdict("holds", document.id, document.version, start, end)
    if cited.version == document.version:
        # This very text never had those words there: the citation is not one of Freehold's.
        return Verdict("changed", document.id, document.version)
    found = find(text, end - start, cited.digest, start)
    if found is None:
        return Verdict("changed", document.id, document.version)
    return Verdict("moved", document.id, document.version, found, found + end - start)


def _starts(text: str, length: int, near: int) -> Iterator[int]:
    """Places to try, the likely ones first; some come twice."""
    last = len(text) - length
    if 0 <= near <= last:
        yield near
    yield 0
    newline = text.find("\n", 0, last)
    while newline >= 0:
        yield newline + 1
        newline = text.find("\n", newline + 1, last)
    yield from (match.end() for match in _WORD.finditer(text, 0, last + 1))
    yield from range(last + 1)
