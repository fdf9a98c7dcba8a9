"""What is said about uploads: to whoever sent them, while they are read and after."""

from __future__ import annotations

from typing import Literal

import msgspec


class FileReport(msgspec.Struct, frozen=True):
    """What became of one upload. `document` is its id; an archive's is that of the list of its members."""

    name: str
    state: Literal["waiting", "done", "unchanged", "failed"]
    document: str | None = None
    reason: str = ""
    """Why it failed, or why nothing had to be done; one sentence, with the mend."""
    notes: tuple[str, ...] = ()
    """What could not be read of it, one sentence each."""


class JobReport(msgspec.Struct, frozen=True):
    """How the uploads of one job stand. `files`: all that failed, and the last of the others."""

    id: str
    state: Literal["running", "done"]
    waiting: int
    done: int
    unchanged: int
    failed: int
    files: tuple[FileReport, ...]
    notes: tuple[str, ...] = ()
    """What holds the work up now, one sentence each."""
