"""Passages of documents that exist nowhere else, and a search that finds them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from freehold.core.caller import Caller
from freehold.core.label import Label
from freehold.core.passage import Passage, Place
from freehold.knowledge.model import Hit, Query, Reader

LEAVE = "Employees have 28 days of paid leave each year. Up to five unused days may be carried over until 31 March."
MEALS = "Receipts must be handed in within 30 days. Meals are refunded up to 25 euros a day."


def a_place(text: str, **fields: Any) -> Place:
    usual: dict[str, Any] = {
        "collection": "handbook",
        "document": "doc_" + hashlib.sha256(fields.get("name", "leave.md").encode()).hexdigest()[:24],
        "version": 1,
        "name": "leave.md",
        "title": "Handbook",
        "start": 0,
        "digest": hashlib.sha256(text.encode()).hexdigest(),
        "heading": ("Leave",),
    }
    found = usual | fields
    return Place(**found, end=found["start"] + len(text))


def a_passage(number: int = 1, text: str = LEAVE, label: str = "internal", **fields: Any) -> Passage:
    return Passage(number, text, a_place(text, **fields), Label.parse(label), 1.0)


def a_hit(text: str = LEAVE, label: str = "internal", score: float = 1.0, **fields: Any) -> Hit:
    return Hit(text, a_place(text, **fields), Label.parse(label), score)


class Shelf:
    """A search over a few hits, each with the groups that may read it; it remembers what it was asked.

    Whoever's rights or whatever labels are asked for, what falls outside them is not found, as in the real stores.
    """

    def __init__(self, *hits: tuple[Hit, frozenset[str]] | Hit) -> None:
        self._hits = [hit if isinstance(hit, tuple) else (hit, frozenset[str]()) for hit in hits]
        self.queries: list[tuple[Query, Label]] = []
        self.callers: list[Caller] = []

    async def find(self, query: Query, label: Label, caller: Caller) -> list[Hit]:
        self.queries.append((query, label))
        self.callers.append(caller)
        found = self._readable(query.collections, query.reader)
        return [hit for hit in found if query.labels is None or hit.label in query.labels][: query.limit]

    async def labels(self, collections: Sequence[str], reader: Reader) -> frozenset[Label]:
        return frozenset(hit.label for hit in self._readable(collections, reader))

    def _readable(self, collections: Sequence[str], reader: Reader) -> list[Hit]:
        return [
            hit
            for hit, groups in self._hits
            if hit.place.collection in collections and (reader.everything or not groups or groups & reader.groups)
        ]
