"""The worker as its supervisor sees it: a job in, one line out, and an end in good order."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from freehold.engines.worker import Announcement, Job, Ready, Refused

SECONDS = 60


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-P", "-m", "freehold.engines.worker"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def hand_over(process: subprocess.Popen[bytes], job: Job) -> Announcement:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(msgspec.json.encode(job) + b"\n")
    process.stdin.flush()
    return msgspec.json.decode(process.stdout.readline(), type=Announcement)


def job(path: Path) -> Job:
    return Job(os.getpid(), str(path), "tiny", "key-1", context=64)


def test_it_says_where_it_listens_and_nothing_else(chat_model: Path) -> None:
    with worker() as process:
        said = hand_over(process, job(chat_model))
        assert isinstance(said, Ready)
        assert said.address.startswith("http://127.0.0.1:")
        assert int(said.address.rpartition(":")[2]) > 0
        process.terminate()
        assert process.wait(SECONDS) == 0
        assert process.stdout is not None
        assert process.stdout.read() == b""


def test_ctrl_c_ends_it_in_good_order_too(chat_model: Path) -> None:
    with worker() as process:
        hand_over(process, job(chat_model))
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0


def test_a_model_that_cannot_be_loaded_is_refused_with_a_reason(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF and then nothing of it")
    with worker() as process:
        said = hand_over(process, job(broken))
        assert isinstance(said, Refused)
        assert said.reason
        assert process.wait(SECONDS) == os.EX_DATAERR


def test_without_a_job_it_ends_at_once() -> None:
    with worker() as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(SECONDS) == os.EX_NOINPUT


@pytest.mark.parametrize(("said", "kind"), [(Ready("http://127.0.0.1:1"), "ready"), (Refused("no"), "refused")])
def test_an_announcement_is_one_line_that_tells_its_kind(said: Announcement, kind: str) -> None:
    line = msgspec.json.encode(said)
    assert b"\n" not in line
    assert json.loads(line)["type"] == kind
    assert msgspec.json.decode(line, type=Announcement) == said


def test_what_the_engine_prints_goes_to_the_log_and_not_between_the_lines() -> None:
    code = (
        "import os; from freehold.engines.worker import Refused, _keep_stdout, _say; announce = _keep_stdout(); "
        "os.write(1, b'a word of the engine'); _say(announce, Refused('no'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert msgspec.json.decode(done.stdout, type=Announcement) == Refused("no")
    assert done.stderr == b"a word of the engine"


def test_importing_it_loads_no_engine() -> None:
    """The supervisor imports the job's shape from it, and is not to carry 100 MB of native code."""
    code = "import sys, freehold.engines.worker; sys.exit('xllamacpp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
