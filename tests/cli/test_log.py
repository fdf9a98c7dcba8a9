"""Where a log is read: its folder or the data directory around it, with the key that was given or lies beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.cli.errors import CommandFailed, UsedWrongly
from freehold.cli.log import public_key, source
from support.audit import KEY, OTHER, some, written


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    written(tmp_path / "audit", some(3))
    return tmp_path


def test_a_data_directory_stands_for_the_log_in_it(data_dir: Path) -> None:
    for folder in (data_dir, data_dir / "audit"):
        with source(folder, None, None, None) as found:
            assert (len(found.open()), found.key, found.trusted) == (3, KEY.key, False)


def test_a_key_that_was_given_is_the_one_it_is_checked_with(data_dir: Path) -> None:
    with source(data_dir, KEY.key.vkey, None, None) as found:
        assert found.trusted
        assert found.verify().holds
    with source(data_dir, OTHER.key.vkey, None, None) as found:
        assert not found.verify().holds
        with pytest.raises(CommandFailed, match="'freehold audit verify' says more"):
            found.open()


def test_files_that_nothing_signs_are_told(data_dir: Path) -> None:
    (data_dir / "audit/notes.txt").touch()
    with source(data_dir, None, None, None) as found:
        assert found.unread(3) == ["notes.txt"]
        assert found.unread(0) == []


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsedWrongly, match="is no folder"), source(tmp_path / "gone", None, None, None):
        pass


def test_a_key_that_is_none_is_said_with_its_option_and_its_mend() -> None:
    assert public_key(KEY.key.vkey, "mend it") == KEY.key
    with pytest.raises(UsedWrongly, match=r"^--witness: .*; mend it$"):
        public_key("nonsense", "mend it", "--witness: ")
