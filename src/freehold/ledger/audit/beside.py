"""What lies in a log's folder and is not the log itself: a key that may be another, and files that nothing reads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from freehold.ledger.audit.folder import COSIGNED_NAME, KEY_NAME, Folder
from freehold.ledger.audit.note import PublicKey
from freehold.ledger.audit.tiles import CHECKPOINT, tiles_of


def false_key(folder: Folder, key: PublicKey) -> str | None:
    """What is wrong with the key that lies beside the log, held against the one that is known; `None` if nothing is."""
    data = folder.fetch(KEY_NAME)
    if data is None or data == (key.vkey + "\n").encode():
        return None
    return f"{KEY_NAME} is not the key that the log was checked with: whoever believes it is led astray"


def unread(folder: Folder, size: int) -> list[str]:
    """The files in the folder that are no part of a log of `size` leaves, in order.

    A crash may leave some, and a log that grows has some for a moment. They are not signed, and nothing reads them.
    """
    belongs = {CHECKPOINT, KEY_NAME, COSIGNED_NAME, *(tile.path for tile in tiles_of(size))}
    return sorted(path for path in _files(folder.path) if path not in belongs)


def _files(root: Path) -> Iterator[str]:
    for folder, _, names in os.walk(root):
        yield from ((Path(folder) / name).relative_to(root).as_posix() for name in names)
