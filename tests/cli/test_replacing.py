"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from freehold.cli.replacing import beside, put


def test_a_new_file_may_be_read_by_everybody_and_an_old_one_keeps_its_rights(folder: Path) -> None:
    place = folder / "report.html"
    put(place, "one")
    assert (place.read_text(), place.stat().st_mode & 0o777) == ("one", 0o644)
    place.chmod(0o640)
    put(place, "two")
    assert (place.read_text(), place.stat().st_mode & 0o777) == ("two", 0o640)
    assert [each.name for each in folder.iterdir()] == ["report.html"]


def test_a_link_stays_a_link(folder: Path) -> None:
    real, link = folder / "real", folder / "link"
    real.write_text("old")
    link.symlink_to(real)
    put(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_a_pipe_is_written_to(folder: Path) -> None:
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        put(pipe, "through")
        assert os.read(reader, 100) == b"through"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_what_fails_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OSError, match="No such file"):
        put(folder / "no" / "report.html", "text")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        put(folder / "report.html", "text")
    assert list(folder.iterdir()) == []


def test_beside_is_for_its_owner_alone_and_changes_nothing(folder: Path) -> None:
    place = folder / "freehold.toml"
    fresh = beside(place, "text", suffix=".toml")
    assert not place.exists()
    assert (fresh.read_text(), fresh.suffix, fresh.stat().st_mode & 0o777) == ("text", ".toml", 0o600)
