"""What lies beside a log: another key is told, and files that nothing reads are named."""

from __future__ import annotations

from pathlib import Path

from freehold.ledger.audit.beside import false_key, unread
from freehold.ledger.audit.folder import COSIGNED_NAME, KEY_NAME
from support.audit import KEY, OTHER, some, written


def test_the_key_beside_the_log_is_held_against_the_one_that_is_known(tmp_path: Path) -> None:
    folder = written(tmp_path, some(3))
    assert false_key(folder, KEY.key) is None
    assert "is not the key" in (false_key(folder, OTHER.key) or "")
    (tmp_path / KEY_NAME).write_bytes(b"\xff")
    assert "is not the key" in (false_key(folder, KEY.key) or "")
    (tmp_path / KEY_NAME).unlink()
    assert false_key(folder, KEY.key) is None


def test_what_is_no_part_of_the_log_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path, some(600))
    (tmp_path / COSIGNED_NAME).write_text("")
    assert unread(folder, 600) == []
    (tmp_path / "tile/entries/007").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("")
    assert unread(folder, 600) == ["notes.txt", "tile/entries/007"]
    assert "tile/0/001" in unread(folder, 300), "it is longer than that log"
