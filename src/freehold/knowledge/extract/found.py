"""What came of a file."""

from __future__ import annotations

import traceback
from pathlib import PurePath

import msgspec

from freehold.knowledge.model import Extracted


class Unreadable(msgspec.Struct, frozen=True):
    """Nothing could be read from a file."""

    reason: str
    """One sentence or two: what is wrong, and what mends it."""

    @classmethod
    def through_fault(cls, error: Exception) -> Unreadable:
        """Of a file over which Freehold itself failed. Says where, and not the error's words, which may quote it."""
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} in {PurePath(last.filename).name}, line {last.lineno}"
        return cls(f"Freehold failed on it ({where}), which is worth a report; save it in another format and add that.")


class Found(msgspec.Struct, frozen=True):
    """A file, or a member of an archive or e-mail, and what was read from it."""

    name: str
    """Of a member: the name of what holds it, a slash, and its own name without anything that could leave a folder."""
    outcome: Extracted | Unreadable
    digest: str
    """SHA-256 of the bytes, as hex; empty for a member that could not be unpacked."""
    size: int
    """Bytes; of a member that could not be unpacked, those that its archive claims."""


class Rejected(Exception):
    """A reader's word that it cannot read this file; the text becomes the `Unreadable`'s reason."""
