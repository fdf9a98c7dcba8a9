from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.commands import Terminal
from support.live import Live


def test_a_freehold_that_runs_is_backed_up(found: Live, terminal: Terminal, folder: Path) -> None:
    ran = terminal("backup", "b.tar.gz")
    assert ran.code == 0
    assert ran.out.startswith("b.tar.gz: ")
    assert "model weights" in ran.err
    assert (folder / "b.tar.gz").stat().st_mode & 0o777 == 0o600
    again = terminal("backup", "b.tar.gz")
    assert (again.code, again.out) == (1, "")
    assert "b.tar.gz exists; choose another name" in again.err


def test_one_that_does_not_run_is_too_with_its_configuration(
    terminal: Terminal, scripted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FREEHOLD_DATA_DIR", "data")
    assert terminal("keys", "create", "--name", "ann").code == 0
    told = json.loads(terminal("backup", "b.tar.gz", "--with-config", "--json").out)
    assert (told["path"], told["documents"], told["revision"]) == ("b.tar.gz", "none", "0009")
    ran = terminal("restore", "b.tar.gz", "--data-dir", "there")
    assert ran.code == 0
    assert "the configuration is in there/configuration.toml" in ran.err.replace(str(Path.cwd()) + "/", "")


def test_documents_in_postgresql_are_named_as_left_out(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREEHOLD_DATA_DIR", "data")
    assert terminal("keys", "create", "--name", "ann").code == 0
    monkeypatch.setenv("FREEHOLD_SERVER_DATABASE", "postgresql://freehold@db.example/freehold")
    ran = terminal("backup", "b.tar.gz")
    assert ran.code == 0
    assert "pg_dump" in ran.err


def test_what_cannot_be_meant_is_told(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREEHOLD_DATA_DIR", "data")
    assert terminal("backup", "b.tar.gz", "--with-config").code == 2
    empty = terminal("backup", "b.tar.gz")
    assert (empty.code, "there is no data in" in empty.err) == (1, True)
    monkeypatch.setenv("FREEHOLD_URL", "http://elsewhere.example")
    assert terminal("backup", "b.tar.gz", "--data-dir", "data").code == 1
    monkeypatch.delenv("FREEHOLD_DATA_DIR")
    elsewhere = terminal("backup", "b.tar.gz")
    assert (elsewhere.code, "on the machine that has them" in elsewhere.err) == (2, True)
