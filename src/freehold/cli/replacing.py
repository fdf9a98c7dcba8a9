"""Writes a file whole or not at all: what stands there stays until the new text is on disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path


def put(place: Path, text: str) -> None:
    """The text in the place of whatever the file held, readable by everybody where it is new.

    A device or a pipe is written to, since nothing may take its place; a link stays one, and what it leads to is
    replaced. Raises `OSError`; then nothing has changed.
    """
    if place.exists() and not place.is_file():
        place.write_text(text, "utf-8")
        return
    place = place.resolve()
    fresh = beside(place, text, rights=0o644)
    try:
        fresh.replace(place)
    except OSError:
        fresh.unlink()
        raise


def beside(place: Path, text: str, *, suffix: str = "", rights: int = 0o600) -> Path:
    """The text in a new file of the same directory, on disk, with the rights of the old one, or else those given.

    Raises `OSError`, and leaves nothing there.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=suffix, dir=place.parent)
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(rights)
        if place.exists():
            shutil.copymode(place, fresh)
            with suppress(PermissionError):  # only root may give a file away, and only then is it another's
                os.chown(fresh, place.stat().st_uid, place.stat().st_gid)
    except OSError:
        fresh.unlink()
        raise
    return fresh
