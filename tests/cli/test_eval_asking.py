"""What is asked: a file, which becomes a dataset, or a dataset by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.cli.errors import CommandFailed
from freehold.cli.eval_asking import check_ended_well
from support.commands import Terminal
from support.questions import ran, work_in


@pytest.fixture
def work(found: object, folder: Path) -> Path:
    return work_in(folder)


def test_a_dataset_is_asked_by_its_name_and_answers_are_taken_from_the_run_before(
    terminal: Terminal, work: Path
) -> None:
    first = ran(terminal, "home", "--data", str(work), "--name", "twice", "--limit", "2")
    again = ran(terminal, "home", "--data", "twice", "--limit", "2", "--scorer", "f1")
    assert (again["dataset"], again["counts"]["repeated"]) == (first["dataset"], 2)
    assert ran(terminal, "home", "--data", "twice", "--limit", "2", "--fresh")["counts"]["repeated"] == 0


@pytest.mark.usefixtures("found")
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("home", "--data", "nothing.jsonl"), 2, "there is no file nothing.jsonl"),
        (("home", "--data", "nothing"), 1, "there is no dataset"),
        (("home", "--data", "nothing", "--name", "x"), 2, "leave out --name"),
        (("home",), 2, "--data"),
    ],
)
def test_what_cannot_be_asked_is_told(terminal: Terminal, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = terminal("eval", "run", *arguments)
    assert (done.code, said in done.err) == (code, True), done.err


def test_a_run_that_did_not_come_to_its_end_is_a_failure() -> None:
    run = {"id": "run_1", "subject": "home", "state": "done", "note": ""}
    check_ended_well([run])
    with pytest.raises(CommandFailed, match="run_1 of home is partial: no money"):
        check_ended_well([run, run | {"state": "partial", "note": "no money"}])
