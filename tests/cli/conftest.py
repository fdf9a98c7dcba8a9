"""A terminal within the process, a folder to be in, and a Freehold that runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.commands import SCRIPTED, Terminal
from support.live import Live, freehold


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands are typed. What listens on this machine is not looked for."""
    place = tmp_path / "work"
    place.mkdir()
    monkeypatch.chdir(place)
    monkeypatch.setenv("FREEHOLD_DISCOVER_ENABLED", "false")
    return place


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


@pytest.fixture
def scripted(folder: Path) -> Path:
    """A configuration whose targets play what they are told."""
    file = folder / "freehold.toml"
    file.write_text(SCRIPTED)
    return file


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A Freehold with the scripted targets, for the whole session."""
    place = tmp_path_factory.mktemp("running")
    (place / "freehold.toml").write_text(SCRIPTED)
    with freehold(place) as live:
        yield live


@pytest.fixture
def found(running: Live, monkeypatch: pytest.MonkeyPatch) -> Live:
    """The running Freehold, as the one that commands find by its data directory."""
    monkeypatch.setenv("FREEHOLD_DATA_DIR", str(running.data))
    return running
