"""What came of a file."""

from __future__ import annotations

import msgspec

from freehold.knowledge.model import Extracted


class Unreadable(msgspec.Struct, frozen=True):
    """Nothing could be read from a file."""

    reason: str
    """One sentence or two: what is wrong, and what mends it."""


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
