"""The front door: which command, which exit code, and how errors are told."""

from __future__ import annotations

import errno
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from freehold import __version__
from freehold.core.errors import SetupError
from support.commands import Terminal

front = import_module("freehold.cli.main")
"""The module; its package has a function of the same name."""

ALL = [
    *((name,) for name in front.COMMANDS),
    *(("models", name) for name in ("list", "show", "pull", "fit")),
    *(("keys", name) for name in ("create", "list", "limit", "rotate", "revoke")),
    *(("budgets", name) for name in ("list", "set", "remove")),
    ("feedback", "export"),
]


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_every_command_has_help_with_an_example(terminal: Terminal, command: tuple[str, ...]) -> None:
    ran = terminal(*command, "--help")
    assert ran.code == 0
    if command not in {("docs",), ("models",), ("keys",), ("budgets",), ("feedback",)}:
        assert f"Example: freehold {' '.join(command)}" in ran.out


def test_help_lists_all_commands_in_their_order(terminal: Terminal) -> None:
    listed = terminal("--help").out.partition("Commands:")[2].split("\n")
    named = [line.split()[0] for line in listed if line.startswith("  ") and line.split()]
    assert named[: len(front.COMMANDS)] == list(front.COMMANDS)


def test_what_help_says_of_a_command_is_what_the_command_says_of_itself(terminal: Terminal) -> None:
    for name in front.COMMANDS:
        first = " ".join(terminal(name, "--help").out.split())
        assert front.COMMANDS[name].rstrip(".").split(",")[0] in first


def test_version(terminal: Terminal) -> None:
    assert terminal("--version") == (0, f"freehold {__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("chekc",), "Did you mean 'check'?"),
        (("check", "--confg", "x"), "--config"),
        (("keys", "create"), "--name"),
        (("usage", "--by", "colour"), "--by"),
        (("usage", "--limit", "0"), "--limit"),
        (("chat", "--label", "secret", "hi"), "the levels are public"),
    ],
)
def test_wrong_use_is_exit_code_2_and_told_on_stderr(terminal: Terminal, arguments: tuple[str, ...], said: str) -> None:
    ran = terminal(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert said in ran.err


def test_no_command_shows_help_and_is_wrong_use(terminal: Terminal) -> None:
    ran = terminal()
    assert ran.code == 2
    assert "Commands:" in ran.out + ran.err


def test_faults_of_a_configuration_are_exit_code_2_one_sentence_each(terminal: Terminal, scripted: Path) -> None:
    with scripted.open("a") as file:
        file.write('[server]\nprot = 1\n[polcy]\nx = "y"\n')
    ran = terminal("usage")
    assert ran.code == 2
    assert [line.partition(": ")[0] for line in ran.err.splitlines()] == ["freehold", "freehold"]
    assert "freehold.toml" in ran.err
    assert "port" in ran.err


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SetupError("the disk is full; make room"), "freehold: the disk is full; make room\n"),
        (ZeroDivisionError("division"), "freehold: ZeroDivisionError: division (set FREEHOLD_DEBUG=1 to see where)\n"),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "freehold: the output cannot be written: No space left on device; make room there, or send it elsewhere\n",
        ),
    ],
)
def test_a_failure_is_one_sentence_and_never_a_traceback(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    monkeypatch.setattr(front, "app", lambda: (_ for _ in ()).throw(error))
    assert terminal("usage") == (1, "", said)
    monkeypatch.setenv("FREEHOLD_DEBUG", "1")
    ran = terminal("usage")
    assert ran.code == 1
    assert ran.err.startswith(said)
    assert "Traceback" in ran.err


HEAVY = ("alembic", "asyncio", "http.client", "rich", "sqlalchemy", "sqlite3", "uvicorn", "xllamacpp")


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [(["--help"], (*HEAVY, "freehold.config")), (["check"], HEAVY), (["up", "--help"], HEAVY)],
)
def test_light_commands_import_nothing_heavy(arguments: list[str], absent: tuple[str, ...]) -> None:
    code = f"""
import sys
sys.argv = ["freehold", *{arguments!r}]
from freehold.cli.main import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
print("heavy:", sorted(sys.modules.keys() & set({absent!r})), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr.splitlines()[-1] == "heavy: []"
