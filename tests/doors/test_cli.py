"""The installed command in pipes, and interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from support.commands import SCRIPTED, installed
from support.live import COMMANDS

FREEHOLD = str(COMMANDS / "freehold")
QUIET = {"FREEHOLD_DISCOVER_ENABLED": "false"}


def test_python_m_freehold_is_the_same_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [str(COMMANDS / "python"), "-m", "freehold", "--version"],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.startswith(b"freehold ")


def test_a_reader_that_leaves_is_no_error_to_tell(tmp_path: Path) -> None:
    """As in ``freehold models fit | head -0``: the reading end is closed before a word is written."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [FREEHOLD, "check"], cwd=tmp_path, stdout=write, stderr=subprocess.PIPE, timeout=60, check=False
    )
    os.close(write)
    assert done.returncode == 1
    assert done.stderr == b""


def test_ctrl_c_is_130_and_quiet(tmp_path: Path) -> None:
    """Interrupted while it waits for standard input."""
    with subprocess.Popen(
        [FREEHOLD, "explain"], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as waiting:
        # It reads its input after all else is in place; a pipe that has been drained shows that it does.
        assert waiting.stdin is not None
        waiting.stdin.write(b"x" * 100_000)
        waiting.stdin.flush()
        waiting.send_signal(signal.SIGINT)
        out, err = waiting.communicate(timeout=30)
    assert (waiting.returncode, out, err) == (130, b"", b"")


def test_an_answer_through_a_pipe_is_the_answer_alone(tmp_path: Path) -> None:
    (tmp_path / "freehold.toml").write_text(SCRIPTED)
    ran = installed("chat", cwd=tmp_path, env=QUIET, given="Hello")
    assert (ran.code, ran.out) == (0, "Four score and seven\n")
