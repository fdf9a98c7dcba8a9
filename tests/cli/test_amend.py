"""A target added to the user's own file, or the file as it was."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from freehold.cli.amend import add_target, names_targets
from freehold.cli.errors import CommandFailed
from freehold.config import load

BLOCK = '[[target]]\nname = "local/tiny"\nengine = "llamacpp"\nmodel = "hf:acme/Tiny-GGUF:Q4_K_M"\n'


@pytest.mark.parametrize("text", ["# mine\n[server]\nport = 9000\n", "# no end of line", ""])
def test_the_text_stays_and_the_target_follows(folder: Path, text: str) -> None:
    file = folder / "freehold.toml"
    file.write_text(text)
    file.chmod(0o640)
    add_target(file, BLOCK, {})
    assert file.read_text().startswith(text)
    assert file.read_text().endswith(BLOCK)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [target.name for target in load(file, {}).targets] == ["local/tiny"]
    assert list(folder.iterdir()) == [file]


def test_windows_line_ends_stay(folder: Path) -> None:
    file = folder / "freehold.toml"
    file.write_bytes(b"[server]\r\nport = 9000\r\n")
    add_target(file, BLOCK, {})
    assert file.read_bytes().startswith(b"[server]\r\nport = 9000\r\n")


def test_without_a_file_one_is_made_for_its_owner_alone(folder: Path) -> None:
    file = folder / "freehold.toml"
    assert not names_targets(file)
    add_target(file, BLOCK, {})
    assert file.read_text() == BLOCK
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert names_targets(file)


def test_a_link_stays_a_link(folder: Path) -> None:
    (folder / "real").mkdir()
    real = folder / "real" / "shared.toml"
    real.write_text("")
    link = folder / "freehold.toml"
    link.symlink_to(real)
    add_target(link, BLOCK, {})
    assert link.is_symlink()
    assert real.read_text() == BLOCK


@pytest.mark.parametrize(
    ("text", "said"),
    [(BLOCK, "two targets are named"), ('target = "x"\n', "not TOML"), ('[[target]]\nname = "y"\n', "says nothing")],
)
def test_what_would_be_wrong_changes_nothing(folder: Path, text: str, said: str) -> None:
    file = folder / "freehold.toml"
    file.write_text(text)
    with pytest.raises(CommandFailed, match=said):
        add_target(file, BLOCK, {})
    assert file.read_text() == text
    assert list(folder.iterdir()) == [file]


def test_a_folder_that_is_not_there(folder: Path) -> None:
    with pytest.raises(CommandFailed, match=r"cannot write in .*No such file"):
        add_target(folder / "gone" / "freehold.toml", BLOCK, {})
