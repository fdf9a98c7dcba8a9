"""How much of a file is read before it is turned away."""

from __future__ import annotations

import msgspec

MIB = 1024 * 1024


class Bounds(msgspec.Struct, frozen=True):
    """What one file may cost. They bound harm, not taste: an honest document stays far below each of them."""

    file_bytes: int = 256 * MIB
    """Of one file, as it lies or as it is unpacked."""
    characters: int = 20_000_000
    """Of extracted text; what comes after is left out, with a note."""
    members: int = 10_000
    """Files in an archive, or attachments of an e-mail."""
    unpacked_bytes: int = 1024 * MIB
    """Of all members of one archive, nested ones among them."""
    ratio: int = 200
    """Unpacked to packed, of a member beyond `ratio_from` bytes. Text packs to a tenth; deflate ends at 1,032."""
    ratio_from: int = 16 * MIB
    depth: int = 2
    """Archives and e-mails within one another."""
    seconds: float = 60.0
    """For a reader to finish a file."""
    ocr_seconds: float = 1800.0
    """For a reader that recognises the characters of scanned pages, at about two seconds a page on two cores."""
    memory_bytes: int = 3072 * MIB
    """Of address space, for a reader's whole process."""
