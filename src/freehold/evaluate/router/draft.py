"""Vectors that a training has already, in files of their own, so that one that was interrupted embeds none twice.

They are found again by a hash of the texts they were made of: where a text has been erased since, nothing is found.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from freehold.evaluate.router.gathering import Vectors


class Draft:
    """Those of one training. Everything here blocks on the disk."""

    def __init__(self, folder: Path, training: str) -> None:
        self._folder = folder
        self._prefix = f".{training}-"

    def get(self, space: str, texts: Sequence[str]) -> Vectors | None:
        """The vectors of these texts in this space; `None` where they are not there, or not whole."""
        try:
            found = np.load(self._path(space, texts), allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        return np.asarray(found, dtype=np.float32) if found.ndim == 2 and len(found) == len(texts) else None

    def put(self, space: str, texts: Sequence[str], vectors: Vectors) -> None:
        """Keep them, readable by this user alone, whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._path(space, texts)
        part = path.with_suffix(".part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            np.save(file, vectors, allow_pickle=False)
        part.replace(path)

    def clear(self) -> None:
        """Remove all of it."""
        for path in self._folder.glob(f"{self._prefix}*"):
            path.unlink(missing_ok=True)

    def _path(self, space: str, texts: Sequence[str]) -> Path:
        content = "\0".join((space, *texts)).encode(errors="surrogatepass")
        return self._folder / f"{self._prefix}{hashlib.sha256(content).hexdigest()[:32]}.npy"
