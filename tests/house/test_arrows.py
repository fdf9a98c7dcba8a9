"""The arrows of the house hold, and would be seen if they did not."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "freehold"

DOORS = {
    "cli/client.py": "the command line is a client of the running Freehold, and of no target",
    "engines/discover.py": "asks loopback alone what is listening there",
    "providers/egress.py": "the only door to a target",
}
"""Where a connection may be opened, and why. Every line here is one more place to look for a leak."""

OPENERS = {"create_connection", "open_connection", "create_unix_connection", "open_unix_connection", "urlopen"}
CLIENTS = {"http.client", "urllib.request", "ftplib", "smtplib", "telnetlib", "xmlrpc.client"}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    # The linter imports nothing; it reads the package that it finds first, which is the one in `folder`.
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def broken(report: str) -> str:
    """The lines that name a broken contract."""
    return "\n".join(line for line in report.splitlines() if " BROKEN" in line)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house in which a wrong import may be planted."""
    folder = tmp_path / "house"
    shutil.copytree(SOURCE, folder / "freehold", ignore=shutil.ignore_patterns("__pycache__", "*.json", "static"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_arrows_hold(house: Path) -> None:
    found = lint_imports(house)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("core/planted.py", "import freehold.wire", "The arrows"),
        ("wire/planted.py", "import freehold.catalog", "The arrows"),
        ("providers/planted.py", "import freehold.gateway", "The arrows"),
        ("newcomer/__init__.py", "", "The arrows"),
        ("gateway/planted.py", "import freehold.wire", "The gateway names no vendor"),
        ("gateway/planted.py", "import freehold.stores", "The gateway names no vendor"),
        ("http/planted.py", "import freehold.providers", "Only assemble"),
        ("wire/planted.py", "import asyncio", "pure"),
        ("policy/planted.py", "import sqlite3", "pure"),
        ("core/planted.py", "import sqlalchemy", "pure"),
        ("gateway/planted.py", "import openai", "Vendors' SDKs"),
        ("ledger/planted.py", "import httpx", "One door out"),
    ],
)
def test_a_planted_import_is_seen(house: Path, module: str, line: str, contract: str) -> None:
    planted = house / "freehold" / module
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(line + "\n")
    found = lint_imports(house)
    assert found.returncode == 1
    assert contract in broken(found.stdout), found.stdout


def test_a_wing_is_held_from_the_day_it_comes(house: Path) -> None:
    for wing, line in (("knowledge", ""), ("tune", "import freehold.knowledge.index")):
        (house / "freehold" / wing).mkdir(exist_ok=True)
        (house / "freehold" / wing / "__init__.py").write_text("")
        (house / "freehold" / wing / "index.py").write_text(line + "\n")
    assert "The arrows" in broken(lint_imports(house).stdout)


def opened_connections(source: str) -> set[str]:
    """The names in `source` by which the standard library opens a connection."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & CLIENTS
        elif isinstance(node, ast.ImportFrom):
            names = {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
            found |= names & CLIENTS
            found |= {alias.name for alias in node.names} & OPENERS
        elif isinstance(node, ast.Attribute) and node.attr in OPENERS:
            found.add(node.attr)
    return found


def test_only_the_doors_open_connections() -> None:
    paths = {path.relative_to(SOURCE).as_posix(): path for path in SOURCE.rglob("*.py")}
    opening = {name: names for name, path in paths.items() if (names := opened_connections(path.read_text()))}
    assert {name: names for name, names in opening.items() if name not in DOORS} == {}
    assert DOORS.keys() - opening.keys() == set(), "take it off the list"


@pytest.mark.parametrize(
    "source",
    [
        "import http.client",
        "from urllib import request",
        "from urllib.request import Request",
        "from asyncio import open_connection",
        "import asyncio\nasync def f(loop):\n    await loop.create_connection(None)",
    ],
)
def test_an_opened_connection_is_seen(source: str) -> None:
    assert opened_connections(source)
