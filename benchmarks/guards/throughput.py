"""What guards cost a whole Freehold: the requests of the gateway's benchmark, with guards and without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.goals import Row
from benchmarks.guards.beside import beside


def run(_data: Path | None = None) -> Iterator[Row]:
    """Three rows; a minute."""
    yield from beside("guards", {"FREEHOLD_GUARDS_MODE": "enforce"}, {"FREEHOLD_GUARDS_MODE": "off"}, 0.75)
