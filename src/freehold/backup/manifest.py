"""What an archive says of itself, before anything else in it."""

from __future__ import annotations

from typing import Literal

import msgspec

from freehold.backup.parts import is_part
from freehold.core.errors import SetupError

NAME = "manifest.json"
FORMAT = 1
LARGEST = 256 * 1024 * 1024
"""Bytes. A log of a hundred million leaves has some 800,000 tiles, each an entry of some 140."""


class Entry(msgspec.Struct, frozen=True):
    """A file of the archive: its name below the data directory, its bytes, and their SHA-256 as hex."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What is in an archive, in this order."""

    format: int
    freehold: str
    """The version that wrote it."""
    made: str
    """When the snapshot was taken, in ISO 8601."""
    revision: str
    """The schema of the ledger's database."""
    library: int | None
    """The schema of the documents' database; `None` where none is in it."""
    documents: Literal["here", "postgresql", "none"]
    """Whether documents are in it. Those in PostgreSQL are backed up with PostgreSQL's own tools."""
    entries: tuple[Entry, ...]

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(entry.size for entry in self.entries)


def decoded(data: bytes) -> Manifest:
    """The manifest in these bytes, checked; raises `SetupError` for what is none, or is of a later format."""
    try:
        found = msgspec.json.decode(data, type=_Formatted).format
        if found > FORMAT:
            raise SetupError(f"it was written by a newer Freehold (format {found}); upgrade Freehold to restore it")
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SetupError("its manifest cannot be read; it is damaged, or no backup") from error
    names = [entry.name for entry in manifest.entries]
    if strange := next((name for name in names if not is_part(name)), None):
        raise SetupError(f"it names {strange[:100]!a}, which no backup holds; it is damaged, or no backup")
    if len(set(names)) < len(names) or any(entry.size < 0 for entry in manifest.entries):
        raise SetupError("its manifest contradicts itself; it is damaged, or no backup")
    return manifest


class _Formatted(msgspec.Struct):
    format: int
