"""The arrows of the house hold, and would be seen if they did not."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "freehold"

DOORS = {
    "cli/client.py": "the command line is a client of the running Freehold, and of no target",
    "crew/channel.py": "makes the pair of sockets that two workers of one Freehold share",
    "crew/doors.py": "makes the pair of sockets by which the first worker gives others its connections",
    "engines/discover.py": "asks loopback alone what is listening there",
    "providers/egress.py": "the only door to a target",
}
"""Where a connection may be opened, and why. Every line here is one more place to look for a leak."""

OPENERS = {
    *("create_connection", "open_connection", "create_unix_connection", "open_unix_connection", "urlopen"),
    *("create_datagram_endpoint", "sock_connect", "connect_ex", "sendto", "socketpair", "wrap_socket"),
}
CLIENTS = {
    *("http.client", "urllib.request", "ftplib", "imaplib", "nntplib", "poplib", "smtplib", "telnetlib"),
    *("xmlrpc.client", "multiprocessing.connection", "logging.handlers", "asyncio.StreamWriter"),
}

SOCKETS = {
    "cli/hand.py": "is such a worker, and inherits two sockets",
    "cli/serving.py": "hands the listening socket from one to the other",
    "crew/channel.py": "is one end of a pair of sockets between two workers of one Freehold",
    "crew/doors.py": "takes connections, and hands them to further workers",
    "crew/line.py": "is handed its end of the pair",
    "crew/service.py": "the same",
    "http/server.py": "listens",
    "providers/egress.py": "names the errors of looking up a name and of TLS",
}
"""Who may know sockets and TLS at all, and why."""

PROCESSES = {
    "crew/hands.py": "starts further workers of this Freehold",
    "engines/probe.py": "asks the driver which graphics cards there are",
    "engines/process.py": "runs a model, which is a target and is asked through the door",
    "evaluate/confined/run.py": "runs a model's code with its tests, without a network",
    "knowledge/extract/workers.py": "reads documents apart from this process",
    "knowledge/ingest/readers.py": "the same",
    "ledger/audit/witness.py": "commits checkpoints, which hold nobody's words, with git",
}
"""Who may start another program, and which. A program could open a connection of its own."""

STARTERS = {
    *("create_subprocess_exec", "create_subprocess_shell", "subprocess_exec", "subprocess_shell", "system", "popen"),
    *("posix_spawn", "posix_spawnp", "fork", "forkpty", "execv", "execve", "execvp", "execvpe", "execl", "execlp"),
    *("spawnv", "spawnve", "spawnl", "spawnlp", "spawnvp"),
}


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


def known_sockets(source: str) -> set[str]:
    """The modules that `source` brings in with which a connection could be made by hand."""
    return _imported(source) & {
        "socket",
        "_socket",
        "ssl",
        "_ssl",
        "socketserver",
        "asyncio.streams",
        "asyncio.sslproto",
    }


def started_processes(source: str) -> set[str]:
    """The names in `source` by which another program is started."""
    found = _imported(source) & {
        "subprocess",
        "_posixsubprocess",
        "multiprocessing",
        "pty",
        "concurrent.futures.process",
    }
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in STARTERS:
            # Elsewhere than in `os`, a system is what a prompt begins with, or what this machine runs.
            if node.attr != "system" or (isinstance(node.value, ast.Name) and node.value.id == "os"):
                found.add(node.attr)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names} & STARTERS
    return found


def _imported(source: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} | {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, node.module.split(".")[0]} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize(("look", "allowed"), [(known_sockets, SOCKETS), (started_processes, PROCESSES)])
def test_only_these_know_sockets_or_start_programs(look: Callable[[str], set[str]], allowed: dict[str, str]) -> None:
    found = {path.relative_to(SOURCE).as_posix(): look(path.read_text()) for path in SOURCE.rglob("*.py")}
    using = {name: names for name, names in found.items() if names}
    assert {name: names for name, names in using.items() if name not in allowed} == {}
    assert allowed.keys() - using.keys() == set(), "take it off the list"


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
        "import asyncio\nasync def f(loop):\n    await asyncio.open_connection('there', 80)",
        "async def f(loop, sock):\n    await loop.sock_connect(sock, ('there', 80))",
        "async def f(loop):\n    await loop.create_datagram_endpoint(None)",
        "def f(sock):\n    sock.sendto(b'', ('there', 80))",
        "from asyncio import StreamWriter",
        "from multiprocessing.connection import Client",
        "import logging.handlers",
    ],
)
def test_an_opened_connection_is_seen(source: str) -> None:
    assert opened_connections(source)


@pytest.mark.parametrize(
    "source",
    [
        "import socket",
        "from socket import socket",
        "import ssl as tls",
        "def f():\n    import socket\n    socket.socket().connect(('there', 80))",
        "from asyncio import sslproto",
    ],
)
def test_a_socket_is_seen(source: str) -> None:
    assert known_sockets(source)


@pytest.mark.parametrize(
    "source",
    [
        "import subprocess\nsubprocess.run(['curl', 'https://example.org'])",
        "from subprocess import Popen",
        "import os\nos.system('curl https://example.org')",
        "from os import popen",
        "import asyncio\nasync def f():\n    await asyncio.create_subprocess_exec('curl')",
        "from asyncio import create_subprocess_shell",
        "import os\nos.posix_spawn('/usr/bin/curl', [], {})",
        "from multiprocessing import Process",
        "from concurrent.futures.process import ProcessPoolExecutor",
    ],
)
def test_a_started_program_is_seen(source: str) -> None:
    assert started_processes(source)
