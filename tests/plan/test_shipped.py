"""The scenarios that come with Freehold: in a working copy, and in an installed package."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.plan.shipped import scenarios


def test_a_working_copy_has_the_five() -> None:
    assert list(scenarios()) == ["batch", "clinic", "laptop", "moderate", "startup"]


@pytest.mark.parametrize("folder", ["freehold/examples/plan", "examples/plan"])
def test_they_are_found_where_they_lie(tmp_path: Path, folder: str) -> None:
    package = tmp_path / "freehold" if folder.startswith("freehold") else tmp_path / "src" / "freehold"
    package.mkdir(parents=True)
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "own.toml").touch()
    assert scenarios(package) == {"own": tmp_path / folder / "own.toml"}


def test_where_there_are_none_there_are_none(tmp_path: Path) -> None:
    assert scenarios(tmp_path / "a" / "b" / "c") == {}
