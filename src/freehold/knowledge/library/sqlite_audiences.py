"""Audiences: collection, label and groups of documents, each combination interned as one number.

A query settles once which audiences it may see; what it then asks of every row is one look-up by that number.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

import msgspec

from freehold.core.label import Label
from freehold.knowledge.model import Query

NOBODY = 0
"""The audience of a row whose chunk is gone. Real ones count from 1."""


class Audience(msgspec.Struct, frozen=True):
    """Who may find a document, and as what it may be shown."""

    collection: str
    label: Label
    groups: frozenset[str]

    def is_for(self, query: Query) -> bool:
        """Whether a query's reader may read it, and its label is one of those that may be shown."""
        return (
            self.collection in query.collections
            and (query.labels is None or self.label in query.labels)
            and (query.reader.everything or not self.groups or not self.groups.isdisjoint(query.reader.groups))
        )


def intern_audience(connection: sqlite3.Connection, collection: str, label: Label, groups: Iterable[str]) -> int:
    """The number of this combination, which is made if need be."""
    key = (collection, str(label), json.dumps(sorted(groups)))
    connection.execute("INSERT INTO audience (collection, label, groups) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", key)
    which = "SELECT id FROM audience WHERE collection = ? AND label = ? AND groups = ?"
    return int(connection.execute(which, key).fetchone()["id"])


def audiences_after(connection: sqlite3.Connection, number: int) -> dict[int, Audience]:
    """Every audience above a number. One that was made is never changed."""
    return _read(connection.execute("SELECT * FROM audience WHERE id > ?", (number,)))


def audiences_in_use(connection: sqlite3.Connection) -> dict[int, Audience]:
    """Every audience that some document has."""
    return _read(
        connection.execute("SELECT * FROM audience a WHERE EXISTS (SELECT 1 FROM document d WHERE d.audience = a.id)")
    )


def _read(rows: Iterable[sqlite3.Row]) -> dict[int, Audience]:
    return {
        row["id"]: Audience(row["collection"], Label.parse(row["label"]), frozenset(json.loads(row["groups"])))
        for row in rows
    }
