"""Where the configuration is written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

FILENAME = "freehold.toml"


def find(env: Mapping[str, str], directory: Path) -> Path | None:
    """The file to read where the user names none: ``FREEHOLD_CONFIG``, else `directory`'s ``freehold.toml``, if any."""
    if env.get("FREEHOLD_CONFIG"):
        return Path(env["FREEHOLD_CONFIG"])
    here = directory / FILENAME
    return here if here.is_file() else None
