"""``freehold eval show``: one run and its results."""

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


def test_results_are_shown_by_their_places_with_their_scores(terminal: Terminal, run: str) -> None:
    shown = terminal("eval", "show", run, "--limit", "2").out.splitlines()
    assert shown[-3] == "place\tstate\texact\tanswer"
    assert shown[-1] == "1\tanswered\t1\tFour score and seven"
    rest = json.loads(terminal("eval", "show", run, "--after", "1", "--json").out)["results"]
    assert [each["place"] for each in rest] == [2]
    assert "place" not in terminal("eval", "show", run, "--limit", "0").out
    assert terminal("eval", "show", "run_none").code == 1
