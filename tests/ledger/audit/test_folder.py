"""A log in a folder: what is read, what is written, what is tidied away."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.ledger.audit.folder import Folder, checkpoint_of
from freehold.ledger.audit.tiles import ENTRIES, Broken, Tile, pack
from support.audit import some, written


def test_what_is_put_is_there_for_its_owner_alone(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "log")
    folder.put("tile/entries/x001/000.p/3", b"data")
    folder.settle(["tile/entries/x001/000.p/3"])
    folder.replace("checkpoint", b"one")
    folder.replace("checkpoint", b"two")
    assert folder.fetch("tile/entries/x001/000.p/3") == b"data"
    assert folder.fetch("checkpoint") == b"two"
    assert (tmp_path / "log/checkpoint").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in (tmp_path / "log").iterdir()) == ["checkpoint", "tile"]


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "tile/../../secret", ".checkpoint.new", "KEY", ""])
def test_nothing_but_a_log_s_files_is_read(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "log").mkdir()
    (tmp_path / "log/.checkpoint.new").write_text("half")
    assert Folder(tmp_path / "log").fetch(path) is None


def test_a_partial_tile_is_the_beginning_of_what_it_grew_into(tmp_path: Path) -> None:
    leaves = some(300)
    folder = written(tmp_path, leaves)
    for tile in (Tile(ENTRIES, 0, 7), Tile(ENTRIES, 0, 255), Tile(ENTRIES, 1, 44), Tile(ENTRIES, 1, 3)):
        first = tile.number * 256
        assert folder.fetch(tile.path) == pack(leaves[first : first + tile.width])
    assert folder.fetch(Tile(ENTRIES, 1, 45).path) is None
    assert folder.fetch(Tile(0, 1, 4).path) == (folder.fetch(Tile(0, 1, 44).path) or b"")[:128]


def test_a_broken_one_that_it_grew_into_is_told(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put("tile/entries/000", b"\xff\xff")
    with pytest.raises(Broken, match="grown into"):
        folder.fetch("tile/entries/000.p/3")


def test_only_the_latest_partial_tile_is_kept(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    for width in (1, 2, 9):
        folder.put(Tile(0, 0, width).path, b"x")
    folder.tidy(Tile(0, 0, 9))
    assert [path.name for path in (tmp_path / "tile/0/000.p").iterdir()] == ["9"]
    folder.put(Tile(0, 0).path, b"x")
    folder.tidy(Tile(0, 0))
    assert [path.name for path in (tmp_path / "tile/0").iterdir()] == ["000"]
    folder.tidy(Tile(1, 5))


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "checkpoint").mkdir()
    with pytest.raises(Broken, match="cannot be read"):
        checkpoint_of(Folder(tmp_path))
    (tmp_path / "checkpoint").rmdir()
    (tmp_path / "checkpoint").write_bytes(b"\xff\xff")
    with pytest.raises(Broken, match="no text"):
        checkpoint_of(Folder(tmp_path))
