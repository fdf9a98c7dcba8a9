"""Writes a backup: a snapshot beside the file that it becomes, then the archive, then its name, all or nothing."""

from __future__ import annotations

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
        with TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as name:
            folder = Path(name)
            made = datetime.now(UTC).isoformat(timespec="seconds")
            snapshot(data_dir, folder, library=not postgresql, tell=lambda size: told("copied", size))
            if configuration is not None:
                shutil.copyfile(configuration, folder / CONFIGURATION)
            manifest = _described(folder, made, postgresql=postgresql)
            with _becoming(path) as descriptor, os.fdopen(descriptor, "wb") as file:
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
def _becoming(path: Path) -> Iterator[int]:
    """A fresh file that gets this name when it is whole, and is gone otherwise."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
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
