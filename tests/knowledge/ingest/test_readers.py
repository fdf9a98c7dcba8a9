from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from freehold.knowledge.ingest.queue import NewItem
from freehold.knowledge.ingest.reader import Read, Task
from freehold.knowledge.ingest.readers import Reader, Readers
from support.documents import zipped
from support.ingesting import InProcess


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.end()


def task(tmp_path: Path, body: bytes = b"Thirty days of leave.", name: str = "a.txt") -> Task:
    path = tmp_path / "staged"
    path.write_bytes(body)
    return Task(str(path), name)


def texts(found: Iterator[Read]) -> list[str]:
    return [each.extracted.text if each.extracted else each.reason for each in found]


def test_files_are_read_by_one_process_that_is_not_this_one(reader: Reader, tmp_path: Path) -> None:
    assert texts(reader.read(task(tmp_path))) == ["Thirty days of leave."]
    process = reader._process
    assert process is not None
    assert process.pid != os.getpid()
    assert texts(reader.read(task(tmp_path, b"Another."))) == ["Another."]
    assert reader._process is process


def test_a_reader_that_dies_takes_its_file_with_it_and_no_other(reader: Reader, tmp_path: Path) -> None:
    assert texts(reader.read(task(tmp_path))) == ["Thirty days of leave."]
    process = reader._process
    assert process is not None
    os.kill(process.pid, signal.SIGSTOP)
    threading.Timer(0.1, os.kill, (process.pid, signal.SIGKILL)).start()
    (reason,) = texts(reader.read(task(tmp_path, name="evil.pdf")))
    assert "was killed by SIGKILL" in reason
    assert texts(reader.read(task(tmp_path))) == ["Thirty days of leave."]


def test_a_file_that_takes_too_long_to_read_is_told_so(reader: Reader, tmp_path: Path) -> None:
    process = reader._running()
    os.kill(process.pid, signal.SIGSTOP)
    threading.Timer(0.1, _rung, (process.pid,)).start()
    (reason,) = texts(reader.read(task(tmp_path, name="evil.txt")))
    assert reason == "reading it takes more than 300 seconds of a processor; split the file"


def _rung(pid: int) -> None:
    os.kill(pid, signal.SIGPROF)
    os.kill(pid, signal.SIGCONT)


def test_a_reader_that_stays_silent_is_ended(tmp_path: Path) -> None:
    reader = Reader(silence=0.3)
    try:
        process = reader._running()
        os.kill(process.pid, signal.SIGSTOP)
        began = time.monotonic()
        (reason,) = texts(reader.read(task(tmp_path)))
        assert "was killed" in reason
        assert time.monotonic() - began < 10
    finally:
        reader.end()


def test_what_is_left_of_one_file_is_never_taken_for_the_next(reader: Reader, tmp_path: Path) -> None:
    archive = zipped({f"{number}.txt": f"Number {number}." for number in range(20)})
    with closing(reader.read(task(tmp_path, archive, "x.zip"))) as found:
        assert next(found).name == "x.zip"
    assert texts(reader.read(task(tmp_path, b"Another."))) == ["Another."]


def test_its_process_ends_with_its_input(reader: Reader) -> None:
    process = reader._running()
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(20) == 0


HELD = """
import sys, threading
from freehold.knowledge.ingest.reader import Task
from freehold.knowledge.ingest.readers import Reader
reader = Reader()
list(reader.read(Task(sys.argv[1], "a.html")))
print(reader._process.pid, flush=True)
sys.stdin.readline()
threading.Thread(target=lambda: list(reader.read(Task(sys.argv[1], "a.html")))).start()
sys.stdin.readline()
reader.end()
"""


def gone(processes: list[psutil.Process]) -> bool:
    return not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in processes)


@pytest.mark.parametrize("ending", ["told", "killed"])
def test_a_reader_ends_in_the_middle_of_a_file_with_its_workers(tmp_path: Path, ending: str) -> None:
    page = tmp_path / "a.html"
    page.write_text("<p>Thirty days of leave.")
    left: list[psutil.Process] = []
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", HELD, str(page)], text=True, **pipes) as server:  # type: ignore[call-overload]
        try:
            reader = psutil.Process(int(server.stdout.readline()))
            (worker,) = reader.children()
            left = [reader, worker]
            worker.suspend()  # It is at its file for ever.
            server.stdin.write("read\n")
            server.stdin.flush()
            time.sleep(0.3)
            assert not gone([reader])
            if ending == "told":
                server.stdin.write("end\n")
                server.stdin.flush()
            else:
                server.kill()
            until = time.monotonic() + 20
            while not (gone([reader]) and gone([worker])):
                assert time.monotonic() < until, "they are still there"
                time.sleep(0.05)
        finally:
            server.kill()
            for each in left:
                with suppress(psutil.NoSuchProcess):
                    each.kill()


def test_readers_are_lent_to_one_at_a_time() -> None:
    made: list[Reader] = []
    readers = Readers(2, make=lambda: made.append(InProcess()) or made[-1])
    with readers.lend() as first, readers.lend() as second:
        assert {id(first), id(second)} == {id(each) for each in made}
        waits = threading.Thread(target=lambda: readers.lend().__enter__(), daemon=True)
        waits.start()
        waits.join(0.05)
        assert waits.is_alive()
    waits.join(10)
    assert not waits.is_alive()
    readers.end_idle()
    readers.end()


def test_a_task_says_what_was_uploaded(tmp_path: Path) -> None:
    readers = Readers(1, ocr=True)
    new = NewItem("job", "c", "a.pdf", "d", 1, media_type="application/pdf")
    assert readers.task(tmp_path, new) == Task(str(tmp_path), "a.pdf", "application/pdf", ocr=True)
