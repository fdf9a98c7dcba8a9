"""The library that the configuration asks for. Only the chosen one is imported, with the packages that it needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from freehold.core.target import Secret

if TYPE_CHECKING:
    from freehold.knowledge.ports import Library  # brings numpy


def open_library(database: str, folder: Path) -> Library:
    """Open the library at a ``postgresql://`` URL, or, for ``sqlite``, in a folder of its own.

    Raises `SetupError` with the mend where that cannot be used. Blocks while it connects, makes or migrates tables.
    """
    # Neither numpy nor a database's driver (0.1 s each) is needed until a library is.
    if database == "sqlite":
        from freehold.knowledge.library.sqlite import SqliteLibrary  # noqa: PLC0415

        return SqliteLibrary(folder)
    from freehold.knowledge.library.postgres import PostgresLibrary  # noqa: PLC0415

    return PostgresLibrary(Secret(database))
