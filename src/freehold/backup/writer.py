"""Writes a backup: a snapshot beside the file that it becomes, then the archive, then its name, all or nothing."""

from __future__ import annotations

import fcntl
import glob
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import msgspec

from freehold import __version__
from freehold.backup.archive import entry_of, write_archive
from freehold.backup.manifest import FORMAT, Manifest
from freehold.backup.parts import CONFIGURATION, LEDGER, LIBRARY
from freehold.backup.snapshot import snapshot
from freehold.core.errors import SetupError

Say = Callable[[Literal["copied", "packed"], int], None]
"""Told what was done with so many further bytes."""


class Written(msgspec.Struct, frozen=True):
    """A backup that was written: where, how large, and what it says of itself."""

    path: Path
    size: int
    manifest: Manifest


def write(
    data_dir: Path, path: Path, *, postgresql: bool = False, configuration: Path | None = None, say: Say | None = None
) -> Written:
    """Back up a data directory into a file of that name, readable by its owner alone. A Freehold may run on it.

    `postgresql`: documents are kept there, and are not in the backup. `configuration`: a file to take with it. Raises
    `SetupError`, with the mend, where that cannot be; nothing is then left behind.
    """
    told = say or (lambda _what, _size: None)
    if path.exists():
        raise SetupError(f"{path} exists; choose another name, or move it away")
    try:
        with _folder_beside(path) as folder:
            made = datetime.now(UTC).isoformat(timespec="seconds")
            snapshot(data_dir, folder, library=not postgresql, tell=lambda size: told("copied", size))
            if configuration is not None:
                shutil.copyfile(configuration, folder / CONFIGURATION)
            manifest = _described(folder, made, postgresql=postgresql)
            with _becoming(path, folder) as descriptor, os.fdopen(descriptor, "wb") as file:
                write_archive(file, manifest, folder, lambda size: told("packed", size))
                file.flush()
                os.fsync(file.fileno())
    except (OSError, sqlite3.Error) as error:
        what = getattr(error, "strerror", None) or error
        raise SetupError(
            f"the backup could not be written to {path}: {what}; nothing was left behind. It needs room for a copy of"
            " the data, and for the backup itself"
        ) from error
    return Written(path, path.stat().st_size, manifest)


@contextmanager
def _folder_beside(path: Path) -> Iterator[Path]:
    """A folder in which a backup of this name is made; what a killed one left behind goes first.

    Whoever makes one holds a lock on its folder for as long as the process lives, so what is locked is no leftover.
    """
    prefix = f".{path.name}.unfinished-"
    for old in path.parent.glob(f"{glob.escape(prefix)}*"):
        with _locked(old) as is_leftover:
            if is_leftover:
                shutil.rmtree(old)
    with TemporaryDirectory(prefix=prefix, dir=path.parent) as name, _locked(Path(name)):
        yield Path(name)


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Whether nobody else held it: then it is held."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(descriptor)


@contextmanager
def _becoming(path: Path, folder: Path) -> Iterator[int]:
    """A fresh file that gets this name when it is whole, and is gone otherwise."""
    fresh = folder / f"{secrets.token_hex(6)}.whole"
    try:
        yield os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fresh.rename(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _described(folder: Path, made: str, *, postgresql: bool) -> Manifest:
    names = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
    return Manifest(
        format=FORMAT,
        freehold=__version__,
        made=made,
        revision=str(_asked(folder / LEDGER, "SELECT version_num FROM alembic_version")),
        library=int(str(_asked(folder / LIBRARY, "PRAGMA user_version"))) if LIBRARY in names else None,
        documents="postgresql" if postgresql else "here" if LIBRARY in names else "none",
        entries=tuple(entry_of(folder / name, name) for name in names),
    )


def _asked(path: Path, question: str) -> object:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(question).fetchone()[0]
