"""Files that are named on the command line: each once, and two of one name not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.cli.errors import UsedWrongly
from freehold.cli.folders import files_of
from support.commands import Terminal


@pytest.fixture
def folders(folder: Path) -> Path:
    """Two folders that both hold a file ``leave.md``."""
    for name, other in (("one", "mill.md"), ("two", "pay.md")):
        (folder / name).mkdir()
        (folder / name / "leave.md").write_text(f"Leave, as in {name}.")
        (folder / name / other).write_text(f"Something else in {name}.")
    return folder


def test_files_of_one_name_are_named_and_all_others_added(terminal: Terminal, folders: Path) -> None:
    one, two = folders / "one", folders / "two"
    ran = terminal("docs", "add", str(one), str(two))
    assert (ran.code, ran.out) == (1, "2 added, 2 failed\n")
    for here, there in ((one, two), (two, one)):
        assert f"{here / 'leave.md'}: {there / 'leave.md'} would be leave.md too; add them apart" in ran.err
    assert {line.split("\t")[2] for line in terminal("docs", "list").out.splitlines()[1:]} == {"mill.md", "pay.md"}


def test_a_file_that_is_named_twice_is_taken_once(folders: Path) -> None:
    paths = [folders / "one", folders / "one" / "leave.md", folders / "two" / ".." / "one"]
    found = list(files_of(paths, {}))
    assert [(each.name, each.trouble) for each in found] == [("leave.md", ""), ("mill.md", "")]


def test_a_path_that_is_not_there_is_said(folders: Path) -> None:
    with pytest.raises(UsedWrongly, match="there is no "):
        list(files_of([folders / "three"], {}))
