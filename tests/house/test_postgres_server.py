"""The server of the tests ends with them, however they end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.postgres import server

TESTS = Path(__file__).parents[1]

PROGRAM = """
import os, signal
from support.postgres import server
started = server()
print(started._process.pid, started.folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has ended")
def test_it_ends_with_a_process_that_is_killed() -> None:
    server()  # skips where there is none
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    pid, folder = done.stdout.decode().split(" ", 1)
    try:
        end = time.monotonic() + 20
        while alive(int(pid)) and time.monotonic() < end:
            time.sleep(0.02)
        assert not alive(int(pid))
    finally:
        subprocess.run(["rm", "-rf", "--", folder.strip()], check=True)
