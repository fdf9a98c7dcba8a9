"""Rows: what is held is held, whoever changes two documents at once, and names in any order of changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from freehold.core.label import PUBLIC
from freehold.knowledge.library.postgres_rows import is_id, pieces, total
from freehold.knowledge.rank.bags import CONTEXT_WEIGHT
from support.libraries import new_document
from support.postgres import Database, postgres_home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Database]:
    with postgres_home(tmp_path) as home:
        yield home


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("doc_" + "0a" * 12, True),
        ("doc_" + "0A" * 12, False),
        ("doc_" + "0" * 23, False),
        ("", False),
        ("doc_\n", False),
    ],
)
def test_what_can_be_an_id(text: str, is_one: bool) -> None:
    assert is_id(text) is is_one
    assert not is_id(text + "\n")


def test_a_chunk_is_made_ready_with_its_words() -> None:
    ready = pieces(new_document("a", "One two.", "Three.", title="On numbers"))
    assert [piece.text for piece in ready] == ["One two.", "Three."]
    assert total(ready) == 2 + 1 + 2 * 2 * CONTEXT_WEIGHT


def test_where_a_chunks_bytes_stand_is_known_in_any_order() -> None:
    new = new_document("a", "é one", "ü two", "多 three")
    first, second, third = new.chunks
    mixed = replace(new, chunks=(third, replace(second, start=0), first))
    raw = new.extracted.text.encode()
    ready = pieces(mixed)
    assert [piece.text for piece in ready] == ["多 three", "é one\n\nü two", "é one"]
    assert [raw[piece.first_byte :].decode().startswith(piece.text) for piece in ready] == [True] * 3


def test_changes_of_the_same_documents_in_any_order_do_not_lock_one_another_out(home: Database) -> None:
    library, other = home.open(), home.open()
    ids = [library.put(new_document(f"d{n}", f"Passage {n}.")).id for n in range(12)]
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(library.remove(ids))),
        threading.Thread(target=lambda: counts.append(other.remove(ids[::-1]))),
        *(
            threading.Thread(target=other.put, args=(new_document(f"d{n}", f"Anew {n}.", groups=["hr"]),))
            for n in range(0, 12, 3)
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    assert sum(counts) >= 12
    assert len(counts) == 2


def test_a_collection_removed_while_it_is_filled_is_there_whole_or_not_at_all(home: Database) -> None:
    library, other = home.open(), home.open()
    faults: list[BaseException] = []

    def fill() -> None:
        try:
            for n in range(12):
                library.put(new_document(f"d{n}", f"Passage {n}."))
        except BaseException as fault:
            faults.append(fault)

    filling = threading.Thread(target=fill)
    filling.start()
    for _ in range(6):
        other.remove_collection("handbook")
    filling.join(30)
    assert faults == []
    for document in library.digests("handbook").values():
        assert library.document(document[0]).label == PUBLIC
        assert library.text(document[0]).startswith("Passage")
