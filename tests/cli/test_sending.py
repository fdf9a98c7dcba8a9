"""Files are sent several at once; each one's own fault stays its own, and progress is told."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from freehold.cli.client import Client
from freehold.cli.errors import CommandFailed, Refused
from freehold.cli.sending import Outcome, Outgoing, finish, report, reporting, send


class Remembering:
    """A client whose Freehold takes every file, but for those whose name says otherwise."""

    together = 3

    def __init__(self) -> None:
        self.sent: dict[str, tuple[bytes, dict[str, object]]] = {}
        self._lock = threading.Lock()

    def upload(self, path: str, file: BinaryIO, **query: object) -> Any:
        assert path == "/api/documents"
        name = str(query.pop("name"))
        if name.startswith("refused"):
            raise Refused(413, "the file is too large")
        if name.startswith("down"):
            raise Refused(503, "Freehold is stopping")
        with self._lock:
            self.sent[name] = (file.read(), query)
        return {"job": query["job"]}

    def get(self, path: str, **query: object) -> Any:
        (job,) = {str(query["job"]) for _, query in self.sent.values()}
        assert path == f"/api/jobs/{job}"
        bad = [name for name in self.sent if name.startswith("bad")]
        files = [{"name": name, "state": "failed", "reason": "it is broken", "notes": []} for name in bad]
        files += [{"name": name, "state": "done", "reason": "", "notes": ["page 2 is an image"]} for name in ("noted",)]
        done = len(self.sent) - len(bad)
        counts = {"waiting": 0, "done": done, "unchanged": 0, "failed": len(bad)}
        return {"id": job, "state": "done", "files": files, "notes": [], **counts}


@pytest.fixture
def client() -> Remembering:
    return Remembering()


def outgoing(folder: Path, *names: str) -> list[Outgoing]:
    for name in names:
        (folder / name).write_text(name)
    return [Outgoing(name, folder / name) for name in names]


def test_all_files_go_out_under_one_job(client: Remembering, tmp_path: Path) -> None:
    files = outgoing(tmp_path, *(f"{number}.txt" for number in range(20)))
    outcome = send(cast("Client", client), files, {"collection": "c", "label": None})
    assert outcome.done == 20
    assert {name: body.decode() for name, (body, _) in client.sent.items()} == {file.name: file.name for file in files}
    assert {query["collection"] for _, query in client.sent.values()} == {"c"}
    assert len({query["job"] for _, query in client.sent.values()}) == 1


def test_what_one_file_did_wrong_stops_no_other(client: Remembering, tmp_path: Path) -> None:
    files = [*outgoing(tmp_path, "good", "bad", "refused"), Outgoing("gone", tmp_path / "gone")]
    outcome = send(cast("Client", client), files, {})
    assert outcome.done == 1
    assert outcome.failed == {
        "bad": "it is broken",
        "refused": "the file is too large",
        "gone": "it cannot be read: No such file or directory",
    }


def test_what_is_no_files_fault_ends_it(client: Remembering, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="stopping"):
        send(cast("Client", client), outgoing(tmp_path, "down"), {})


def test_nothing_to_send_asks_nothing(client: Remembering) -> None:
    assert send(cast("Client", client), [], {}) == Outcome()


def test_the_end_names_each_failure_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = Outcome(done=2, unchanged=1, failed={"a.pdf": "it is encrypted"}, notes={"b.pdf": ["page 2 is an image"]})
    with pytest.raises(CommandFailed, match="1 could not be added"):
        finish(outcome, as_json=False)
    seen = capsys.readouterr()
    assert seen.out == "2 added, 1 unchanged, 1 failed\n"
    assert "freehold: a.pdf: it is encrypted\n" in seen.err
    assert "b.pdf: page 2 is an image\n" in seen.err


def test_what_many_files_have_in_common_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"a.zip/{number}" for number in range(5)]
    outcome = Outcome(failed={"b": "it is empty", **dict.fromkeys(names, "it is encrypted")}, skipped={"c": "a link"})
    report(outcome, as_json=False)
    said = ["skipped c: a link", "freehold: b: it is empty", "freehold: a.zip/0 and 4 more: it is encrypted"]
    assert capsys.readouterr().err.splitlines() == said


def test_the_end_may_be_json(capsys: pytest.CaptureFixture[str]) -> None:
    finish(Outcome(done=1, removed=2), as_json=True)
    assert '"removed": 2' in capsys.readouterr().out


def test_progress_is_a_line_for_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    with reporting() as tell:
        for number in range(1, 101):
            tell("sending", number, 100)
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "sending: 10 of 100"
    assert len(said) == 10
