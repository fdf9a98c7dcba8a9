"""``freehold eval stop``: nothing more is asked."""

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


def test_one_that_has_ended_is_stopped_without_harm(terminal: Terminal, run: str) -> None:
    assert terminal("eval", "stop", run).out == f"stopped {run}\n"
    assert json.loads(terminal("eval", "show", run, "--json").out)["state"] == "done"
    assert terminal("eval", "stop", "run_none").code == 1
