"""``freehold eval score``: the same answers by something else."""

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


def test_answers_are_scored_by_something_else_too(terminal: Terminal, run: str) -> None:
    told = terminal("eval", "score", run, "--scorer", "f1").out
    assert "exact\t0.667" in told
    assert "f1\t" in told
    scored = json.loads(terminal("eval", "score", run, "--scorer", "exact", "--json").out)
    assert set(scored["scores"]) == {"exact", "f1"}
