from __future__ import annotations

import os
import subprocess
import sys

import pytest

from freehold.engines import lifeline

CHILD = """
import sys, time
from freehold.engines import lifeline
lifeline.tie_to_parent(int(sys.argv[1]), 0)
print("tied", flush=True)
time.sleep(float(sys.argv[2]))
"""


def child(parent: int, seconds: float = 600) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", CHILD, str(parent), str(seconds)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_the_end_of_the_pipe_ends_it() -> None:
    with child(os.getpid()) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b"tied\n"
        process.stdin.close()
        assert process.wait(30) == lifeline.GONE


def test_it_may_end_by_itself_in_good_order() -> None:
    with child(os.getpid(), seconds=0.1) as process:
        assert process.stderr is not None
        assert process.wait(30) == 0
        assert process.stderr.read() == b""


def test_a_parent_that_is_gone_already_ends_it_at_once() -> None:
    with child(parent=1 if os.getpid() != 1 else 2) as process:
        assert process.wait(30) == lifeline.GONE


def test_it_asks_for_its_parent_where_nothing_else_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    parents = iter([7, 7, 1])
    codes: list[int] = []

    class Exited(Exception):
        pass

    def leave(code: int) -> None:
        codes.append(code)
        raise Exited

    monkeypatch.setattr(lifeline.os, "getppid", lambda: next(parents))
    monkeypatch.setattr(lifeline.os, "_exit", leave)
    monkeypatch.setattr(lifeline.time, "sleep", lambda _: None)
    with pytest.raises(Exited):
        lifeline._exit_when_orphaned(7)
    assert codes == [lifeline.GONE]
