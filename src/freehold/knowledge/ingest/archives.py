"""Which documents are archives, and whether all that is in them is in.

An e-mail with attachments counts as one too: its members are the documents whose names begin with its own and a slash.
"""

from __future__ import annotations

from freehold.knowledge.ingest.rows import Rows


def within(name: str, archive: str) -> bool:
    """Whether a document of that name came out of that archive."""
    return name.startswith(archive + "/")


def enclosing(name: str) -> list[str]:
    """Every name that an archive around this document could have: ``a.zip/b/c`` gives ``a.zip`` and ``a.zip/b``."""
    parts = name.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


class Archives:
    """Their digests, in the queue's database. Raises `Unavailable` when the disk refuses."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def digest(self, collection: str, name: str) -> str | None:
        """The digest of an archive whose members are in; empty where one is missing; `None` for what is no archive."""
        found = self._rows.read("SELECT digest FROM archives WHERE collection = ? AND name = ?", (collection, name))
        return str(found[0][0]) if found else None

    def save(self, collection: str, name: str, digest: str) -> None:
        """Remember an archive; with an empty digest where a member is missing, so that it never counts as unchanged."""
        with self._rows.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO archives VALUES (?, ?, ?)", (collection, name, digest))

    def forget(self, collection: str) -> None:
        """Forget those of a collection."""
        with self._rows.writing() as connection:
            connection.execute("DELETE FROM archives WHERE collection = ?", (collection,))
