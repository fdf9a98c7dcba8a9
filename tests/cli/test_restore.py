from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.commands import Terminal
from support.live import Live


@pytest.fixture
def backup(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert terminal("keys", "create", "--name", "ann", "--data-dir", "data").code == 0
    assert terminal("backup", "b.tar.gz", "--data-dir", "data").code == 0
    return Path("b.tar.gz")


def test_what_a_backup_holds_is_brought_back(terminal: Terminal, backup: Path) -> None:
    ran = terminal("restore", str(backup), "--data-dir", "there")
    assert (ran.code, ran.out.startswith("restored to ")) == (0, True)
    assert "ann" in terminal("keys", "list", "--data-dir", "there").out


def test_data_that_stands_there_is_put_aside_if_that_is_said(terminal: Terminal, backup: Path) -> None:
    refused = terminal("restore", str(backup), "--data-dir", "data")
    assert (refused.code, "say --force" in refused.err) == (1, True)
    told = json.loads(terminal("restore", str(backup), "--data-dir", "data", "--force", "--json").out)
    assert Path(told["aside"], "freehold.db").is_file()


def test_one_that_runs_is_left_alone(terminal: Terminal, backup: Path, found: Live) -> None:
    refused = terminal("restore", str(backup), "--force")
    assert (refused.code, "is in use by process" in refused.err) == (1, True)


def test_a_freehold_elsewhere_cannot_be_meant(
    terminal: Terminal, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FREEHOLD_DATA_DIR", raising=False)
    monkeypatch.setenv("FREEHOLD_URL", "http://elsewhere.example")
    assert terminal("restore", str(backup)).code == 2
