"""The locks hold everything that is declared, by hash, and name no host."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ("runtime", "dev")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


def text(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.lock").read_text()


def pins(lock: str) -> dict[str, str]:
    return {canonicalize_name(name): version for name, version in PINNED.findall(text(lock))}


def declared(lock: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    rows = [*project["project"]["dependencies"], *groups["build"], *(groups["dev"] if lock == "dev" else ())]
    return [Requirement(row) for row in rows]


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_declared_is_locked(lock: str) -> None:
    locked = pins(lock)
    unmet = [str(r) for r in declared(lock) if not r.specifier.contains(locked.get(canonicalize_name(r.name), "0"))]
    assert unmet == [], "run `make lock`"


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_locked_has_hashes(lock: str) -> None:
    entries = re.split(r"^(?=[A-Za-z0-9])", text(lock), flags=re.MULTILINE)[1:]
    assert len(entries) == len(PINNED.findall(text(lock)))
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_host_and_no_path_is_named(lock: str) -> None:
    assert re.findall(r"\S*(?:://|file:|--index|--find-links|@ )\S*", text(lock)) == []
    assert re.findall(r"^.*\s/\w+/.*$", text(lock), flags=re.MULTILINE) == []


def test_both_locks_agree() -> None:
    runtime, dev = pins("runtime"), pins("dev")
    assert {name: version for name, version in runtime.items() if dev.get(name) != version} == {}
