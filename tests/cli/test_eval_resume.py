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


def test_what_was_refused_is_asked_again_and_says_so(terminal: Terminal, folder: Path, run: str) -> None:
    labelled = folder / "labelled.jsonl"
    labelled.write_text('{"input": "Who?", "expected": "me", "label": "restricted"}\n')
    refused = terminal("eval", "run", "away", "--data", str(labelled), "--json")
    assert (refused.code, "1 refused by label" in refused.err) == (1, True)
    again = terminal("eval", "resume", json.loads(refused.out)["id"], run, "--json")
    assert (again.code, "1 refused by label" in again.err) == (1, True)
    assert [each["counts"]["barred"] for each in json.loads(again.out)] == [1, 0]
    assert "state\tdone" in terminal("eval", "resume", run).out
    assert terminal("eval", "resume", "run_none").code == 1
