"""Adds to the user's configuration, whose file keeps its text, its rights and its place, and stays valid."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from freehold.cli.errors import CommandFailed
from freehold.config import check
from freehold.tables.document import read_document


def names_targets(file: Path) -> bool:
    """Whether the file has a ``[[target]]``; one that names none has them implied by the environment."""
    return bool(file.exists() and read_document(file)[0].get("target"))


def add_target(file: Path, block: str, env: Mapping[str, str]) -> None:
    """Append a ``[[target]]`` block, or make the file with it.

    What the file would become is checked first. Raises `CommandFailed` with what would be wrong; then nothing has
    changed. A link stays a link: what it leads to is replaced, in one step.
    """
    place = file.resolve()
    old = _text(place)
    gap = "" if not old else "\n" if old.endswith("\n") else "\n\n"
    try:
        fresh = _beside(place, old + gap + block)
    except OSError as error:
        raise CommandFailed(
            f"cannot write in {place.parent}: {error.strerror}; add the block yourself:\n{block}"
        ) from error
    try:
        faults = check(fresh, env).faults
        if faults:
            said = "; ".join(fault.message for fault in faults)
            raise CommandFailed(f"{file} was not changed, because with the new target it would be wrong: {said}")
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)


def _text(place: Path) -> str:
    try:
        return place.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise CommandFailed(f"cannot read {place}: {error.strerror}; nothing was changed") from error
    except UnicodeDecodeError as error:
        raise CommandFailed(f"{place} is not UTF-8; save it as UTF-8, nothing was changed") from error


def _beside(place: Path, text: str) -> Path:
    """The text in a new file of the same directory, on disk, with the rights that the old one has."""
    descriptor, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".toml", dir=place.parent)
    fresh = Path(name)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text.encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())
    if place.exists():
        shutil.copymode(place, fresh)
        with suppress(PermissionError):  # only root may give a file away, and only then is it another's
            os.chown(fresh, place.stat().st_uid, place.stat().st_gid)
    return fresh
