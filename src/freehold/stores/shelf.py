"""Files as they were sent, kept for OpenAI's ``/v1/files`` until they are deleted: two files each, named by its id.

A file may be put into several collections. Which, under which name and by which job stands beside it, so that deleting
it can take back all that was read from it. An id is made here, and no path is ever built from anything else.

What was said to be kept is found after a power failure: bytes, then the row beside them, then the folder are flushed.
Removed bytes are unlinked. What that leaves of them is the file system's, as with every file of the data directory.
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from freehold.core.errors import NotFound, Unavailable

_LOG = logging.getLogger(__name__)
_BLOCK = 1 << 20


class Put(msgspec.Struct, frozen=True):
    """A file in a collection: the name of the document that was made of it, and the job that made it."""

    name: str
    job: str


class Filed(msgspec.Struct, frozen=True):
    """A file that is kept. `size` is in bytes; `digest`: its SHA-256 as hex; `collections`: where it was put."""

    id: str
    name: str
    purpose: str
    size: int
    created_ns: int
    collections: dict[str, Put] = {}
    digest: str = ""
    """Empty where it was not recorded yet."""


class Shelf:
    """The files of one folder, which one process uses at a time. Synchronous and safe to call from several threads.

    Every change raises `Unavailable` when the disk does not take it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._read: dict[str, Filed] | None = None

    def keep(self, source: Path, name: str, purpose: str) -> Filed:
        """Take a copy of a file."""
        self._rows()  # which sweeps, and would take bytes without a row for a stray
        file_id = f"file-{secrets.token_hex(12)}"
        try:
            with _told("the file cannot be kept"):
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                size, digest = _copy(source, self._bytes(file_id))
                filed = Filed(file_id, name, purpose, size, time.time_ns(), digest=digest)
                with self._lock:
                    self._write(filed)
        except Unavailable:
            with suppress(OSError):
                self._bytes(file_id).unlink(missing_ok=True)
            raise
        return filed

    def get(self, file_id: str) -> Filed:
        """One file; raises `NotFound`."""
        filed = self._rows().get(file_id)
        if filed is None:
            raise NotFound(f"there is no file {file_id[:80]!a}")
        return filed

    def content(self, file_id: str) -> Path:
        """Where its bytes are; raises `NotFound`."""
        path = self._bytes(self.get(file_id).id)
        if not path.is_file():
            raise NotFound(f"the content of {file_id} is gone; delete the file and send it again")
        return path

    def all(self) -> list[Filed]:
        """Every file, newest first."""
        with self._lock:
            return sorted(self._rows().values(), key=lambda filed: (filed.created_ns, filed.id), reverse=True)

    def of(self, collection: str) -> dict[str, Filed]:
        """The files in a collection, by the names of their documents."""
        return {filed.collections[collection].name: filed for filed in self.all() if collection in filed.collections}

    def holds(self, collection: str, name: str) -> bool:
        """Whether a file is in a collection under that name."""
        with self._lock:
            puts = (filed.collections.get(collection) for filed in self._rows().values())
            return any(put is not None and put.name == name for put in puts)

    def put(self, file_id: str, collection: str, put: Put) -> Filed:
        """Remember that it is in a collection."""
        return self._change(file_id, lambda held: {**held, collection: put})

    def take_out(self, file_id: str, collection: str) -> Filed:
        """Remember that it is not, any more."""
        return self._change(file_id, lambda held: {name: put for name, put in held.items() if name != collection})

    def remove(self, file_id: str) -> None:
        """Remove a file; raises `NotFound`."""
        with self._lock, _told("the file cannot be removed"):
            filed = self.get(file_id)
            # The bytes first: after a crash between the two there is a row to remove again, and no lost file.
            self._bytes(filed.id).unlink(missing_ok=True)
            self._row(filed.id).unlink(missing_ok=True)
            self._rows().pop(filed.id)
            _flush(self._folder)

    def _change(self, file_id: str, change: Callable[[dict[str, Put]], dict[str, Put]]) -> Filed:
        with self._lock, _told("where the file is put cannot be kept"):
            held = self.get(file_id)
            fresh = msgspec.structs.replace(held, collections=change(held.collections))
            self._write(fresh)
        return fresh

    def _write(self, filed: Filed) -> None:
        fresh = self._row(filed.id).with_suffix(".new")
        _write(fresh, (msgspec.json.encode(filed),))
        fresh.replace(self._row(filed.id))
        _flush(self._folder)
        self._rows()[filed.id] = filed

    def _rows(self) -> dict[str, Filed]:
        """Every file by its id, read from the folder once."""
        with self._lock:
            if self._read is None:
                rows = sorted(self._folder.glob("file-*.json"))
                self._sweep({path.stem for path in rows})
                self._read = {filed.id: filed for filed in map(_decoded, rows) if filed is not None}
            return self._read

    def _sweep(self, known: set[str]) -> None:
        """Remove what a crash left: bytes that have no row, and rows that were not in place yet."""
        for path in (*self._folder.glob("file-*.bin"), *self._folder.glob("file-*.new")):
            if path.suffix == ".new" or path.stem not in known:
                with suppress(OSError):
                    path.unlink()

    def _row(self, file_id: str) -> Path:
        return self._folder / f"{file_id}.json"

    def _bytes(self, file_id: str) -> Path:
        return self._folder / f"{file_id}.bin"


def _decoded(path: Path) -> Filed | None:
    """A row; `None` for one that cannot be read, which must not keep all others from being."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Filed)
    except (OSError, msgspec.DecodeError) as error:
        _LOG.error("%s cannot be read, and its file is left out: %s", path, error)
        return None


def _copy(source: Path, target: Path) -> tuple[int, str]:
    """Copy a file durably; returns its size in bytes and its SHA-256."""
    size, digest = 0, hashlib.sha256()

    def blocks() -> Iterator[bytes]:
        nonlocal size
        with source.open("rb") as file:
            while block := file.read(_BLOCK):
                size += len(block)
                digest.update(block)
                yield block

    _write(target, blocks())
    return size, digest.hexdigest()


def _write(path: Path, blocks: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        for block in blocks:
            file.write(block)
        file.flush()
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    """So that a name that came or went is as it was left after a power failure too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(f"{what}: {error.strerror or error}; look at the disk's free space") from error
