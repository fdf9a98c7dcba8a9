"""Adds to the user's configuration, whose file keeps its text, its rights and its place, and stays valid."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from freehold.cli.errors import CommandFailed
from freehold.cli.replacing import beside
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
        fresh = beside(place, old + gap + block, suffix=".toml")
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
