"""Documents and chunks as rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from freehold.knowledge.library.sqlite_rows import as_weights, chunk_rows
from freehold.knowledge.model import Weights
from support.libraries import new_document

PASSAGES = st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=6)


@given(PASSAGES)
def test_a_chunks_bytes_are_those_of_its_characters(passages: list[str]) -> None:
    new = new_document("a", *passages)
    raw = new.extracted.text.encode()
    for passage, row in zip(passages, chunk_rows(new), strict=True):
        first, size = row[3], row[4]
        assert isinstance(first, int)
        assert isinstance(size, int)
        assert raw[first : first + size].decode() == passage


def test_chunks_that_overlap_or_come_in_another_order_are_found_too() -> None:
    new = new_document("a", "é one", "ü two", "多 three")
    first, second, third = new.chunks
    overlapping = replace(new, chunks=(third, replace(second, start=0), first))
    raw = new.extracted.text.encode()
    found = [raw[row[3] : row[3] + row[4]].decode() for row in chunk_rows(overlapping)]  # type: ignore[operator, index]
    assert found == ["多 three", "é one\n\nü two", "é one"]


def test_weights_come_back_as_they_were_kept() -> None:
    assert as_weights(None) is None
    assert as_weights('{"dense":0.3,"k":5,"method":"ranks"}') == Weights(0.3, 5, "ranks")
    assert as_weights('{"dense":0.3,"k":60}') == Weights(0.3, 60)
