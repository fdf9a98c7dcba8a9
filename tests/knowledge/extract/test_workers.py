from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from freehold.knowledge.extract.bounds import Bounds
from freehold.knowledge.extract.job import Job, Read, Refused
from freehold.knowledge.extract.workers import Worker, Workers, _harmless

HANGING = [sys.executable, "-c", "import time; time.sleep(60)"]
CRASHING = [sys.executable, "-c", "import os; os.abort()"]
ENDING = [sys.executable, "-c", "raise SystemExit(3)"]


def job(folder: Path, body: bytes = b"<p>x", seconds: float = 60) -> Job:
    source = folder / f"source-{threading.get_ident()}"
    source.write_bytes(body)
    return Job(str(source), "html", "text/html", "", ocr=False, bounds=Bounds(seconds=seconds))


def test_a_reader_that_hangs_is_ended(tmp_path: Path) -> None:
    worker = Worker(HANGING)
    reply = worker.read(job(tmp_path, seconds=0.3))
    assert reply == Refused("It could not be read within 0.3 seconds; split the file, or save it as PDF or text.")
    assert not worker.reusable


@pytest.mark.parametrize(("command", "how"), [(CRASHING, "SIGABRT"), (ENDING, "status 3")])
def test_a_reader_that_breaks_down_is_told(tmp_path: Path, command: list[str], how: str) -> None:
    reply = Worker(command).read(job(tmp_path))
    assert isinstance(reply, Refused)
    assert f"Its reader broke down over it ({how})" in reply.reason


def test_a_worker_is_used_again_and_by_several_threads(tmp_path: Path) -> None:
    workers, read = Workers(), []

    def some() -> None:
        for _ in range(5):
            read.append(workers.read(job(tmp_path)))  # noqa: PERF401 - each is read in its turn

    threads = [threading.Thread(target=some) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [reply.extracted.text for reply in read if isinstance(reply, Read)] == ["x"] * 15
    assert 1 <= len(workers._idle) <= 3
    idle = workers._idle[0]
    workers.close()
    assert not idle.reusable
    assert isinstance(workers.read(job(tmp_path)), Read)
    workers.close()


def test_one_bad_file_does_not_spoil_the_next(tmp_path: Path) -> None:
    workers = Workers()
    missing = Job(str(tmp_path / "gone"), "html", "text/html", "", ocr=False, bounds=Bounds())
    assert isinstance(workers.read(missing), Refused)
    assert isinstance(workers.read(job(tmp_path)), Read)
    workers.close()


def test_a_worker_is_given_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("FREEHOLD_KEY", "secret")
    passed = _harmless(os.environ)
    assert "PATH" in passed
    assert not {"OPENAI_API_KEY", "FREEHOLD_KEY", "HOME"} & passed.keys()
