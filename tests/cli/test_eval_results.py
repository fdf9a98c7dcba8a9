"""``freehold eval results``: taken elsewhere, and brought from there."""

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


def test_results_leave_and_come_back(terminal: Terminal, folder: Path, run: str) -> None:
    (folder / "results.json").write_text(terminal("eval", "results", "export", run).out)
    brought = terminal("eval", "results", "import", "results.json")
    assert (brought.code, "brought from elsewhere" in brought.out) == (0, True)
    assert json.loads(terminal("eval", "results", "import", "results.json", "--json").out)["state"] == "done"
    (folder / "results.json").write_text("{")
    for name in ("results.json", "none.json"):
        assert terminal("eval", "results", "import", name).code == 2
