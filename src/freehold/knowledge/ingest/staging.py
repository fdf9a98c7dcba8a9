"""Uploaded bytes on disk until they have been read: one file for each content, named by its SHA-256.

A file is whole or not there: it is written under another name, flushed and renamed. The directory itself is flushed by
`flush`, once for many files, before anyone is told that the bytes are safe. Two uploads may have one content; so a file
is held from the moment it is kept until the row that needs it is written, and dropped only when no row needs it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from freehold.core.errors import TooLarge
from freehold.stores import disk

MOST_BYTES = 1 << 30
"""Of one upload, unless it is set otherwise."""
_BLOCK = 1 << 20
_PART = ".part"


class Staged(msgspec.Struct, frozen=True):
    """What was kept: SHA-256 of the bytes as hex, and how many there are."""

    digest: str
    size: int


class Staging:
    """A directory of contents that wait. Safe to use from several threads; one process at a time."""

    def __init__(self, directory: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self._directory = directory
        self._most_bytes = most_bytes
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def path(self, digest: str) -> Path:
        """Where the bytes of that digest are, if they are kept."""
        return self._directory / digest

    def keep(self, body: bytes | Path) -> Staged:
        """Copy bytes, or those of a file, here, and hold them until `let_go`.

        Raises `TooLarge`, or `Unavailable` when the disk does not take them. A path that cannot be read raises its own
        `OSError`: it is the caller's.
        """
        if isinstance(body, bytes):
            self._bound(len(body))
            return self._write(iter((body,)))
        with body.open("rb") as source:
            self._bound(os.fstat(source.fileno()).st_size)
            return self._write(iter(lambda: source.read(_BLOCK), b""))

    def let_go(self, digest: str) -> None:
        """The row that needs this content is written, or never will be."""
        with self._lock:
            self._held[digest] -= 1
            if self._held[digest] <= 0:
                del self._held[digest]

    def drop(self, digest: str, needed: Callable[[str], bool]) -> None:
        """Remove a content, unless it is held or `needed` says that a row waits for it."""
        with self._lock:
            if digest not in self._held and not needed(digest):
                self.path(digest).unlink(missing_ok=True)

    def flush(self) -> None:
        """Flush the directory, so that what was kept until now is found after a power failure too."""
        handle = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def sweep(self, wanted: Iterable[str]) -> int:
        """Remove all but these digests: what a crash left half written, or kept after its use. Returns how many."""
        keep, removed = set(wanted), 0
        with suppress(FileNotFoundError):
            for entry in os.scandir(self._directory):
                if entry.name not in keep and entry.is_file(follow_symlinks=False):
                    Path(entry.path).unlink(missing_ok=True)
                    removed += 1
        return removed

    def _bound(self, size: int) -> None:
        if size > self._most_bytes:
            raise TooLarge(f"the file has {size:,} bytes; at most {self._most_bytes:,} are taken", param="file")

    def _write(self, blocks: Iterable[bytes]) -> Staged:
        part = self._directory / (secrets.token_hex(16) + _PART)
        digest, size = hashlib.sha256(), 0
        try:
            with disk.kept(self._directory):
                with os.fdopen(self._open(part), "wb", buffering=0) as file:
                    for block in blocks:
                        size += len(block)
                        self._bound(size)
                        digest.update(block)
                        _write_all(file.fileno(), block)
                    os.fsync(file.fileno())
                staged = Staged(digest.hexdigest(), size)
                with self._lock:
                    part.replace(self.path(staged.digest))
                    self._held[staged.digest] += 1
        finally:
            part.unlink(missing_ok=True)
        return staged

    def _open(self, part: Path) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            return os.open(part, flags, 0o600)
        except FileNotFoundError:
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            return os.open(part, flags, 0o600)


def _write_all(handle: int, block: bytes) -> None:
    """A raw write may take less than it was given, as on a disk that is nearly full."""
    view = memoryview(block)
    while view:
        view = view[os.write(handle, view) :]
