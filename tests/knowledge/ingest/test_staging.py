from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest

from freehold.core.errors import TooLarge, Unavailable
from freehold.knowledge.ingest.staging import Staging

BODY = b"thirty days of leave"
DIGEST = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "incoming"


@pytest.fixture
def staging(folder: Path) -> Staging:
    return Staging(folder, most_bytes=1000)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_bytes_are_kept_under_their_digest_for_their_owner_alone(staging: Staging, folder: Path) -> None:
    staged = staging.keep(BODY)
    staging.flush()
    assert (staged.digest, staged.size) == (DIGEST, len(BODY))
    assert staging.path(DIGEST).read_bytes() == BODY
    assert stat.S_IMODE(staging.path(DIGEST).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert names(folder) == [DIGEST]


def test_a_file_is_copied(staging: Staging, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_bytes(BODY)
    assert staging.keep(source).digest == DIGEST
    assert source.exists()


def test_what_is_too_large_leaves_nothing(staging: Staging, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 1001)
    for body in (b"x" * 1001, tmp_path / "big"):
        with pytest.raises(TooLarge, match="1,001 bytes; at most 1,000"):
            staging.keep(body)
    assert not folder.exists()


def test_a_full_disk_says_so_and_leaves_nothing(
    staging: Staging, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []

    def write(handle: int, data: memoryview) -> int:
        if written:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(handle)
        return 5

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(Unavailable, match="disk of the data directory is full"):
        staging.keep(BODY)
    assert names(folder) == []


def test_a_content_that_someone_needs_is_not_dropped(staging: Staging) -> None:
    staging.keep(BODY)
    staging.keep(BODY)
    staging.let_go(DIGEST)
    staging.drop(DIGEST, lambda _: False)
    assert staging.path(DIGEST).exists(), "it was held still"
    staging.let_go(DIGEST)
    staging.drop(DIGEST, lambda _: True)
    assert staging.path(DIGEST).exists(), "a row needed it"
    staging.drop(DIGEST, lambda _: False)
    assert not staging.path(DIGEST).exists()
    staging.drop(DIGEST, lambda _: False)


def test_a_sweep_leaves_what_is_wanted(staging: Staging, folder: Path) -> None:
    assert staging.sweep([]) == 0
    staging.keep(BODY)
    (folder / "0123.part").write_bytes(b"half")
    (folder / ("a" * 64)).write_bytes(b"old")
    assert staging.sweep([DIGEST]) == 2
    assert names(folder) == [DIGEST]
