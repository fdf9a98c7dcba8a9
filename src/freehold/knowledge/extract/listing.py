"""Opens a ZIP without letting its list of members grow beyond a bound."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from freehold.knowledge.extract.found import Rejected

LONGEST_LIST = 5 * 2**20
"""Bytes of an archive's list of members (its central directory): 500 for each of ten thousand. Of members whose names
are empty, which take 46 bytes each, that is 114,000, and some hundred MiB once they are read in."""


class Listed(zipfile.ZipFile):
    """A `zipfile.ZipFile` for reading. Raises `Rejected` for a longer list, else what `zipfile` raises."""

    def __init__(self, source: Path) -> None:
        self._file = _Bounded(io.FileIO(source))
        try:
            super().__init__(self._file)
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        super().close()
        # `zipfile` leaves a file open that it was given.
        self._file.close()


class _Bounded(io.BufferedReader):
    """A file of which no more than `LONGEST_LIST` is read at once. `zipfile` reads a list of members as one piece."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > LONGEST_LIST:
            found = f"The archive's list of members has {size:,} bytes, more than {LONGEST_LIST:,}"
            raise Rejected(f"{found}; add it in several parts.")
        return super().read(size)
