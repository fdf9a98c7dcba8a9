"""Whose chunks are next, asked of a store that is a dictionary."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from freehold.core.label import PUBLIC
from freehold.knowledge.library import turns
from freehold.knowledge.library.turns import Store, Turns, Waiting


class Rows:
    """Chunks by document, each with its collection. What is `done` has its vector."""

    def __init__(self) -> None:
        self.documents: dict[int, tuple[str, list[int]]] = {}
        self.done: set[int] = set()
        self.looked: list[int] = []
        """From which chunk on all were looked at, each time that they were."""

    def add(self, collection: str, document: int, first: int, count: int) -> None:
        self.documents[document] = (collection, list(range(first, first + count)))

    def store(self) -> Store:
        return Store(self._last, self._waiting, self._missing)

    def _last(self) -> int:
        return max((chunk for _, chunks in self.documents.values() for chunk in chunks), default=0)

    def _waiting(self, after: int) -> list[Waiting]:
        self.looked.append(after)
        return [
            Waiting(collection, document, len(chunks))
            for document, (collection, chunks) in self.documents.items()
            if any(chunk > after and chunk not in self.done for chunk in chunks)
        ]

    def _missing(self, documents: Sequence[int]) -> list[tuple[int, int]]:
        return [
            (document, chunk)
            for document in documents
            for chunk in self.documents.get(document, ("", []))[1]
            if chunk not in self.done
        ]


def take(queue: Turns, rows: Rows, limit: int, space: str = "toy@1") -> list[int]:
    return [chunk for _, chunk in queue.next(rows.store(), space, frozenset(), limit)]


def test_collections_take_turns_and_the_shortest_documents_are_first() -> None:
    rows, queue = Rows(), Turns()
    rows.add("a", 1, 100, 5)
    rows.add("a", 2, 200, 2)
    rows.add("b", 3, 300, 3)
    assert take(queue, rows, 6) == [200, 300, 201, 301, 100, 302]
    assert take(queue, rows, 100) == [200, 300, 201, 301, 100, 302, 101, 102, 103, 104]


def test_a_long_document_waits_for_all_that_are_shorter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONG", 3)
    rows, queue = Rows(), Turns()
    rows.add("a", 1, 100, 4)
    rows.add("b", 2, 200, 3)
    assert take(queue, rows, 5) == [200, 201, 202, 100, 101]


def test_what_cannot_be_embedded_does_not_hide_what_stands_behind_it() -> None:
    rows, queue = Rows(), Turns()
    for document in range(10):
        rows.add("a", document, 100 * (document + 1), 20)
        rows.done.update(range(100 * (document + 1) + 1, 100 * (document + 1) + 20))
    assert take(queue, rows, 8) == [100, 200, 300, 400, 500, 600, 700, 800]


def test_all_chunks_are_looked_at_once_and_again_when_nothing_is_left() -> None:
    rows, queue = Rows(), Turns()
    rows.add("a", 1, 100, 3)
    for _ in range(3):
        rows.done.update(take(queue, rows, 1))
    assert rows.looked == [0]
    rows.add("a", 2, 200, 1)
    assert take(queue, rows, 5) == [200]
    assert rows.looked == [0, 102]
    rows.done = {101, 102, 200}
    assert take(queue, rows, 5) == [100], "it has lost its vector"
    assert rows.looked == [0, 102, 0]


def test_another_space_or_other_labels_begin_anew() -> None:
    rows, queue = Rows(), Turns()
    rows.add("a", 1, 100, 1)
    take(queue, rows, 1)
    take(queue, rows, 1, "new@2")
    queue.next(rows.store(), "new@2", frozenset({PUBLIC}), 1)
    queue.clear()
    queue.next(rows.store(), "new@2", frozenset({PUBLIC}), 1)
    assert rows.looked == [0, 0, 0, 0]
