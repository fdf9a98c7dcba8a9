from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from freehold.backup import writer
from freehold.backup.archive import read_archive
from freehold.backup.writer import write
from freehold.core.errors import SetupError
from freehold.stores.keys import Grant, Keys
from freehold.stores.sessions import Sessions
from freehold.stores.sqlite import HEAD, open_store


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    store = open_store(folder)
    keys = Keys(store.connect)
    secret = keys.create(Grant(name="ann")).secret.reveal()
    assert Sessions(store.connect, keys).begin(secret)
    keys.close()
    (folder / "audit.key").write_text("ab" * 32)
    (folder / "models").mkdir()
    (folder / "models" / "big.gguf").write_bytes(b"weights")
    return folder


def unpacked(path: Path, into: Path) -> set[str]:
    into.mkdir()
    with path.open("rb") as file:
        read_archive(file, into, lambda _size: None)
    return {each.relative_to(into).as_posix() for each in into.rglob("*") if each.is_file()}


def test_a_backup_is_whole_and_its_owners_alone(data: Path, tmp_path: Path) -> None:
    told: dict[str, int] = {}
    written = write(data, tmp_path / "b.tar.gz", say=lambda what, size: told.update({what: told.get(what, 0) + size}))
    assert written.path.stat().st_mode & 0o777 == 0o600
    assert written.size == written.path.stat().st_size
    assert (written.manifest.revision, written.manifest.documents, written.manifest.library) == (HEAD, "none", None)
    assert unpacked(written.path, tmp_path / "into") == {"freehold.db", "audit.key"}
    assert told == {"copied": written.manifest.size, "packed": written.manifest.size}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar.gz", "data", "into"]


def test_nobody_is_signed_in_after_it(data: Path, tmp_path: Path) -> None:
    unpacked(write(data, tmp_path / "b.tar.gz").path, tmp_path / "into")
    for folder, sessions in ((data, 1), (tmp_path / "into", 0)):
        with closing(sqlite3.connect(folder / "freehold.db")) as connection:
            assert connection.execute("SELECT count(*) FROM sessions").fetchone()[0] == sessions
            assert connection.execute("SELECT count(*) FROM keys").fetchone()[0] == 1


def test_a_configuration_goes_with_it_if_it_is_named(data: Path, tmp_path: Path) -> None:
    (tmp_path / "freehold.toml").write_text("[server]\n")
    written = write(data, tmp_path / "b.tar.gz", configuration=tmp_path / "freehold.toml")
    assert "configuration.toml" in unpacked(written.path, tmp_path / "into")


def test_documents_in_postgresql_are_said_to_be_left_out(data: Path, tmp_path: Path) -> None:
    assert write(data, tmp_path / "b.tar.gz", postgresql=True).manifest.documents == "postgresql"


def test_a_file_that_stands_there_is_not_touched(data: Path, tmp_path: Path) -> None:
    (tmp_path / "b.tar.gz").write_text("mine")
    with pytest.raises(SetupError, match="exists"):
        write(data, tmp_path / "b.tar.gz")
    assert (tmp_path / "b.tar.gz").read_text() == "mine"


def test_a_directory_without_data_is_told(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="there is no data"):
        write(tmp_path, tmp_path / "b.tar.gz")
    with pytest.raises(SetupError, match="could not be written"):
        write(tmp_path, tmp_path / "nowhere" / "b.tar.gz")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("broken", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_full_disk_and_an_interrupt_leave_nothing_behind(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: BaseException
) -> None:
    def fail(*_: object) -> None:
        raise broken

    monkeypatch.setattr(writer, "write_archive", fail)
    with pytest.raises((SetupError, KeyboardInterrupt), match=r"No space left|^$"):
        write(data, tmp_path / "b.tar.gz")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_what_a_killed_one_left_goes_with_the_next_of_its_name_and_one_under_way_stays(
    data: Path, tmp_path: Path
) -> None:
    left = tmp_path / ".b.tar.gz.unfinished-abc"
    left.mkdir()
    (left / "freehold.db").write_text("a copy")
    other = tmp_path / ".other.tar.gz.unfinished-abc"
    other.mkdir()
    with writer._folder_beside(tmp_path / "b.tar.gz") as busy:
        assert not left.exists()
        write(data, tmp_path / "b.tar.gz")
        assert busy.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == [other.name, "b.tar.gz", "data"]
