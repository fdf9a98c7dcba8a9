from __future__ import annotations

import pytest

from freehold.core.errors import BadRequest
from freehold.knowledge.ingest.names import checked_collection, checked_name


@pytest.mark.parametrize("name", ["a", "hand.book_2-x", "0", "a" * 64])
def test_collections(name: str) -> None:
    assert checked_collection(name) == name


@pytest.mark.parametrize("name", ["", "A", "-a", "a b", "a/b", "a" * 65, "é", "a\n"])
def test_what_is_no_collection(name: str) -> None:
    with pytest.raises(BadRequest, match="cannot be the name of a collection"):
        checked_collection(name)


@pytest.mark.parametrize("name", ["a.txt", "a/b/c.pdf", "報告書.pdf", "a b", "...", "C:\\x", "emoji 🦔.md"])
def test_documents(name: str) -> None:
    assert checked_name(name) == name


def test_names_are_kept_composed() -> None:
    assert checked_name("e\u0301te\u0301.txt") == "\u00e9t\u00e9.txt"


@pytest.mark.parametrize(
    "name", ["", " ", "/etc/passwd", "../a", "a/../b", "a//b", "a/", "a/./b", "a\0b", "a\nb", "a\udc80", "x" * 1025]
)
def test_what_is_no_document(name: str) -> None:
    with pytest.raises(BadRequest, match="cannot be the name of a document"):
        checked_name(name)
