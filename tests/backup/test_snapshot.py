from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from freehold.backup import snapshot as snapshot_module
from freehold.backup.snapshot import snapshot
from freehold.core.errors import SetupError
from freehold.ledger.audit import journal
from freehold.ledger.audit.folder import Folder
from freehold.ledger.audit.leaf import note
from freehold.ledger.audit.log import Log
from freehold.ledger.audit.sealer import Sealer
from freehold.ledger.audit.signing import LogKey
from freehold.stores.keyfile import keyfile
from freehold.stores.sqlite import SqliteStore, open_store


def quiet(_size: int) -> None:
    pass


@pytest.fixture
def data(tmp_path: Path) -> Path:
    open_store(tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def into(tmp_path: Path) -> Path:
    (tmp_path / "into").mkdir()
    return tmp_path / "into"


class Trail:
    """The audit log of a directory, to which leaves are written."""

    def __init__(self, data: Path) -> None:
        self.store = SqliteStore.of(data)
        self.key = LogKey(keyfile(data, "audit.key"))
        self.sealer = Sealer(self.store.connect, Folder(data / "audit"), lambda: self.key)
        self.sealer.begin()

    def say(self, leaves: int) -> None:
        with closing(self.store.connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            rows = journal.append(connection, [note("start", freehold="x") for _ in range(leaves)])
            connection.execute("COMMIT")
        self.sealer.grown(rows)

    def verified(self) -> int:
        """How many leaves there are, once all are sealed and each is held against the checkpoint."""
        assert self.sealer.seal() is None
        log = Log.open(self.sealer.folder.fetch, self.key.key)
        assert log.tiles.root() == log.checkpoint.root
        return log.checkpoint.size


@pytest.fixture
def trail(data: Path) -> Trail:
    return Trail(data)


def test_what_waits_to_be_sealed_and_what_is_sealed_fit_together(trail: Trail, data: Path, into: Path) -> None:
    trail.say(300)
    trail.verified()
    trail.say(20)
    snapshot(data, into, library=True, tell=quiet)
    trail.say(500)
    trail.verified()
    copied = Trail(into)
    assert copied.sealer.behind == 20
    assert copied.sealer.notice is None
    copied.say(5)
    assert copied.verified() == 325


def test_a_log_that_grows_all_the_while_comes_out_whole(trail: Trail, data: Path, into: Path) -> None:
    stop = threading.Event()

    def grow() -> None:
        while not stop.is_set():
            trail.say(40)
            trail.sealer.seal()

    trail.say(1)
    trail.verified()
    thread = threading.Thread(target=grow)
    thread.start()
    try:
        for number in range(6):
            folder = into / str(number)
            folder.mkdir()
            snapshot(data, folder, library=True, tell=quiet)
            copied = Trail(folder)
            assert copied.sealer.notice is None
            size = copied.verified()
            copied.say(1)
            assert copied.verified() == size + 1
            time.sleep(0.02)
    finally:
        stop.set()
        thread.join(20)


def test_a_checkpoint_that_moved_while_the_database_was_pinned_is_looked_at_again(
    trail: Trail, data: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trail.say(10)
    trail.verified()
    pinned, pin = [], snapshot_module._pin

    def moves(connection: sqlite3.Connection) -> None:
        if not pinned:  # Between the first look at the checkpoint and the pin, a round of sealing ends.
            trail.say(10)
            trail.sealer.seal()
        pinned.append(connection)
        pin(connection)

    monkeypatch.setattr(snapshot_module, "_pin", moves)
    snapshot(data, into, library=True, tell=quiet)
    assert len(pinned) == 2
    assert Trail(into).verified() == 20


def test_a_log_that_never_holds_still_is_told(
    trail: Trail, data: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_module, "_TRIES", 3)
    monkeypatch.setattr(Folder, "fetch", lambda self, path: os.urandom(4))
    with pytest.raises(SetupError, match="does not hold still"):
        snapshot(data, into, library=True, tell=quiet)


def test_a_tile_that_is_missing_is_told_before_anything_is_believed(trail: Trail, data: Path, into: Path) -> None:
    trail.say(10)
    trail.verified()
    for path in (data / "audit" / "tile" / "entries").rglob("*"):
        if path.is_file():
            path.unlink()
    with pytest.raises(SetupError, match="is missing"):
        snapshot(data, into, library=True, tell=quiet)


@pytest.fixture
def library(data: Path) -> Iterator[sqlite3.Connection]:
    folder = data / "knowledge" / "library"
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "library.db", isolation_level=None, check_same_thread=False)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE vector (place INTEGER, value INTEGER)")
        connection.execute("PRAGMA busy_timeout=10000")
        (folder / "vectors-1.f32").write_bytes(bytes(8 * 1024))
        yield connection


def test_vectors_and_their_rows_are_of_one_moment(library: sqlite3.Connection, data: Path, into: Path) -> None:
    stop, path = threading.Event(), data / "knowledge" / "library" / "vectors-1.f32"

    def change() -> None:
        value = 0
        while not stop.is_set():
            value = (value + 1) % 256
            library.execute("BEGIN IMMEDIATE")
            library.execute("DELETE FROM vector")
            library.execute("INSERT INTO vector VALUES (0, ?)", (value,))
            with path.open("r+b") as file:
                file.write(bytes([value]) * 8 * 1024)
            library.execute("COMMIT")
            time.sleep(0.002)  # SQLite's lock has no queue, and this thread would never let go of it

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for number in range(5):
            folder = into / str(number)
            folder.mkdir()
            snapshot(data, folder, library=True, tell=quiet)
            with closing(sqlite3.connect(folder / "knowledge/library/library.db")) as copy:
                rows = copy.execute("SELECT value FROM vector").fetchall()
            held = set((folder / "knowledge/library/vectors-1.f32").read_bytes())
            assert held == ({rows[0][0]} if rows else {0})
            time.sleep(0.02)
    finally:
        stop.set()
        thread.join(20)


def test_documents_kept_elsewhere_are_left_out(library: sqlite3.Connection, data: Path, into: Path) -> None:
    snapshot(data, into, library=False, tell=quiet)
    assert not (into / "knowledge").exists()


def test_a_file_is_taken_with_its_row_or_not_at_all(data: Path, into: Path) -> None:
    (data / "files").mkdir()
    for number, suffixes in enumerate((("json", "bin"), ("json",), ("bin",))):
        for suffix in suffixes:
            (data / "files" / f"file-{number:024d}.{suffix}").write_text("{}")
    (data / "files" / "note.txt").write_text("not ours")
    snapshot(data, into, library=True, tell=quiet)
    assert {path.name for path in (into / "files").iterdir()} == {f"file-{0:024d}.json", f"file-{0:024d}.bin"}


def test_a_link_in_the_place_of_a_part_is_not_followed(data: Path, into: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("not ours")
    (data / "audit.key").symlink_to(tmp_path / "outside")
    snapshot(data, into, library=True, tell=quiet)
    assert not (into / "audit.key").exists()


def test_a_disk_without_links_is_copied(data: Path, into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    (data / "knowledge" / "incoming").mkdir(parents=True)
    (data / "knowledge" / "incoming" / ("a" * 64)).write_text("waits")
    snapshot(data, into, library=True, tell=quiet)
    assert (into / "knowledge" / "incoming" / ("a" * 64)).read_text() == "waits"


def test_a_directory_without_data_is_told(tmp_path: Path, into: Path) -> None:
    with pytest.raises(SetupError, match="there is no data"):
        snapshot(tmp_path, into, library=True, tell=quiet)


def test_the_copy_is_one_file_that_needs_no_log_of_changes(data: Path, into: Path) -> None:
    with closing(sqlite3.connect(data / "freehold.db")) as open_elsewhere:
        open_elsewhere.execute("INSERT INTO meta (name, value) VALUES ('late', '1')")
        open_elsewhere.commit()
        snapshot(data, into, library=True, tell=quiet)
    assert [path.name for path in into.iterdir()] == ["freehold.db"]
    with closing(sqlite3.connect(into / "freehold.db")) as copy:
        assert copy.execute("SELECT value FROM meta WHERE name = 'late'").fetchone() == ("1",)
