from __future__ import annotations

import platform
from pathlib import Path

import pytest

from support.sandbox import child

PROGRAM = """
    import ctypes, os, resource, socket, sys, threading
    from freehold.evaluate.confined.inside import seccomp
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(38, 1, 0, 0, 0)
    print("held" if seccomp.filter_calls(libc, {machine!r}) else "none")
    def tried(what):
        try:
            what()
            return "yes"
        except OSError:
            return "no"
    thread = threading.Thread(target=int)
    print(tried(thread.start), tried(lambda: open("a", "w").close()))
    print(tried(lambda: resource.getrlimit(resource.RLIMIT_AS)))
    print(tried(os.fork), tried(socket.socket), tried(lambda: os.kill(os.getppid(), 0)), tried(os.setsid))
    print(tried(lambda: os.execv("/bin/true", ["true"])))
    print(tried(lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CORE)))
"""


@pytest.mark.skipif(platform.machine() not in {"x86_64", "aarch64"}, reason="the filter knows two kinds of machine")
def test_calls_are_refused_and_others_are_not(tmp_path: Path) -> None:
    printed = child(PROGRAM.format(machine=platform.machine()), tmp_path).split()
    if printed[0] != "held":
        pytest.skip("this kernel takes no filter")
    assert printed == ["held", "yes", "yes", "yes", "no", "no", "no", "no", "no", "no"]


def test_an_unknown_machine_has_no_filter(tmp_path: Path) -> None:
    assert child(PROGRAM.format(machine="vax"), tmp_path).split()[0] == "none"
