"""``freehold eval report``: what runs have shown, without asking."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.commands import Terminal
from support.questions import work_in

pytestmark = pytest.mark.usefixtures("found")
WORSE = "quality(B) < quality(A) - 0.02"


@pytest.fixture
def work(folder: Path) -> Path:
    return work_in(folder)


def test_runs_that_are_there_are_reported_without_asking(terminal: Terminal, work: Path) -> None:
    compared = terminal("eval", "compare", "home", "away", "--data", str(work), "--json")
    runs = [each["run"] for each in json.loads(compared.out)["subjects"]]
    again = terminal("eval", "report", *runs, "--json")
    assert (again.code, json.loads(again.out)["pairs"]) == (0, json.loads(compared.out)["pairs"])
    assert terminal("eval", "report", *runs, "--fail-if", WORSE).code == 1
    assert "home" in terminal("eval", "report", runs[0]).out
    assert terminal("eval", "report", "run_none").code == 1
    assert terminal("eval", "report", runs[0], "--html", "no/such/folder/r.html").code == 2
