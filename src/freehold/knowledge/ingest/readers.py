"""The processes that read files, as the rest of ingest sees them: started at need, lent out, ended when idle.

A file that kills its reader, or keeps it silent for too long, is unreadable; the next file gets a new reader.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import msgspec

from freehold.engines.process import harmless
from freehold.knowledge.frames import read_frame, write_frame
from freehold.knowledge.ingest.queue import NewItem
from freehold.knowledge.ingest.reader import SECONDS, Over, Part, Read, Task

_SILENCE = 3600.0
"""Seconds for one document of a file. What a reader computes and what it waits for have bounds of their own, in
`ingest.reader` and in `extract.bounds`; this one is for what slips by."""
_MOST = 4
_MESSAGE: msgspec.msgpack.Decoder[Part | Over] = msgspec.msgpack.Decoder(Part | Over)


class Reader:
    """One process. Used by one thread at a time; `end` may be called from another."""

    def __init__(self, *, silence: float = _SILENCE) -> None:
        self._silence = silence
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, task: Task) -> Generator[Read, None, None]:
        """All documents in a file. Raises nothing for a bad one. Closed before its end, it ends the process."""
        process = self._running()
        tasks, answers = _pipes(process)
        message: Part | Over | None = None
        try:
            with suppress(BrokenPipeError):
                write_frame(tasks, task)
            while isinstance(message := self._next(process, answers), Part):
                yield message.read
            if message is None:
                yield Read(task.name, "", 0, reason=self._epitaph(process))
        finally:
            if not isinstance(message, Over):
                # What is still to come from it would be taken for an answer to the next task.
                self.end()

    def end(self) -> None:
        """End the process, also in the middle of a file."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)

    def _next(self, process: subprocess.Popen[bytes], answers: IO[bytes]) -> Part | Over | None:
        """The next message; `None` when the process has ended, which it is made to after too long a silence."""
        timer = threading.Timer(self._silence, _kill, (process,))
        timer.daemon = True
        timer.start()
        try:
            body = read_frame(answers)
        finally:
            timer.cancel()
        return None if body is None else _MESSAGE.decode(body)

    def _epitaph(self, process: subprocess.Popen[bytes]) -> str:
        """How the process ended, in words; the next file gets a new one."""
        self._process = None
        code = _end(process)
        if code == -signal.SIGPROF:
            return f"reading it takes more than {SECONDS:g} seconds of a processor; split the file"
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
        return f"the process that read it {how}; open the file, save it anew and add that"

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - the command is of this module's
                (sys.executable, "-P", "-m", "freehold.knowledge.ingest.reader", str(os.getpid())),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=harmless(os.environ),
                start_new_session=True,  # Ctrl-C is for the server, which then ends its readers
            )
        return self._process


class Readers:
    """As many readers as may run at once."""

    def __init__(
        self, count: int | None = None, *, ocr: bool = False, make: Callable[[], Reader] | None = None
    ) -> None:
        """`count`: by default one a processor, at most `_MOST`; `ocr`: read scanned pages too."""
        self.count = count or min(os.cpu_count() or 1, _MOST)
        self._ocr = ocr
        self._all = [(make or Reader)() for _ in range(self.count)]
        self._free: queue.LifoQueue[Reader] = queue.LifoQueue()
        for reader in self._all:
            self._free.put(reader)

    @contextmanager
    def lend(self) -> Iterator[Reader]:
        """A reader for a while; waits until one is free."""
        reader = self._free.get()
        try:
            yield reader
        finally:
            self._free.put(reader)

    def task(self, path: Path, upload: NewItem) -> Task:
        """What to ask a reader about an upload whose bytes are at `path`."""
        return Task(str(path), upload.name, upload.media_type, self._ocr)

    def end(self) -> None:
        """End all processes, also in the middle of a file; the next file starts a new one."""
        for reader in self._all:
            reader.end()

    def end_idle(self) -> None:
        """End the processes that no one is using."""
        with suppress(queue.Empty):
            idle = [self._free.get_nowait() for _ in range(self._free.qsize())]
            for reader in idle:
                reader.end()
                self._free.put(reader)


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def _kill(process: subprocess.Popen[bytes]) -> None:
    # Its own group, which it leads. One that was waited for is gone, and its number may be another's.
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _end(process: subprocess.Popen[bytes]) -> int:
    """Kill it with whatever it started, if it still lives, and close its pipes; returns its status."""
    _kill(process)
    code = process.wait()
    for pipe in _pipes(process):
        try:
            pipe.close()
        except BrokenPipeError:  # What was still to be written has no reader any more.
            continue
    return code
