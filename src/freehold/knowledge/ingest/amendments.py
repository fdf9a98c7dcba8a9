"""What was decided about documents while uploads from before were still in the queue.

Someone makes a document confidential, or removes it, and an upload that came earlier would then bring it back as it
was: of the two, what was said later must hold. So the decision is kept until every upload from before it has ended.
"""

from __future__ import annotations

import msgspec

from freehold.core.label import Label
from freehold.knowledge.ingest.queue import Item, groups_of, groups_text, label_of, label_text
from freehold.knowledge.ingest.rows import Rows
from freehold.knowledge.model import Document


class Amendment(msgspec.Struct, frozen=True):
    """What an upload must heed about one document; nothing, by default."""

    label: Label | None = None
    groups: frozenset[str] | None = None
    removed: bool = False

    def agrees_with(self, document: Document) -> bool:
        """Whether the document's label and groups are as this says, as far as it says anything."""
        return self.label in (None, document.label) and self.groups in (None, document.groups)


class Amendments:
    """The decisions, in the queue's database. Raises `Unavailable` when the disk refuses."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def add(self, collection: str, name: str, amendment: Amendment) -> None:
        """Have every upload that waits now heed this about the document of that name."""
        with self._rows.writing() as connection:
            connection.execute(
                "INSERT INTO amendments SELECT ?, ?, max(seq), ?, ?, ? FROM items WHERE state = 'waiting'"
                " HAVING max(seq) IS NOT NULL",
                (
                    *(collection, name, label_text(amendment.label), groups_text(amendment.groups)),
                    amendment.removed,
                ),
            )

    def of(self, item: Item, name: str) -> Amendment:
        """What the upload must heed about the document of that name: all that was said since it came, in order."""
        found = Amendment()
        for label, groups, removed in self._rows.read(
            "SELECT label, groups, removed FROM amendments WHERE collection = ? AND name = ? AND upto >= ?"
            " ORDER BY rowid",
            (item.new.collection, name, item.seq),
        ):
            found = Amendment(
                found.label if label is None else label_of(label),
                found.groups if groups is None else groups_of(groups),
                found.removed or bool(removed),
            )
        return found

    def tidy(self) -> None:
        """Forget what no upload has to heed any more."""
        with self._rows.writing() as connection:
            connection.execute(
                "DELETE FROM amendments"
                " WHERE upto < coalesce((SELECT min(seq) FROM items WHERE state = 'waiting'), upto + 1)"
            )
