"""The commands that other people and scripts rely on are there, and say what they do."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROMISED = ("up", "install", "test", "check", "bench", "docs", "lock", "clean")

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *arguments], cwd=cwd, capture_output=True, text=True, check=False)


def test_help_names_every_target() -> None:
    shown = {line.split()[1] for line in make("help").stdout.splitlines() if line.startswith("  make ")}
    assert shown >= set(PROMISED)


@pytest.mark.parametrize("target", PROMISED)
def test_every_target_can_be_planned(target: str) -> None:
    planned = make("--dry-run", target)
    assert planned.returncode == 0, planned.stderr
    assert planned.stdout


def test_arguments_are_handed_on() -> None:
    assert ".venv/bin/freehold up --port 9000" in make("--dry-run", "up", "ARGS=--port 9000").stdout


def test_a_python_that_does_not_suit_is_named(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tools", tmp_path / "a clone" / "tools")
    shutil.copy(ROOT / "Makefile", tmp_path / "a clone")
    refused = make("install", "PYTHON=/nowhere/python3", cwd=tmp_path / "a clone")
    assert refused.returncode != 0
    assert "PYTHON=/nowhere/python3 is not a Python of 3.11 or newer" in refused.stderr


def test_the_build_runs_what_everyone_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert script.read_text().rstrip().endswith("make test")
