"""``freehold eval remove``: gone, with its results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.commands import Terminal
from support.questions import ran, work_in

pytestmark = pytest.mark.usefixtures("found")


@pytest.fixture
def run(terminal: Terminal, folder: Path) -> str:
    """The id of a run that has ended."""
    return str(ran(terminal, "home", "--data", str(work_in(folder)))["id"])


def test_a_run_is_forgotten(terminal: Terminal, run: str) -> None:
    assert terminal("eval", "remove", run).out == f"removed {run}\n"
    assert terminal("eval", "remove", run).code == 1
    assert run not in json.dumps(json.loads(terminal("eval", "runs", "--json").out))
