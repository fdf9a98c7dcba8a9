"""Which archives are in, whole: an archive is no document itself, so that only this says whether it has changed.

An e-mail with attachments counts as one too: its members are the documents whose names begin with its own and a slash.
"""

from __future__ import annotations

from collections.abc import Iterable

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

    def whole(self, collection: str) -> dict[str, str]:
        """The digest of every archive all of whose members are in, by name."""
        return dict(
            self._rows.read("SELECT name, digest FROM archives WHERE collection = ? AND digest <> ''", (collection,))
        )

    def digest(self, collection: str, name: str) -> str | None:
        """The digest of an archive that is in; empty where a member is missing; `None` for what is no archive."""
        found = self._rows.read("SELECT digest FROM archives WHERE collection = ? AND name = ?", (collection, name))
        return str(found[0][0]) if found else None

    def save(self, collection: str, name: str, digest: str) -> None:
        """Remember an archive; with an empty digest where a member is missing, so that it never counts as unchanged."""
        with self._rows.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO archives VALUES (?, ?, ?)", (collection, name, digest))

    def opened(self, collection: str, members: Iterable[str]) -> None:
        """Some members were removed: the archives around them are whole no more."""
        names = {(collection, archive) for member in members for archive in enclosing(member)}
        if names and self._rows.exists:
            with self._rows.writing() as connection:
                connection.executemany("DELETE FROM archives WHERE collection = ? AND name = ?", sorted(names))

    def forget(self, collection: str) -> None:
        """Forget those of a collection."""
        with self._rows.writing() as connection:
            connection.execute("DELETE FROM archives WHERE collection = ?", (collection,))
