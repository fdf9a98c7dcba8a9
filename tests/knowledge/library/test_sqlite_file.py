"""The library's database file, on good days and bad."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from freehold.core.errors import SetupError, Unavailable
from freehold.knowledge.library.sqlite_file import FILE_NAME, LibraryFile
from freehold.knowledge.library.sqlite_schema import HEAD


@pytest.fixture
def file(tmp_path: Path) -> Iterator[LibraryFile]:
    with closing(LibraryFile(tmp_path / "library", analysis=1)) as file:
        yield file


def generation(file: LibraryFile) -> int:
    with file.reading() as connection:
        return int(connection.execute("SELECT generation FROM state").fetchone()[0])


def test_it_is_its_owners_alone(file: LibraryFile) -> None:
    with file.writing() as connection:
        connection.execute("INSERT INTO collection (name) VALUES ('a')")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.path.parent.iterdir()}
    assert set(modes) == {FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700


def test_each_change_is_a_new_generation_and_a_failed_one_is_none(file: LibraryFile) -> None:
    before = generation(file)
    with file.writing() as connection:
        connection.execute("INSERT INTO collection (name) VALUES ('a')")
    assert generation(file) == before + 1

    def fail() -> None:
        with file.writing() as connection:
            connection.execute("INSERT INTO collection (name) VALUES ('b')")
            raise RuntimeError("midway")

    with pytest.raises(RuntimeError, match="midway"):
        fail()
    assert generation(file) == before + 1
    with file.reading() as connection:
        assert [row["name"] for row in connection.execute("SELECT name FROM collection")] == ["a"]


def test_a_reader_sees_one_state_throughout(file: LibraryFile) -> None:
    with file.reading() as connection:
        assert connection.execute("SELECT count(*) FROM collection").fetchone()[0] == 0
        with file.writing() as writer:
            writer.execute("INSERT INTO collection (name) VALUES ('a')")
        assert connection.execute("SELECT count(*) FROM collection").fetchone()[0] == 0


def test_the_log_is_emptied(file: LibraryFile) -> None:
    with file.writing() as connection:
        connection.execute("INSERT INTO collection (name) VALUES ('axolotl')")
    log = file.path.with_name(f"{FILE_NAME}-wal")
    assert b"axolotl" in log.read_bytes()
    file.overwrite()
    assert log.stat().st_size == 0


def test_a_reader_only_delays_the_emptying(file: LibraryFile) -> None:
    with file.reading() as connection:
        connection.execute("SELECT * FROM state").fetchone()
        with file.writing() as writer:
            writer.execute("INSERT INTO collection (name) VALUES ('axolotl')")
        file.overwrite()
    file.overwrite()
    assert file.path.with_name(f"{FILE_NAME}-wal").stat().st_size == 0


def test_once_closed_it_is_unavailable(file: LibraryFile) -> None:
    file.close()
    with pytest.raises(Unavailable), file.reading():
        pass
    with pytest.raises(Unavailable), file.writing():
        pass


def test_what_is_no_database_is_said_with_the_mend(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"this is no database at all" * 100)
    with pytest.raises(SetupError, match=r"not a Freehold library; move it away") as raised:
        LibraryFile(tmp_path, analysis=1)
    assert str(tmp_path) in str(raised.value)


def test_a_file_of_a_newer_freehold_is_left_alone(tmp_path: Path) -> None:
    LibraryFile(tmp_path, analysis=1).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute(f"PRAGMA user_version={HEAD + 1}")
    with pytest.raises(SetupError, match="newer Freehold"):
        LibraryFile(tmp_path, analysis=1)


def test_a_folder_that_cannot_be_is_said_with_the_mend(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match="--data-dir"):
        LibraryFile(tmp_path / "file", analysis=1)


def test_a_damaged_page_makes_it_unavailable_and_says_so(file: LibraryFile) -> None:
    with file.writing() as connection:
        for number in range(500):
            connection.execute("INSERT INTO collection (name) VALUES (?)", (f"{number:0200}",))
    path = file.path
    file.close()
    size = path.stat().st_size
    with path.open("r+b") as raw:
        raw.seek(size // 2)
        raw.write(b"\xff" * (size // 2))
    with (
        closing(LibraryFile(path.parent, analysis=1)) as again,
        pytest.raises(Unavailable, match="damaged"),
        again.reading() as connection,
    ):
        connection.execute("SELECT sum(length(name)) FROM collection").fetchone()


def test_a_full_disk_is_said_and_changes_nothing(file: LibraryFile) -> None:
    with file.writing() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    def fill() -> None:
        with file.writing() as connection:
            for number in range(1000):
                connection.execute("INSERT INTO collection (name) VALUES (?)", (f"{number:0200}",))

    with pytest.raises(Unavailable, match="disk is full; free some space"):
        fill()
    with file.reading() as connection:
        assert connection.execute("SELECT count(*) FROM collection").fetchone()[0] == 0
