"""Secrets of this installation's own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from freehold.core.errors import SetupError
from freehold.stores.keyfile import keyfile


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = keyfile(tmp_path / "new", "replies.key")
    assert keyfile(tmp_path / "new", "replies.key") == first
    assert keyfile(tmp_path / "new", "other.key") != first
    assert len(bytes.fromhex(first.reveal())) == 32


def test_only_its_user_may_read_it_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    keyfile(tmp_path, "a.key")
    assert (tmp_path / "a.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["a.key"]


def test_all_who_ask_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: keyfile(tmp_path, "a.key"), range(32)))
    assert len(set(found)) == 1


@pytest.mark.parametrize("content", ["", "abc", "zz" * 32, "00" * 31])
def test_a_file_that_holds_something_else_is_not_replaced(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.key").write_text(content)
    with pytest.raises(SetupError, match="bring it back"):
        keyfile(tmp_path, "a.key")
    assert (tmp_path / "a.key").read_text() == content
