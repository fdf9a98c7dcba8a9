"""Files as they were sent, kept for OpenAI's ``/v1/files`` until they are deleted: two files each, named by its id.

A file may be put into several collections. Which, under which name and by which job stands beside it, so that deleting
it can take back all that was read from it. An id is made here, and no path is ever built from anything else.
"""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from freehold.core.errors import NotFound, Unavailable


class Put(msgspec.Struct, frozen=True):
    """A file in a collection: the name of the document that was made of it, and the job that made it."""

    name: str
    job: str


class Filed(msgspec.Struct, frozen=True):
    """A file that is kept. `size` is in bytes; `collections`: where it was put."""

    id: str
    name: str
    purpose: str
    size: int
    created_ns: int
    collections: dict[str, Put] = {}


class Shelf:
    """The files of one folder, which one process uses at a time. Synchronous and safe to call from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._read: dict[str, Filed] | None = None

    def keep(self, source: Path, name: str, purpose: str) -> Filed:
        """Take a copy of a file; raises `Unavailable` when the disk does not take it."""
        filed = Filed(f"file-{secrets.token_hex(12)}", name, purpose, source.stat().st_size, time.time_ns())
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._lock:
                shutil.copyfile(source, self._bytes(filed.id))
                self._write(filed)
        except OSError as error:
            with suppress(OSError):
                self._bytes(filed.id).unlink(missing_ok=True)
            raise Unavailable(f"the file cannot be kept: {error.strerror}; look at the disk's free space") from error
        return filed

    def get(self, file_id: str) -> Filed:
        """One file; raises `NotFound`."""
        filed = self._rows().get(file_id)
        if filed is None:
            raise NotFound(f"there is no file {file_id[:80]!a}")
        return filed

    def content(self, file_id: str) -> Path:
        """Where its bytes are; raises `NotFound`."""
        return self._bytes(self.get(file_id).id)

    def all(self) -> list[Filed]:
        """Every file, newest first."""
        with self._lock:
            return sorted(self._rows().values(), key=lambda filed: (filed.created_ns, filed.id), reverse=True)

    def of(self, collection: str) -> dict[str, Filed]:
        """The files in a collection, by the names of their documents."""
        return {filed.collections[collection].name: filed for filed in self.all() if collection in filed.collections}

    def put(self, file_id: str, collection: str, put: Put) -> Filed:
        """Remember that it is in a collection."""
        return self._change(file_id, lambda held: {**held, collection: put})

    def take_out(self, file_id: str, collection: str) -> Filed:
        """Remember that it is not, any more."""
        return self._change(file_id, lambda held: {name: put for name, put in held.items() if name != collection})

    def remove(self, file_id: str) -> None:
        """Remove a file; raises `NotFound`."""
        with self._lock:
            filed = self.get(file_id)
            # The bytes first: after a crash between the two there is a row to remove again, and no lost file.
            self._bytes(filed.id).unlink(missing_ok=True)
            self._row(filed.id).unlink(missing_ok=True)
            self._rows().pop(filed.id)

    def _change(self, file_id: str, change: Callable[[dict[str, Put]], dict[str, Put]]) -> Filed:
        with self._lock:
            held = self.get(file_id)
            fresh = msgspec.structs.replace(held, collections=change(held.collections))
            self._write(fresh)
        return fresh

    def _write(self, filed: Filed) -> None:
        fresh = self._row(filed.id).with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(filed))
        fresh.replace(self._row(filed.id))
        self._rows()[filed.id] = filed

    def _rows(self) -> dict[str, Filed]:
        """Every file by its id, read from the folder once."""
        with self._lock:
            if self._read is None:
                rows = (msgspec.json.decode(path.read_bytes(), type=Filed) for path in self._folder.glob("file-*.json"))
                self._read = {filed.id: filed for filed in rows}
            return self._read

    def _row(self, file_id: str) -> Path:
        return self._folder / f"{file_id}.json"

    def _bytes(self, file_id: str) -> Path:
        return self._folder / f"{file_id}.bin"
