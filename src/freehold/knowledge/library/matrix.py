"""Vectors at rest: one file an embedding space, rows of float32 one after another, mapped into memory to be read.

Which row belongs to which chunk is the database's to say; a row that it does not name holds nothing. A reader maps the
file, so that its pages are shared by all processes and count as the system's cache.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from freehold.knowledge.ports import Vectors

_GROWTH = 1024
"""Rows by which a file grows."""


class Matrix:
    """The rows of one file. Several processes may hold one; only who holds the database's write lock writes."""

    def __init__(self, path: Path, dimensions: int) -> None:
        self.path = path
        self.dimensions = dimensions
        self._mapped: Vectors = np.empty((0, dimensions), np.float32)

    def length(self) -> int:
        """How many rows the file has room for; 0 where there is no file."""
        return self.path.stat().st_size // self._width if self.path.exists() else 0

    def rows(self, count: int) -> Vectors:
        """The first `count` rows (shape ``(count, dimensions)``), read-only; fewer where the file is shorter."""
        if len(self._mapped) < count and (length := self.length()) > len(self._mapped):
            mapped: NDArray[np.float32] = np.memmap(self.path, np.float32, "r", shape=(length, self.dimensions))
            self._mapped = mapped.view(np.ndarray)
        return self._mapped[:count]

    def write(self, places: Sequence[int], vectors: Vectors) -> None:
        """Write rows, and have them on the disk on return."""
        with self._opened(max(places, default=-1) + 1) as descriptor:
            for place, vector in zip(places, np.ascontiguousarray(vectors, np.float32), strict=True):
                os.pwrite(descriptor, vector.tobytes(), place * self._width)
            os.fdatasync(descriptor)

    def clear(self, places: Sequence[int]) -> None:
        """Overwrite rows with zeros."""
        if places and self.path.exists():
            self.write(places, np.zeros((len(places), self.dimensions), np.float32))

    @property
    def _width(self) -> int:
        return 4 * self.dimensions

    @contextmanager
    def _opened(self, rows: int) -> Iterator[int]:
        """A descriptor of the file, made if need be and long enough for so many rows."""
        size = -(-rows // _GROWTH) * _GROWTH * self._width
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(descriptor).st_size < size:
                # Space that is really there: a full disk is then an error here, not a fault while mapped rows are read.
                os.posix_fallocate(descriptor, 0, size)
            yield descriptor
        finally:
            os.close(descriptor)


def remove(path: Path) -> None:
    """Overwrite a file with zeros and remove it."""
    with path.open("r+b", buffering=0) as file:
        left = path.stat().st_size
        while left:
            left -= file.write(bytes(min(left, 1 << 20)))
        os.fsync(file.fileno())
    path.unlink(missing_ok=True)
