"""The filter: what was added is always there, and of the rest hardly anything seems to be."""

from __future__ import annotations

import hashlib

from freehold.ledger.filter import Filter


def _digest(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()[:16]


def test_what_was_added_is_never_denied() -> None:
    marks = Filter()
    added = [_digest(number) for number in range(5000)]
    for digest in added:
        marks.add(digest)
    assert all(digest in marks for digest in added)


def test_hardly_anything_else_seems_to_be_there() -> None:
    marks = Filter()
    for number in range(5000):
        marks.add(_digest(number))
    assert sum(_digest(number) in marks for number in range(5000, 15_000)) < 5


def test_an_empty_filter_holds_nothing() -> None:
    assert _digest(1) not in Filter()
