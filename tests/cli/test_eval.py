"""The group of evaluation's commands: listed without being imported, and each with an example."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from support.commands import Terminal

group = import_module("freehold.cli.eval")
"""The module; `from` would find the function of that name first."""


@pytest.mark.parametrize("name", group.COMMANDS)
def test_every_command_has_help_that_says_what_the_list_says(terminal: Terminal, name: str) -> None:
    ran = terminal("eval", name, "--help")
    said = " ".join(ran.out.split())
    assert ran.code == 0
    assert group.COMMANDS[name].rstrip(".").split(",")[0] in said


def test_the_list_imports_none_of_them() -> None:
    script = (
        "import sys; from freehold.cli.main import app\n"
        "try: app(['eval', '--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in sys.modules if name.startswith('freehold.cli.eval_') or name == 'numpy'])"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.splitlines()[-1] == "[]"
