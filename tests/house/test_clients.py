"""The environment of other evaluation tools is made once, apart, from wheels alone, and its lack stops nothing."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tools import clients


@pytest.fixture
def done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that are run, in a folder of their own."""
    ran: list[list[str]] = []

    def run(arguments: list[str], **_how: Any) -> subprocess.CompletedProcess[str]:
        ran.append(arguments)
        clients.FOLDER.mkdir(exist_ok=True)
        return subprocess.CompletedProcess(arguments, 0)

    (tmp_path / "clients.lock").write_text("locked")
    monkeypatch.setattr(clients, "LOCK", tmp_path / "clients.lock")
    monkeypatch.setattr(clients, "FOLDER", tmp_path / "clients")
    monkeypatch.setattr(clients, "STAMP", tmp_path / "clients" / "stamp")
    monkeypatch.setattr(clients.subprocess, "run", run)
    return ran


def test_it_is_made_once_and_again_for_another_lock(done: list[list[str]]) -> None:
    assert clients.set_up()
    assert clients.set_up()
    assert len(done) == 2
    assert {"--require-hashes", "--only-binary", "--no-deps"} < set(done[1])
    clients.LOCK.write_text("another")
    assert not clients.is_current()
    assert clients.set_up()
    assert len(done) == 4


def test_where_it_cannot_be_made_that_is_said_and_no_more(
    done: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: list[str], **_how: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(arguments, 1)

    monkeypatch.setattr(clients.subprocess, "run", fail)
    assert not clients.set_up()
    assert "are skipped" in capsys.readouterr().out
    assert not clients.is_current()
