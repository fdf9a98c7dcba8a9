"""The library that the configuration asks for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from freehold.core.errors import SetupError
from freehold.knowledge.library.open import open_library
from freehold.knowledge.library.postgres import PostgresLibrary
from freehold.knowledge.library.sqlite import SqliteLibrary
from support.postgres import server


def test_sqlite_is_a_folder_of_its_own(tmp_path: Path) -> None:
    library = open_library("sqlite", tmp_path / "library")
    assert isinstance(library, SqliteLibrary)
    assert (tmp_path / "library").is_dir()
    library.close()


def test_a_url_is_postgresql(tmp_path: Path) -> None:
    with server().schema() as name:
        library = open_library(server().url(name), tmp_path / "library")
        assert isinstance(library, PostgresLibrary)
        assert not (tmp_path / "library").exists()
        library.close()


def test_what_is_neither_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"\[server\] database cannot be read") as caught:
        open_library("mysql://ada:hunter2@db/x", tmp_path)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("module", ["freehold.knowledge.library.open"])
def test_importing_brings_no_driver_along(module: str) -> None:
    says = f"import sys, {module}; print({{'psycopg', 'sqlite3'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", says], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "set()"
