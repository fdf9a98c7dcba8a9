"""The archive: a tar file (POSIX.1-1988, with GNU's sizes above 8 GiB), compressed with gzip, its manifest first.

Any tar program lists and unpacks it. It is read here without one: every header must be the plain file that the manifest
names next, of the size that it says, so there is no link, no folder, no name of anybody else's choosing, and no more
bytes than were announced.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from freehold.backup.manifest import LARGEST, NAME, Entry, Manifest, decoded
from freehold.core.errors import SetupError

Tell = Callable[[int], None]
"""Told of so many further bytes."""

_BLOCK = 512
_PIECE = 1 << 20
_LEVEL = 6


def entry_of(path: Path, name: str) -> Entry:
    """A file as the manifest has it."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return Entry(name, size, digest.hexdigest())


def write_archive(file: BinaryIO, manifest: Manifest, folder: Path, tell: Tell) -> None:
    """Write the manifest and the files of a folder that it names. Raises `OSError`."""
    with gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=file, mtime=0) as packed:
        said = msgspec.json.encode(manifest)
        packed.write(_header(NAME, len(said)) + said + _padding(len(said)))
        for entry in manifest.entries:
            packed.write(_header(entry.name, entry.size))
            with (folder / entry.name).open("rb") as source:
                while piece := source.read(_PIECE):
                    packed.write(piece)
                    tell(len(piece))
            packed.write(_padding(entry.size))
        packed.write(bytes(2 * _BLOCK))


def read_manifest(file: BinaryIO) -> Manifest:
    """What an archive says of itself; raises `SetupError`. Nothing else in it is looked at."""
    with _unpacked(file) as packed:
        return _manifest(packed)


def read_archive(file: BinaryIO, into: Path, tell: Tell) -> Manifest:
    """Read all of an archive into an empty folder, and hold each file against the manifest.

    Raises `SetupError` where anything is not as the manifest says, and `OSError` where the folder takes no more.
    """
    with _unpacked(file) as packed:
        manifest = _manifest(packed)
        for entry in manifest.entries:
            size = _size(packed, entry.name)
            if size != entry.size:
                raise SetupError(f"{entry.name} has {size} bytes, and the manifest says {entry.size}; it is damaged")
            _unpack(packed, entry, into / entry.name, tell)
        if _exactly(packed, 2 * _BLOCK).strip(b"\0") or packed.read(1):
            raise SetupError("it holds more than its manifest names; it is damaged, or no backup")
    return manifest


@contextmanager
def _unpacked(file: BinaryIO) -> Iterator[gzip.GzipFile]:
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as packed:
            yield packed
    except (gzip.BadGzipFile, zlib.error) as error:
        raise SetupError("it is damaged, or no backup") from error
    except EOFError as error:
        raise SetupError("it ends too soon; it is damaged, or was not written to its end") from error


def _manifest(packed: gzip.GzipFile) -> Manifest:
    size = _size(packed, NAME)
    if size > LARGEST:
        raise SetupError("its manifest is larger than any; it is damaged, or no backup")
    said = _exactly(packed, size)
    _exactly(packed, -size % _BLOCK)
    return decoded(said)


def _unpack(packed: gzip.GzipFile, entry: Entry, target: Path, tell: Tell) -> None:
    digest, left = hashlib.sha256(), entry.size
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
        while left:
            piece = packed.read(min(left, _PIECE))
            if not piece:
                raise EOFError
            file.write(piece)
            digest.update(piece)
            left -= len(piece)
            tell(len(piece))
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != entry.sha256:
        raise SetupError(f"{entry.name} is not what was backed up; it is damaged")
    _exactly(packed, -entry.size % _BLOCK)


def _size(packed: gzip.GzipFile, name: str) -> int:
    """The size of the file that comes next, which must be a plain one of that name."""
    try:
        header = tarfile.TarInfo.frombuf(_exactly(packed, _BLOCK), "utf-8", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError) as error:
        raise SetupError("it is damaged, or no backup") from error
    # GNU's sizes have a sign, and to read less than nothing is to read all there is.
    if header.name != name or header.type != tarfile.REGTYPE or header.size < 0:
        raise SetupError(f"{name} is missing from it, or not where it should be; it is damaged, or no backup")
    return header.size


def _exactly(packed: gzip.GzipFile, size: int) -> bytes:
    data = packed.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "strict")


def _padding(size: int) -> bytes:
    return bytes(-size % _BLOCK)
