"""Files are kept as they were sent, with where they were put, until they are removed."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from freehold.core.errors import NotFound, Unavailable
from freehold.stores.shelf import Put, Shelf


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(b"\x00 the bytes")
    return path


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf")


def test_a_file_is_kept_as_it_was_sent(shelf: Shelf, source: Path) -> None:
    filed = shelf.keep(source, "отпуск.pdf", "assistants")
    source.unlink()
    assert shelf.content(filed.id).read_bytes() == b"\x00 the bytes"
    assert (filed.name, filed.purpose, filed.size) == ("отпуск.pdf", "assistants", 11)
    assert filed.digest == hashlib.sha256(b"\x00 the bytes").hexdigest()


def test_files_are_listed_newest_first_also_after_a_restart(shelf: Shelf, source: Path, tmp_path: Path) -> None:
    made = [shelf.keep(source, f"{number}", "assistants") for number in range(3)]
    shelf.put(made[0].id, "handbook", Put("0", "job"))
    assert [filed.name for filed in shelf.all()] == ["2", "1", "0"]
    assert Shelf(tmp_path / "shelf").all() == shelf.all()


def test_where_a_file_was_put_is_remembered(shelf: Shelf, source: Path, tmp_path: Path) -> None:
    first, second = shelf.keep(source, "a", "assistants"), shelf.keep(source, "b", "assistants")
    shelf.put(first.id, "handbook", Put("a", "job-1"))
    shelf.put(first.id, "contracts", Put("c", "job-2"))
    shelf.put(second.id, "handbook", Put("b", "job-1"))
    assert {name: filed.id for name, filed in shelf.of("handbook").items()} == {"a": first.id, "b": second.id}
    assert shelf.holds("handbook", "a")
    shelf.take_out(first.id, "handbook")
    assert not shelf.holds("handbook", "a")
    assert not shelf.holds("handbook", "c")
    again = Shelf(tmp_path / "shelf")
    assert set(again.of("handbook")) == {"b"}
    assert set(again.of("contracts")) == {"c"}


def test_a_removed_file_is_gone(shelf: Shelf, source: Path, tmp_path: Path) -> None:
    filed = shelf.keep(source, "a", "assistants")
    shelf.remove(filed.id)
    assert list((tmp_path / "shelf").iterdir()) == []
    for ask in (shelf.get, shelf.content, shelf.remove):
        with pytest.raises(NotFound):
            ask(filed.id)


@pytest.mark.parametrize("wrong", ["", "file-", "../source", "file-" + "0" * 24, "file-" + "0" * 24 + "/../x"])
def test_no_path_is_made_of_an_id(shelf: Shelf, source: Path, wrong: str) -> None:
    shelf.keep(source, "a", "assistants")
    with pytest.raises(NotFound):
        shelf.content(wrong)


def test_a_disk_that_refuses_is_told(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("where a folder should be")
    with pytest.raises(Unavailable, match="cannot be kept"):
        Shelf(tmp_path / "file").keep(source, "a", "assistants")


def test_a_row_that_cannot_be_read_hides_no_other(shelf: Shelf, source: Path, tmp_path: Path) -> None:
    torn, whole = shelf.keep(source, "a", "assistants"), shelf.keep(source, "b", "assistants")
    (tmp_path / "shelf" / f"{torn.id}.json").write_bytes(b"")
    again = Shelf(tmp_path / "shelf")
    assert again.all() == [whole]
    assert (tmp_path / "shelf" / f"{torn.id}.bin").exists(), "its bytes are not ours to throw away"


def test_what_a_crash_left_half_done_is_swept(shelf: Shelf, source: Path, tmp_path: Path) -> None:
    kept = shelf.keep(source, "a", "assistants")
    for name in (f"file-{'0' * 24}.bin", f"{kept.id}.new"):
        (tmp_path / "shelf" / name).write_bytes(b"half")
    again = Shelf(tmp_path / "shelf")
    fresh = again.keep(source, "b", "assistants")
    held = sorted(path.name for path in (tmp_path / "shelf").iterdir())
    assert held == sorted(f"{each.id}.{kind}" for each in (kept, fresh) for kind in ("bin", "json"))


def test_what_is_being_kept_is_not_swept(
    shelf: Shelf, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.keep(source, "a", "assistants")
    again = Shelf(tmp_path / "shelf")
    real = os.fsync

    def fsync(handle: int) -> None:
        again.all()
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    assert again.content(again.keep(source, "b", "assistants").id).read_bytes() == source.read_bytes()


def test_a_file_whose_bytes_went_first_can_be_removed(shelf: Shelf, source: Path, tmp_path: Path) -> None:
    filed = shelf.keep(source, "a", "assistants")
    (tmp_path / "shelf" / f"{filed.id}.bin").unlink()
    with pytest.raises(NotFound):
        shelf.content(filed.id)
    shelf.remove(filed.id)
    assert shelf.all() == []


def test_every_change_is_flushed_before_it_counts(
    shelf: Shelf, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: flushed.append(os.fstat(handle).st_ino))
    filed = shelf.keep(source, "a", "assistants")
    folder = tmp_path / "shelf"
    body, row = (folder / f"{filed.id}.{kind}" for kind in ("bin", "json"))
    assert flushed == [path.stat().st_ino for path in (body, row, folder)]
    shelf.put(filed.id, "handbook", Put("a", "job"))
    assert flushed[3:] == [path.stat().st_ino for path in (row, folder)]


def test_a_change_that_the_disk_refuses_is_told_and_not_made(shelf: Shelf, source: Path, tmp_path: Path) -> None:
    filed = shelf.keep(source, "a", "assistants")
    shutil.rmtree(tmp_path / "shelf")
    with pytest.raises(Unavailable, match="cannot be kept"):
        shelf.put(filed.id, "handbook", Put("a", "job"))
    assert shelf.get(filed.id) == filed
