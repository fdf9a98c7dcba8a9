from __future__ import annotations

import errno
import gzip
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from freehold.backup import restoration
from freehold.backup.archive import read_archive, write_archive
from freehold.backup.manifest import Manifest
from freehold.backup.restoration import restore
from freehold.backup.writer import write
from freehold.core.errors import AlreadyRunning, SetupError
from freehold.stores.instance import InstanceLock
from freehold.stores.keys import Grant, Keys
from freehold.stores.sqlite import HEAD, open_store, upgrade


def names(folder: Path) -> list[str]:
    keys = Keys(open_store(folder).connect)
    found = sorted(key.grant.name for key in keys.list())
    keys.close()
    return found


def a_directory(folder: Path, name: str) -> Path:
    keys = Keys(open_store(folder).connect)
    keys.create(Grant(name=name))
    keys.close()
    (folder / "audit.key").write_text("ab" * 32)
    return folder


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return write(a_directory(tmp_path / "data", "ann"), tmp_path / "b.tar.gz").path


@pytest.fixture
def there(tmp_path: Path) -> Path:
    return tmp_path / "there"


def changed(backup: Path, place: Path, **change: Any) -> Path:
    """The same backup with another manifest or other files."""
    folder = place / "changed"
    folder.mkdir()
    with backup.open("rb") as file:
        manifest = read_archive(file, folder, lambda _size: None)
    fresh = msgspec.convert(msgspec.to_builtins(manifest) | change, Manifest)
    path = place / "changed.tar.gz"
    with path.open("wb") as out:
        write_archive(out, fresh, folder, lambda _size: None)
    return path


def test_what_was_backed_up_is_there_again(backup: Path, there: Path) -> None:
    told: list[int] = []
    restored = restore(backup, there, say=told.append)
    assert restored.aside is None
    assert sum(told) == restored.manifest.size
    assert names(there) == ["ann"]
    assert {path.name for path in there.iterdir()} >= {"freehold.db", "audit.key"}
    assert not any(path.name.startswith(".restoring") for path in there.iterdir())
    assert all(path.stat().st_mode & 0o077 == 0 for path in there.iterdir())


def test_a_running_freehold_is_left_alone(backup: Path, there: Path) -> None:
    a_directory(there, "bea")
    with InstanceLock.acquire(there), pytest.raises(AlreadyRunning):
        restore(backup, there, force=True)
    assert names(there) == ["bea"]


def test_what_stands_there_is_refused_or_put_aside_and_never_removed(backup: Path, there: Path) -> None:
    a_directory(there, "bea")
    (there / "models").mkdir()
    with pytest.raises(SetupError, match="--force"):
        restore(backup, there)
    assert names(there) == ["bea"]
    aside = restore(backup, there, force=True).aside
    assert aside is not None
    assert names(there) == ["ann"]
    assert names(aside) == ["bea"]
    assert (aside / "audit.key").is_file()
    assert (there / "models").is_dir()  # what no backup holds stays in its place


def test_weights_alone_stand_in_nobodys_way(backup: Path, there: Path) -> None:
    (there / "models").mkdir(parents=True)
    restore(backup, there)
    assert names(there) == ["ann"]


@pytest.mark.parametrize("failing", range(4))
def test_a_move_that_fails_takes_back_those_before_it(
    backup: Path, there: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    a_directory(there, "bea")
    before = {path.name: path.read_bytes() for path in there.iterdir() if path.is_file()}
    moved, rename = [], Path.rename

    def fails(self: Path, target: Path) -> Path:
        moved.append(self)
        if len(moved) == failing + 1:
            raise OSError(errno.EIO, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(SetupError, match="the directory is as it was"):
        restore(backup, there, force=True)
    monkeypatch.undo()
    after = {path.name: path.read_bytes() for path in there.iterdir() if path.is_file()}
    assert {**after, "instance.lock": b""} == {**before, "instance.lock": b""}
    assert not any(path.is_dir() for path in there.iterdir())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"revision": "9999"}, "newer Freehold"),
        ({"library": 10_000}, "newer Freehold"),
        ({"revision": "0001"}, "freehold.db in it has schema"),
        ({"entries": []}, "no ledger"),
    ],
)
def test_what_this_freehold_cannot_read_is_refused(
    backup: Path, there: Path, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(SetupError, match=said):
        restore(changed(backup, tmp_path, **change), there)
    assert not there.exists()


def test_an_older_one_is_brought_up_to_date_at_its_next_start(tmp_path: Path, there: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    upgrade(old / "freehold.db", "0005")
    restore(write(old, tmp_path / "b.tar.gz").path, there)
    store = open_store(there)
    with closing(store.reader()) as reader:
        assert reader.execute("SELECT version_num FROM alembic_version").fetchone()[0] == HEAD


@pytest.mark.parametrize("damage", ["cut", "flipped", "not one", "absent"])
def test_a_damaged_one_touches_nothing(backup: Path, there: Path, damage: str) -> None:
    a_directory(there, "bea")
    whole = backup.read_bytes()
    if damage == "cut":
        backup.write_bytes(whole[:-200])
    elif damage == "flipped":
        plain = bytearray(gzip.decompress(whole))
        plain[-5000] ^= 255
        backup.write_bytes(gzip.compress(bytes(plain)))
    elif damage == "not one":
        backup.write_text("a text")
    else:
        backup.unlink()
    with pytest.raises(SetupError):
        restore(backup, there, force=True)
    assert names(there) == ["bea"]
    assert not any(path.name.startswith((".restoring", "before")) for path in there.iterdir())


def test_a_database_that_is_none_and_a_log_that_is_broken_are_found(tmp_path: Path, there: Path) -> None:
    folder = tmp_path / "fresh"
    (folder / "audit").mkdir(parents=True)
    (folder / "audit" / "checkpoint").write_text("freehold\n3\nAAAA\n\n- x\n")
    with pytest.raises(SetupError, match="audit log in it is broken"):
        restoration._check_log(folder)
    (folder / "freehold.db").write_bytes(b"no database" * 100)
    manifest = Manifest(1, "x", "x", HEAD, None, "none", ())
    with pytest.raises(SetupError, match="no sound database"):
        restoration._check_databases(manifest, folder)


def test_a_disk_without_room_is_told_before_anything_is_unpacked(
    backup: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=10))
    with pytest.raises(SetupError, match="make room"):
        restore(backup, there)


def test_sessions_do_not_come_back(backup: Path, there: Path) -> None:
    restore(backup, there)
    with closing(sqlite3.connect(there / "freehold.db")) as connection:
        assert connection.execute("SELECT count(*) FROM sessions").fetchone()[0] == 0
