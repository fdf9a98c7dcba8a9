"""Names that came with a file from anywhere, made fit to be shown and stored. They are never used as paths."""

from __future__ import annotations

import re
import unicodedata

_PARTING = re.compile(r"[/\\]+")
_DRIVE = re.compile(r"[A-Za-z]:")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
"""Names that Windows gives to devices in every folder, with whatever ending."""
_PART_CHARACTERS = 200
_NAME_CHARACTERS = 800
_NAMELESS = "unnamed"


def safe_name(name: str) -> str:
    """The name as a path below some folder: no climbing out, no root, drive, device or unseen character in it.

    Letters of every script stay as they are.
    """
    parts = [part for part in map(_safe_part, _PARTING.split(_DRIVE.sub("", name, count=1))) if part]
    return "/".join(parts)[-_NAME_CHARACTERS:].strip("/ ") or _NAMELESS


def unused(name: str, used: set[str]) -> str:
    """The name, numbered when it is in use; it then counts as used."""
    stem, dot, ending = name.rpartition(".")
    free, number = name, 2
    while free.casefold() in used:
        free = f"{stem} ({number}).{ending}" if dot and "/" not in ending else f"{name} ({number})"
        number += 1
    used.add(free.casefold())
    return free


def _safe_part(part: str) -> str:
    # Cc: control characters; Cf: unseen ones, such as those that turn the direction of writing and so hide an ending;
    # Cs: lone surrogates.
    seen = "".join(character for character in part if unicodedata.category(character) not in {"Cc", "Cf", "Cs"})
    seen = seen.strip().rstrip(". ")
    if _DEVICES.fullmatch(seen):
        return f"_{seen}"
    return seen[-_PART_CHARACTERS:]
