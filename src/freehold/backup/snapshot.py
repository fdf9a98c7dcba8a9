"""One moment of a data directory, copied while a Freehold may be at work on it.

What must agree is pinned together, which takes milliseconds; then it is copied at leisure.

- Databases are read inside one transaction each, by SQLite's own online backup, never as files.
- The audit log. A sealer writes tiles, then the checkpoint, and only then takes the leaves out of the database. So
  where the checkpoint reads the same before and after the database was pinned, that database holds every leaf that
  the checkpoint does not count in, and the tiles of that checkpoint are the log of that very moment. Tiles never
  change; what has grown meanwhile begins with what it was.
- Documents. The files of vectors change in place, under the write lock of the library. That lock is held while they are
  copied, and documents wait to be read for as long.
- Files as they were sent are replaced and never changed, so a link holds them.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from pathlib import Path

from freehold.backup.parts import AUDIT, FILES, JOBS, KEYS, LEDGER, LIBRARY, VECTORS, WAITING, is_part
from freehold.core.errors import SetupError
from freehold.ledger.audit.folder import COSIGNED_NAME, KEY_NAME, Folder
from freehold.ledger.audit.note import Checkpoint
from freehold.ledger.audit.tiles import CHECKPOINT, tiles_of

Tell = Callable[[int], None]
"""Told of so many further bytes."""

_PAGES = 2048
_PATIENCE_MS = 15_000
_TRIES = 200


def snapshot(data_dir: Path, into: Path, *, library: bool, tell: Tell) -> None:
    """Copy what a backup holds into an empty folder. `library`: documents are kept in this directory.

    Raises `SetupError` for a directory without data, `OSError` and `sqlite3.Error`.
    """
    if not (data_dir / LEDGER).is_file():
        raise SetupError(f"there is no data in {data_dir}; name the directory of a Freehold that has run")
    with ExitStack() as pins:
        with _still(data_dir / LIBRARY) if library else nullcontext():
            pinned = {LEDGER: pins.enter_context(_reading(data_dir / LEDGER))}
            checkpoint = _pin_with_log(pinned[LEDGER], Folder(data_dir / AUDIT))
            for name in (JOBS, *([LIBRARY] if library else [])):
                if (data_dir / name).is_file():
                    pinned[name] = pins.enter_context(_reading(data_dir / name))
                    _pin(pinned[name])
            _copy_files(data_dir, into, library=library, tell=tell)
        for name, connection in pinned.items():
            _copy_database(connection, into / name, tell)
    _copy_log(Folder(data_dir / AUDIT), checkpoint, into / AUDIT, tell)


@contextmanager
def _still(library: Path) -> Iterator[None]:
    """Keep the library from being written to, where there is one."""
    if not library.is_file():
        yield
        return
    with closing(sqlite3.connect(library, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA busy_timeout={_PATIENCE_MS:d}")
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that only reads."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA busy_timeout={_PATIENCE_MS:d}")
        yield connection


def _pin(connection: sqlite3.Connection) -> None:
    """Begin to read; from now on the connection sees what is there now."""
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _pin_with_log(connection: sqlite3.Connection, folder: Folder) -> tuple[bytes, bytes | None] | None:
    """Pin the ledger at a moment of its log; that moment's checkpoint, and the cosigned one that stood then."""
    for _ in range(_TRIES):
        before = folder.fetch(CHECKPOINT)
        cosigned = folder.fetch(COSIGNED_NAME)
        _pin(connection)
        if folder.fetch(CHECKPOINT) == before:
            return None if before is None else (before, cosigned)
        connection.execute("ROLLBACK")
    raise SetupError(f"the audit log in {folder.path} does not hold still; try again")


def _copy_files(data_dir: Path, into: Path, *, library: bool, tell: Tell) -> None:
    for path in sorted(data_dir.glob(KEYS)):
        _copy(path, data_dir, into, tell)
    if library:
        for path in sorted(data_dir.glob(VECTORS)):
            _copy(path, data_dir, into, tell)
    for path in sorted(data_dir.glob(WAITING)):
        _link(path, data_dir, into, tell)
    for row in sorted(data_dir.glob(FILES)):
        content = row.with_suffix(".bin")
        if content.is_file():
            _link(content, data_dir, into, tell)
            _link(row, data_dir, into, tell)


def _copy(path: Path, data_dir: Path, into: Path, tell: Tell) -> None:
    target = _place(path, data_dir, into)
    if target is not None:
        shutil.copyfile(path, target)
        target.chmod(0o600)
        tell(target.stat().st_size)


def _link(path: Path, data_dir: Path, into: Path, tell: Tell) -> None:
    """Hold a file that is never changed in place; one that is gone by now was no part of this moment."""
    target = _place(path, data_dir, into)
    if target is None:
        return
    try:
        os.link(path, target)
    except FileNotFoundError:
        return
    except OSError:  # another file system, or one without links
        with suppress(FileNotFoundError):
            shutil.copyfile(path, target)
    if target.is_file():
        tell(target.stat().st_size)


def _place(path: Path, data_dir: Path, into: Path) -> Path | None:
    """Where a file goes; `None` for one that is none of Freehold's."""
    name = path.relative_to(data_dir).as_posix()
    if not is_part(name) or path.is_symlink() or not path.is_file():
        return None
    target = into / name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return target


def _copy_database(connection: sqlite3.Connection, target: Path, tell: Tell) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    done = 0

    def progress(_status: int, remaining: int, total: int) -> None:
        nonlocal done
        tell((total - remaining) * size - done)
        done = (total - remaining) * size

    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        connection.backup(copy, pages=_PAGES, progress=progress, sleep=0.01)
        # One file, whole in itself: the mode in which it was copied would have it bring a log of changes.
        copy.execute("PRAGMA journal_mode=DELETE")
        if target.name == LEDGER:
            # Whoever is signed in is so at the Freehold that was copied, and not at one that was restored.
            copy.execute("PRAGMA secure_delete=ON")
            with suppress(sqlite3.OperationalError):  # one from before there were any
                copy.execute("DELETE FROM sessions")


def _copy_log(folder: Folder, checkpoint: tuple[bytes, bytes | None] | None, into: Path, tell: Tell) -> None:
    """The log as the checkpoint has it, whatever has come since."""
    if checkpoint is None:
        return
    note, cosigned = checkpoint
    size = Checkpoint.parse(note.decode().partition("\n\n")[0] + "\n").size
    copied = {CHECKPOINT: note, COSIGNED_NAME: cosigned, KEY_NAME: folder.fetch(KEY_NAME)}
    for tile in tiles_of(size):
        data = folder.fetch(tile.path)
        if data is None:
            raise SetupError(
                f"{tile.path} of the audit log is missing; 'freehold audit verify' says what else is wrong"
            )
        _put(into / tile.path, data)
        tell(len(data))
    for name, data in copied.items():
        if data is not None:
            _put(into / name, data)


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(data)
