"""Opening the database file: made, found, migrated, or refused with a mend."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from freehold.core.errors import SetupError
from freehold.stores import sqlite


def shape(path: Path) -> dict[str, str]:
    """Every table's and index's statement, spaces and the order of tables apart."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: re.sub(r"\s+", " ", sql).replace("( ", "(").strip() for name, sql in rows}


def version(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_all_migrations_together_give_the_declared_schema(tmp_path: Path) -> None:
    sqlite.upgrade(tmp_path / "migrated.db")
    made = sqlite.open_store(tmp_path / "made").path
    assert shape(tmp_path / "migrated.db") == shape(made)
    assert version(tmp_path / "migrated.db") == version(made) == sqlite.HEAD


def test_every_revision_is_listed() -> None:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(Path(sqlite.__file__).with_name("migrations")))
    assert tuple(reversed([script.revision for script in scripts.walk_revisions()])) == sqlite.REVISIONS


@pytest.mark.parametrize("revision", sqlite.REVISIONS[:-1])
def test_an_older_database_is_upgraded_with_its_rows(tmp_path: Path, revision: str) -> None:
    path = tmp_path / sqlite.FILE_NAME
    sqlite.upgrade(path, revision)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO exchanges (id, started_ns, key_id, key_name, alias, dialect, kind, stream, origin, ending)"
            " VALUES ('fh_1', 5, 'key_1', 'ann', 'auto', 'openai', 'chat', 0, 'api', 'completed')"
        )
        connection.execute(
            "INSERT INTO attempts (exchange_id, number, target, owned, started_ns, estimated, cost_nano, shown)"
            " VALUES ('fh_1', 1, 'home', 1, 5, 0, 7, 1)"
        )
    store = sqlite.open_store(tmp_path)
    assert version(path) == sqlite.HEAD
    with closing(store.reader()) as reader:
        assert tuple(reader.execute("SELECT id, key_name FROM exchanges").fetchone()) == ("fh_1", "ann")
        assert tuple(reader.execute("SELECT target, cost_nano FROM attempts").fetchone()) == ("home", 7)
        assert reader.execute("SELECT count(*) FROM keys").fetchone()[0] == 0


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / sqlite.FILE_NAME
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE keys (in_the_way_of_the_last_revision TEXT)")
    before = shape(path)
    with pytest.raises(OperationalError, match="already exists"):
        sqlite.upgrade(path)
    assert shape(path) == before


def test_the_file_is_in_write_ahead_mode_and_its_owner_s_alone(tmp_path: Path) -> None:
    store = sqlite.open_store(tmp_path / "data")
    with closing(store.connect()) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        connection.execute("INSERT INTO meta VALUES ('a', 'b')")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in store.path.parent.iterdir()}
    assert modes == dict.fromkeys(("freehold.db", "freehold.db-wal", "freehold.db-shm"), 0o600)
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    with closing(sqlite.open_store(tmp_path).reader()) as reader, pytest.raises(sqlite3.OperationalError):
        reader.execute("INSERT INTO meta VALUES ('a', 'b')")


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    store = sqlite.open_store(tmp_path)
    with closing(store.connect()) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SetupError, match=r"newer Freehold \(schema 9999.*upgrade Freehold"):
        sqlite.open_store(tmp_path)


def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / sqlite.FILE_NAME
    path.write_bytes(b"not a database at all, but long enough to be looked at" * 40)
    with pytest.raises(SetupError, match=r"not a Freehold database.*put a copy"):
        sqlite.open_store(tmp_path)
    assert path.read_bytes().startswith(b"not a database")


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / sqlite.FILE_NAME)) as connection:
        connection.execute("CREATE TABLE notes (text TEXT)")
    with pytest.raises(SetupError, match="alembic_version"):
        sqlite.open_store(tmp_path)


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SetupError, match="--data-dir"):
        sqlite.open_store(tmp_path / "file" / "data")
    (tmp_path / "data" / sqlite.FILE_NAME).mkdir(parents=True)
    with pytest.raises(SetupError, match="--data-dir"):
        sqlite.open_store(tmp_path / "data")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_directory_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(SetupError, match="--data-dir"):
        sqlite.open_store(tmp_path)
    tmp_path.chmod(0o700)


def test_a_locked_database_is_refused_with_the_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / sqlite.FILE_NAME
    monkeypatch.setattr(sqlite, "_BUSY_MS", 10)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SetupError, match="another process holds it"):
            sqlite.open_store(tmp_path)


def test_opening_what_is_up_to_date_imports_no_heavy_library(tmp_path: Path) -> None:
    sqlite.open_store(tmp_path)
    code = (
        "import sys; from pathlib import Path; from freehold.stores.sqlite import open_store;"
        "open_store(Path(sys.argv[1])); print([m for m in ('sqlalchemy', 'alembic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
