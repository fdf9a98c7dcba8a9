"""``freehold eval resume``: gone on with."""

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


def test_one_that_failed_is_asked_again_and_says_so(terminal: Terminal, folder: Path, run: str) -> None:
    failed = ran(terminal, "breaks", "--data", str(work_in(folder)))
    assert failed["counts"]["failed"] == 3
    again = terminal("eval", "resume", failed["id"], run, "--json")
    assert [each["counts"]["failed"] for each in json.loads(again.out)] == [3, 0]
    assert "state\tdone" in terminal("eval", "resume", run).out
    assert terminal("eval", "resume", "run_none").code == 1
