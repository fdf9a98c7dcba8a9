from __future__ import annotations

import io
import signal
import subprocess
import sys
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, NoReturn

import pytest

from freehold.knowledge.frames import write_frame
from freehold.knowledge.ingest import reader
from freehold.knowledge.ingest.reader import Task, read
from freehold.knowledge.model import Extracted
from support.documents import zipped

TEXT = "# Leave\n\nThirty days of leave.\n"


def test_a_file_is_extracted_and_cut(tmp_path: Path) -> None:
    (tmp_path / "staged").write_text(TEXT)
    (found,) = read(Task(str(tmp_path / "staged"), "handbook/leave.md"))
    assert (found.name, found.size, found.reason) == ("handbook/leave.md", len(TEXT), "")
    assert found.extracted is not None
    text = found.extracted.text
    assert "Thirty days" in text[found.chunks[0].start : found.chunks[-1].end]


def test_members_come_one_by_one_and_a_bad_one_says_why(tmp_path: Path) -> None:
    (tmp_path / "staged").write_bytes(zipped({"a.txt": "Leave.", "b.pdf": b"%PDF-1.7 torn"}))
    found = {each.name: each for each in read(Task(str(tmp_path / "staged"), "x.zip"))}
    assert found["x.zip/a.txt"].extracted is not None
    assert found["x.zip/b.pdf"].extracted is None
    assert found["x.zip/b.pdf"].reason


def test_a_document_whose_chunks_take_too_much_memory_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(_: Extracted) -> NoReturn:
        raise MemoryError

    (tmp_path / "staged").write_text(TEXT)
    monkeypatch.setattr(reader, "chunk", greedy)
    (found,) = read(Task(str(tmp_path / "staged"), "leave.md"))
    assert (found.extracted, found.reason) == (None, "Reading it takes more than 3,072 MiB of memory; split the file.")


_BOUNDED = """
import os, sys
from freehold.knowledge.frames import read_frame, write_frame
from freehold.knowledge.ingest import reader
reader.SECONDS = 0.2
def endless(extracted):
    if "memory" in extracted.text:
        return bytearray(2**32)
    while True:
        pass
reader.chunk = endless
reader.main(os.getppid())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other kernels do not keep to the bound on memory")
@pytest.mark.parametrize(("text", "status"), [("memory", 0), ("time", -signal.SIGPROF)])
def test_a_process_has_so_much_memory_and_so_much_time_and_no_more(tmp_path: Path, text: str, status: int) -> None:
    (tmp_path / "staged").write_text(text)
    tasks = io.BytesIO()
    write_frame(tasks, Task(str(tmp_path / "staged"), "a.txt"))
    command = [sys.executable, "-c", _BOUNDED]
    done = subprocess.run(command, input=tasks.getvalue(), capture_output=True, check=False, timeout=60)
    assert done.returncode == status
    assert (b"MiB of memory" in done.stdout) == (text == "memory")


@pytest.mark.parametrize(
    "where", ["freehold.knowledge.ingest.reader.chunk", "freehold.knowledge.extract.read.read_text"]
)
def test_a_fault_of_ours_in_one_member_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    real = resolve_name(where)

    def fail_on_one(given: Any, *rest: Any) -> Any:
        if "evil" in str(getattr(given, "text", given)):
            raise IndexError("secret words of the file")
        return real(given, *rest)

    monkeypatch.setattr(where, fail_on_one)
    (tmp_path / "staged").write_bytes(zipped({"a.txt": "Leave.", "b.txt": "Be evil.", "c.txt": "Pay."}))
    found = {each.name: each for each in read(Task(str(tmp_path / "staged"), "x.zip"))}
    assert [name for name, each in found.items() if each.extracted] == ["x.zip", "x.zip/a.txt", "x.zip/c.txt"]
    reason = found["x.zip/b.txt"].reason
    assert "IndexError in test_reader.py, line" in reason
    assert "secret" not in reason
