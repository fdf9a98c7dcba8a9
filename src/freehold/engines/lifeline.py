"""Ends this process when the one that started it is gone, however that one ended.

Three ways, because none holds everywhere: the kernel's own parent-death signal (Linux, at once, even while native
code holds the interpreter), the end of a pipe whose other end only the parent holds, and asking for the parent's
number once a second.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 1.0
GONE = 75
"""Exit status of a worker whose parent went away (``EX_TEMPFAIL``)."""


def tie_to_parent(parent: int, pipe: int) -> None:
    """Exit as soon as process `parent` has ended or the pipe of this descriptor has.

    Call it first thing; it needs no care afterwards, and this process may also end by itself.
    """
    if sys.platform == "linux":
        # The signal fires when the *thread* that forked us ends; the parent starts its workers from its main loop.
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(GONE)
    threading.Thread(target=_exit_at_end, args=(pipe,), daemon=True, name="lifeline-pipe").start()
    threading.Thread(target=_exit_when_orphaned, args=(parent,), daemon=True, name="lifeline-poll").start()


def _exit_at_end(pipe: int) -> None:
    # From the kernel itself: a thread that waits in a buffered reader holds its lock, over which the interpreter dies
    # when it ends.
    while os.read(pipe, 1):
        pass
    os._exit(GONE)


def _exit_when_orphaned(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL_SECONDS)
    os._exit(GONE)
