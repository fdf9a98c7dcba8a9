"""A few worker processes that read files, started when they are first needed and kept for the next file."""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import BinaryIO, cast

from freehold.knowledge.extract.job import REPLIES, Job, Refused, Reply
from freehold.knowledge.frames import read_frame, write_frame

_KEPT = 4
"""Workers that are kept when idle."""
_FILES_PER_WORKER = 500
"""After this many a worker is replaced, so that no leak of a reader's can grow."""
_PASSED_ON = re.compile(r"PATH|LANG|LC_\w+|TZ|TMPDIR|LD_LIBRARY_PATH|DYLD_\w+|SYSTEMROOT|PYTHON(?:PATH|HOME|UTF8)")
"""Of the environment. A worker is given no key and no other secret: it reads what strangers have made."""

_FRUGAL = {"MALLOC_ARENA_MAX": "2", "RAYON_NUM_THREADS": "1", "TOKIO_WORKER_THREADS": "1"}
"""One file takes one core, and threads do not each reserve address space, which is bounded."""


_COMMAND = (sys.executable, "-P", "-m", "freehold.knowledge.extract.worker")


class Worker:
    """One process. It reads one file at a time."""

    def __init__(self, command: Sequence[str] = _COMMAND) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - the command is this module's, or a test's
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # What a reader says of its troubles may quote the document; it belongs in no log.
            stderr=subprocess.DEVNULL,
            env=_harmless(os.environ),
            # So that Ctrl-C reaches Freehold alone, which then ends its workers. A process that leads a session of its
            # own, as a reader of uploads does, keeps them in it: whoever ends that session ends them with it.
            start_new_session=os.getsid(0) != os.getpid(),
        )
        # Both are there, since both were asked for.
        self._to = cast("BinaryIO", self._process.stdin)
        self._from = cast("BinaryIO", self._process.stdout)
        self._files = 0
        self._late = threading.Event()

    @property
    def reusable(self) -> bool:
        return self._files < _FILES_PER_WORKER and not self._late.is_set() and self._process.poll() is None

    def read(self, job: Job) -> Reply:
        """Read one file; a worker that dies or takes too long is an answer too."""
        self._files += 1
        clock = threading.Timer(job.seconds, self._stop)
        clock.daemon = True
        clock.start()
        try:
            write_frame(self._to, job)
            data = read_frame(self._from)
        except BrokenPipeError:
            data = None
        finally:
            clock.cancel()
        if data is not None:
            return REPLIES.decode(data)
        self.close()
        return Refused(self._last_words(job))

    def close(self) -> None:
        """End the process, at once."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()
        for pipe in (self._to, self._from):
            # Closing flushes, to a process that is gone.
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    def _stop(self) -> None:
        self._late.set()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    def _last_words(self, job: Job) -> str:
        if self._late.is_set():
            return f"It could not be read within {job.seconds:g} seconds; split the file, or save it as PDF or text."
        code = self._process.returncode
        how = signal.Signals(-code).name if code is not None and -code in set(signal.Signals) else f"status {code}"
        return f"Its reader broke down over it ({how}): the file is damaged, or takes too much memory; save it again."


class Workers:
    """Workers for several threads. Nothing is started until the first file."""

    def __init__(self, command: Sequence[str] = _COMMAND) -> None:
        """`command` starts a worker; it speaks as `freehold.knowledge.extract.worker` does."""
        self._command = command
        self._idle: list[Worker] = []
        self._lock = threading.Lock()

    def read(self, job: Job) -> Reply:
        """Read a file in an idle worker, or in a new one."""
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        worker = worker or Worker(self._command)
        try:
            return worker.read(job)
        finally:
            self._give_back(worker)

    def close(self) -> None:
        """End the idle workers; those at work end when they are done. A later `read` starts new ones."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.close()

    def _give_back(self, worker: Worker) -> None:
        with self._lock:
            if worker.reusable and len(self._idle) < _KEPT:
                self._idle.append(worker)
                return
        worker.close()


SHARED = Workers()
"""Those of this process. They end with it: their input ends."""
atexit.register(SHARED.close)


def _harmless(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if _PASSED_ON.fullmatch(name)} | _FRUGAL
