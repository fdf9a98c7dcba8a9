"""``freehold eval runs``: listed, newest first."""

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


def test_the_newest_comes_first_and_others_subjects_do_not(terminal: Terminal, run: str) -> None:
    assert run in terminal("eval", "runs", "--subject", "home").out
    assert run not in terminal("eval", "runs", "--subject", "nobody").out
    assert json.loads(terminal("eval", "runs", "--limit", "1", "--json").out)[0]["id"] == run
