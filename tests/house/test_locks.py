"""The locks hold everything that is declared, by hash, and name no host."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from freehold.engines import minilm
from tools.lock import UNBUILT

ROOT = Path(__file__).parents[2]
LOCKS = ("runtime", "dev")
ALL = (*LOCKS, "minilm", "clients")
UNIMPORTED = {"uvloop": "uvicorn takes it by name"}
"""What is declared and never imported, each with the reason."""

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


@pytest.mark.parametrize("lock", ALL)
def test_everything_locked_has_hashes(lock: str) -> None:
    entries = re.split(r"^(?=[A-Za-z0-9])", text(lock), flags=re.MULTILINE)[1:]
    assert len(entries) == len(PINNED.findall(text(lock)))
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", ALL)
def test_no_host_and_no_path_is_named(lock: str) -> None:
    assert re.findall(r"\S*(?:://|file:|--index|--find-links|@ )\S*", text(lock)) == []
    assert re.findall(r"^.*\s/\w+/.*$", text(lock), flags=re.MULTILINE) == []


def test_the_programs_that_ask_are_locked_apart() -> None:
    declared = [
        Requirement(r) for r in tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]["clients"]
    ]
    locked = pins("clients")
    assert [str(r) for r in declared if not r.specifier.contains(locked.get(canonicalize_name(r.name), "0"))] == []
    assert {"inspect-ai", "lm-eval"} & (pins("runtime").keys() | pins("dev").keys()) == set()
    assert set(UNBUILT) & locked.keys() == set()


def test_both_locks_agree() -> None:
    runtime, dev = pins("runtime"), pins("dev")
    assert {name: version for name, version in runtime.items() if dev.get(name) != version} == {}


def test_the_weights_are_pinned_as_the_engine_names_them() -> None:
    assert pins("minilm") == {minilm.PACKAGE: minilm.VERSION}


def imported() -> dict[str, str]:
    """The top-level modules that the source imports, each with one file that does."""
    found: dict[str, str] = {}
    for path in (ROOT / "src" / "freehold").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            found |= {name.split(".")[0]: path.relative_to(ROOT).as_posix() for name in names}
    return {name: path for name, path in found.items() if name not in {*sys.stdlib_module_names, "freehold"}}


def test_everything_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [Requirement(row) for rows in project["optional-dependencies"].values() for row in rows]
    names = {canonicalize_name(r.name) for r in [*declared("runtime"), *extras]}
    providers = packages_distributions()
    undeclared = {
        module: path
        for module, path in imported().items()
        if not {canonicalize_name(name) for name in providers.get(module, [module])} & names
    }
    assert undeclared == {}, "a package that another one happens to bring may go with it; declare it"


def test_everything_declared_is_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    providers = packages_distributions()
    used = {canonicalize_name(name) for module in imported() for name in providers.get(module, [module])}
    names = {canonicalize_name(Requirement(row).name) for row in project["dependencies"]}
    assert names - used - UNIMPORTED.keys() == set(), "nothing uses it any more; take it out"
