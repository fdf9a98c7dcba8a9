"""Restores a backup: all of it is read and checked beside its place first; then it is put there, or nothing is.

What stands in the way is moved into a folder of its own and never removed. All moves are renames within the data
directory, so that one which is a mount point will do; if one fails, those before it are taken back.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import BinaryIO

import msgspec

from freehold.backup.archive import read_archive, read_manifest
from freehold.backup.manifest import Manifest
from freehold.backup.parts import AUDIT, DATABASES, LEDGER, LIBRARY, is_top
from freehold.core.errors import SetupError
from freehold.knowledge.library.sqlite_schema import HEAD as LIBRARY_HEAD
from freehold.ledger.audit.edge import Edge
from freehold.ledger.audit.folder import Folder, checkpoint_of
from freehold.ledger.audit.note import Checkpoint
from freehold.stores.instance import LOCK_NAME, InstanceLock
from freehold.stores.sqlite import REVISIONS

_FRESH = ".restoring-"
_ASIDE = "before-restore-"


class Restored(msgspec.Struct, frozen=True):
    """What was restored, and where that lies which was there before; `None` where nothing was."""

    manifest: Manifest
    aside: Path | None


def restore(path: Path, data_dir: Path, *, force: bool = False, say: Callable[[int], None] | None = None) -> Restored:
    """Put what a backup holds into a data directory. `force`: put aside what is there, instead of refusing.

    Raises `AlreadyRunning` where a Freehold runs on it, and `SetupError`, with the mend, where the backup is damaged,
    is of a newer Freehold, or cannot be put there; the directory is then as it was, and gone where there was none.
    """
    try:
        made = not data_dir.exists()
        with path.open("rb") as file, InstanceLock.acquire(data_dir), _gone_if_refused(data_dir, made=made):
            standing = sorted(entry for entry in data_dir.iterdir() if is_top(entry.name))
            if standing and not force:
                raise SetupError(
                    f"{data_dir} holds data already; choose another directory with --data-dir, or say --force to have"
                    " it put aside"
                )
            with _room_in(data_dir) as fresh:
                manifest = _checked(path, file, fresh, data_dir, say or (lambda _size: None))
                aside = _swap(fresh, standing, data_dir)
    except (OSError, sqlite3.Error) as error:
        what = getattr(error, "strerror", None) or error
        raise SetupError(f"{path} could not be restored to {data_dir}: {what}; the directory is as it was") from error
    return Restored(manifest, aside)


def _checked(path: Path, file: BinaryIO, fresh: Path, data_dir: Path, say: Callable[[int], None]) -> Manifest:
    """Unpack and check everything."""
    try:
        _refuse_newer(read_manifest(file), data_dir)
        file.seek(0)
        manifest = read_archive(file, fresh, say)
        _check_databases(manifest, fresh)
        _check_log(fresh)
    except SetupError as error:
        raise SetupError(f"{path} was not restored: {error}") from error
    return manifest


def _refuse_newer(manifest: Manifest, data_dir: Path) -> None:
    if manifest.revision not in REVISIONS or (manifest.library or 0) > LIBRARY_HEAD:
        raise SetupError(
            f"it was written by a newer Freehold ({manifest.freehold}, schema {manifest.revision}; this one knows up to"
            f" {REVISIONS[-1]}); upgrade Freehold to restore it"
        )
    if LEDGER not in {entry.name for entry in manifest.entries}:
        raise SetupError("it holds no ledger; it is damaged, or no backup")
    free = shutil.disk_usage(data_dir).free
    if manifest.size > free:
        raise SetupError(f"it needs {manifest.size:,} bytes, and {free:,} are free; make room")


def _check_databases(manifest: Manifest, fresh: Path) -> None:
    for name in DATABASES:
        if (fresh / name).is_file():
            with closing(sqlite3.connect(fresh / name)) as connection:
                try:
                    sound = connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
                except sqlite3.DatabaseError:
                    sound = False
                if not sound:
                    raise SetupError(f"{name} in it is no sound database; it is damaged")
                _check_revision(name, connection, manifest)


def _check_revision(name: str, connection: sqlite3.Connection, manifest: Manifest) -> None:
    """A manifest that says another schema than the database has would get past the refusal of a newer one."""
    if name == LEDGER:
        found: object = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        same = found == manifest.revision
    else:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        same = name != LIBRARY or found == manifest.library
    if not same:
        raise SetupError(f"{name} in it has schema {found}, and the manifest says another; it is damaged")


def _check_log(fresh: Path) -> None:
    """Hold the edge of the audit log against its checkpoint. 'freehold audit verify' checks every leaf."""
    folder = Folder(fresh / AUDIT)
    try:
        note = checkpoint_of(folder)
        if note is None:
            return
        checkpoint = Checkpoint.parse(note.partition("\n\n")[0] + "\n")
        sound = Edge.read(folder.fetch, checkpoint.size).root == checkpoint.root
    except ValueError as error:
        raise SetupError(f"the audit log in it is broken: {error}") from error
    if not sound:
        raise SetupError("the audit log in it does not add up to its checkpoint; it is damaged")


@contextmanager
def _gone_if_refused(data_dir: Path, *, made: bool) -> Iterator[None]:
    """Leave no directory behind that was made for nothing; what anybody else put there stays, and so does it."""
    try:
        yield
    except BaseException:
        if made:
            with suppress(OSError):
                (data_dir / LOCK_NAME).unlink(missing_ok=True)
                data_dir.rmdir()
        raise


@contextmanager
def _room_in(data_dir: Path) -> Iterator[Path]:
    """A folder within the directory, gone afterwards with whatever is still in it."""
    fresh = Path(mkdtemp(prefix=_FRESH, dir=data_dir))
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh)


def _swap(fresh: Path, standing: list[Path], data_dir: Path) -> Path | None:
    """Put aside what stands, and what is fresh in its place; all of it, or nothing."""
    aside = None
    if standing:
        aside = data_dir / f"{_ASIDE}{datetime.now(UTC):%Y%m%d-%H%M%S}"
        aside.mkdir(mode=0o700)
    moves = [(each, aside / each.name) for each in standing if aside is not None]
    # The ledger last: where it is, the rest is.
    come = sorted(fresh.iterdir(), key=lambda each: each.name == LEDGER)
    moves += [(each, data_dir / each.name) for each in come]
    done: list[tuple[Path, Path]] = []
    try:
        for here, there in moves:
            here.rename(there)
            done.append((here, there))
    except BaseException:
        for here, there in reversed(done):
            there.rename(here)
        if aside is not None:
            with suppress(OSError):
                aside.rmdir()
        raise
    _flush(data_dir)
    return aside


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
