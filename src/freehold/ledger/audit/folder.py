"""The log's files in a folder: read as tiles are read anywhere, and written so that a crash leaves no half of one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from freehold.ledger.audit.tiles import CHECKPOINT, WIDTH, Broken, Tile, cut

KEY_NAME = "key"
"""The log's public key as a verifier key, for convenience: who checks brings one that came another way."""

COSIGNED_NAME = "cosigned"
"""The latest checkpoint that a witness has cosigned, with its cosignatures."""

_PLAIN = re.compile(r"[a-z]+")


class Folder:
    """A log in a folder. Its files are immutable, but for the checkpoint and those that stand beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fetch(self, path: str) -> bytes | None:
        """What stands at a path of the log; `None` where nothing does, or where the path is no log's.

        A partial tile that has grown meanwhile is the beginning of what it has become.
        """
        tile = Tile.parse(path)
        if tile is None:
            return self._read(path) if _PLAIN.fullmatch(path) else None
        data = self._read(path)
        if data is not None or tile.width == WIDTH:
            return data
        for width in (WIDTH, *self._widths(tile)):
            if width > tile.width:
                longer = self._read(Tile(tile.level, tile.number, width).path)
                if longer is not None:
                    return _beginning(tile, longer)
        return None

    def put(self, path: str, data: bytes) -> None:
        """Write a file, which lasts once it is settled; raises `OSError`.

        For tiles: until a checkpoint counts them in, nobody reads them, and half of one is simply written again.
        """
        place = self.path / path
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        try:
            descriptor = os.open(place, flags, 0o600)
        except FileNotFoundError:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(place, flags, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)

    def settle(self, paths: Sequence[str]) -> None:
        """Flush files that were put, then the folders in which they got their names; raises `OSError`.

        Together, since a file system that has flushed one of many new files has little left to do for the others.
        """
        for path in paths:
            self._flush(path, os.O_RDONLY)
        folders = {"", *(above for path in paths for above in _above(path))}
        for folder in sorted(folders, key=len, reverse=True):
            self._flush(folder, os.O_RDONLY | os.O_DIRECTORY)

    def replace(self, path: str, data: bytes) -> None:
        """Write a file in place of the one that is there, whole and for good, or not at all; raises `OSError`."""
        fresh = f".{path}.new"
        self.put(fresh, data)
        self._flush(fresh, os.O_RDONLY)
        (self.path / fresh).replace(self.path / path)
        self._flush("", os.O_RDONLY | os.O_DIRECTORY)

    def tidy(self, tile: Tile) -> None:
        """Remove partial tiles that `tile` holds the beginning of; what cannot be removed does no harm."""
        folder = (self.path / Tile(tile.level, tile.number, 1).path).parent
        with suppress(OSError):
            for entry in list(folder.iterdir()):
                if tile.width == WIDTH or entry.name != str(tile.width):
                    entry.unlink()
            if tile.width == WIDTH:
                folder.rmdir()

    def _widths(self, tile: Tile) -> Iterator[int]:
        """The widths to which a partial tile was written, the greatest first."""
        folder = (self.path / tile.path).parent
        with suppress(OSError):
            names = [entry.name for entry in folder.iterdir()]
            yield from sorted((int(name) for name in names if name.isdecimal()), reverse=True)

    def _flush(self, path: str, flags: int) -> None:
        descriptor = os.open(self.path / path, flags | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _read(self, path: str) -> bytes | None:
        try:
            return (self.path / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise Broken(f"{path} cannot be read: {error.strerror or error}") from error


def _above(path: str) -> Iterator[str]:
    """The folders in which a path lies, the innermost first."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _beginning(tile: Tile, longer: bytes) -> bytes:
    try:
        return cut(tile, longer)
    except ValueError as error:
        raise Broken(f"what {tile.path} has grown into is broken: {error}") from None


def checkpoint_of(folder: Folder) -> str | None:
    """The log's latest checkpoint as text; `None` where there is none yet. Raises `Broken` where it is no text."""
    data = folder.fetch(CHECKPOINT)
    try:
        return None if data is None else data.decode()
    except UnicodeDecodeError:
        raise Broken("the checkpoint is no text") from None
