"""``freehold eval run``: asked, followed, scored and told."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.commands import Terminal
from support.live import Live
from support.questions import ran, work_in

pytestmark = pytest.mark.usefixtures("found")


@pytest.fixture
def work(folder: Path) -> Path:
    return work_in(folder, "my work.jsonl")


def test_a_file_is_asked_and_scored_and_what_came_of_it_is_told(terminal: Terminal, work: Path) -> None:
    done = terminal("eval", "run", "home", "--data", str(work), "--scorer", "exact")
    told = dict(line.split("\t", 1) for line in done.out.splitlines())
    assert (done.code, told["state"], told["exact"]) == (0, "done", "0.667 (mean of 3)")
    assert told["dataset"].startswith("my-work (ds_")
    assert told["asked"] == "3 of 3: 3 answered"
    assert "asking home: 3 of 3" in done.err


def test_a_budget_and_a_scorer_that_cannot_be_are_wrong_use(terminal: Terminal, work: Path) -> None:
    assert terminal("eval", "run", "home", "--data", str(work), "--budget", "0").code == 2
    wrong = terminal("eval", "run", "home", "--data", str(work), "--scorer", "exakt")
    assert (wrong.code, "did you mean 'exact'" in wrong.err) == (2, True)


def test_without_a_freehold_that_runs_it_asks_by_itself(
    terminal: Terminal, work: Path, scripted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: Live
) -> None:
    monkeypatch.setenv("FREEHOLD_DATA_DIR", str(tmp_path / "alone"))
    assert ran(terminal, "home", "--data", str(work))["state"] == "done"
