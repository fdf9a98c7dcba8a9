"""What is asked: a file, which becomes a dataset, or a dataset by its name."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from freehold.cli.client import Client, Reply
from freehold.cli.errors import CommandFailed, UsedWrongly
from freehold.cli.eval_asking import begin_all, check_ended_well
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
        (("home", "--data", "nothing"), 2, "there is no dataset"),
        (("home", "--data", "nothing", "--name", "x"), 2, "leave out --name"),
        (("home",), 2, "--data"),
    ],
)
def test_what_cannot_be_asked_is_told(terminal: Terminal, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = terminal("eval", "run", *arguments)
    assert (done.code, said in done.err) == (code, True), done.err


def test_a_run_that_did_not_come_to_its_end_is_a_failure() -> None:
    run = {"id": "run_1", "subject": "home", "state": "done", "note": "", "counts": {"barred": 0}}
    check_ended_well([run])
    with pytest.raises(CommandFailed, match="run_1 of home is partial: no money"):
        check_ended_well([run, run | {"state": "partial", "note": "no money"}])
    with pytest.raises(CommandFailed, match="run_1 of home is done: 2 refused by label"):
        check_ended_well([run | {"counts": {"barred": 2}, "note": "2 refused by label"}])


class Running:
    """A Freehold that begins runs of what it knows, and keeps what it was told."""

    together = 1

    def __init__(self, *known: str) -> None:
        self.known = known
        self.told: list[str] = []

    def __call__(self, _method: str, path: str, _headers: Any, body: Any) -> AbstractContextManager[Reply]:
        self.told.append(path)
        if path == "/api/explain":
            there = json.loads(body)["model"] in self.known
            said = {"code": None, "error": None} if there else {"code": "model_not_found", "error": "it does not exist"}
            return nullcontext(Reply(200, {}, iter([json.dumps(said).encode()])))
        subject = json.loads(body)["subject"] if path == "/api/eval/runs" else ""
        if subject == "busy":
            said = {"error": {"message": "no more runs now", "code": "conflict"}}
            return nullcontext(Reply(409, {}, iter([json.dumps(said).encode()])))
        return nullcontext(Reply(202, {}, iter([json.dumps({"id": f"run_{subject}"}).encode()])))


def test_a_subject_that_is_not_there_is_wrong_use_and_begins_nothing() -> None:
    running = Running("home")
    with pytest.raises(UsedWrongly, match="it does not exist"):
        begin_all(Client(running, "key"), "ds_1", ["home", "nosuch"], {})
    assert running.told == ["/api/explain", "/api/explain"]


def test_a_run_that_cannot_be_begun_stops_those_before_it() -> None:
    running = Running("home", "busy")
    with pytest.raises(CommandFailed, match="no more runs now"):
        begin_all(Client(running, "key"), "ds_1", ["home", "busy"], {})
    assert running.told[2:] == ["/api/eval/runs", "/api/eval/runs", "/api/eval/runs/run_home/stop"]
    assert begin_all(Client(Running("a", "b"), "key"), "ds_1", ["a", "b"], {}) == ["run_a", "run_b"]
