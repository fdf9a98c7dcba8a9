"""The process that reads files: it extracts and cuts, so that the server's own process never computes for long.

Started by `readers` with ``python -m`` and the number of the process that does. Reads tasks from its standard input and
writes what it found to its standard output, as frames. It ends when its input does and, also in the middle of a file,
when whoever started it is gone; its workers end with it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from freehold.knowledge.chunk import chunk
from freehold.knowledge.extract import Bounds, Unreadable, extract
from freehold.knowledge.extract.memory import confine, exhausted
from freehold.knowledge.frames import read_frame, write_frame
from freehold.knowledge.model import Chunk, Extracted

_NICENESS = 10
"""Requests come first: reading files takes what they leave of the processors."""
SECONDS = 300.0
"""Of processor time, for one document; twenty million characters take some three. Then the kernel ends the process."""
_BOUNDS = Bounds()
_POLL_SECONDS = 1.0


class Task(msgspec.Struct, frozen=True):
    """A file to read."""

    path: str
    name: str
    media_type: str | None = None
    ocr: bool = False


class Read(msgspec.Struct, frozen=True):
    """A document that was found in a file; without `extracted`, one that cannot be read, and why."""

    name: str
    digest: str
    size: int
    extracted: Extracted | None = None
    chunks: tuple[Chunk, ...] = ()
    reason: str = ""


class Over(msgspec.Struct, frozen=True, tag=True):
    """No more will come of this task."""


class Part(msgspec.Struct, frozen=True, tag=True):
    """One of what a task gives."""

    read: Read


def read(task: Task) -> Iterator[Read]:
    """All documents in a file, each cut into chunks."""
    for found in extract(Path(task.path), task.name, media_type=task.media_type, ocr=task.ocr):
        if isinstance(found.outcome, Unreadable):
            yield Read(found.name, found.digest, found.size, reason=found.outcome.reason)
            continue
        try:
            yield Read(found.name, found.digest, found.size, found.outcome, chunk(found.outcome))
        except MemoryError:
            yield Read(found.name, found.digest, found.size, reason=exhausted(_BOUNDS.memory_bytes))
        except Exception as error:  # noqa: BLE001
            # A fault of ours in one document must not keep the rest of its archive from being read.
            yield Read(found.name, found.digest, found.size, reason=Unreadable.through_fault(error).reason)


def main(parent: int) -> None:
    """Serve tasks until there are no more, or `parent` is gone."""
    os.nice(_NICENESS)
    confine(_BOUNDS.memory_bytes)
    threading.Thread(target=_end_with, args=(parent,), daemon=True, name="parent").start()
    # What a format's library prints must not come between the frames.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while (body := read_frame(sys.stdin.buffer)) is not None:
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        for found in read(msgspec.msgpack.decode(body, type=Task)):
            write_frame(answers, Part(found))
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
        signal.setitimer(signal.ITIMER_PROF, 0)
        write_frame(answers, Over())


def _end_with(parent: int) -> None:
    """Kill the group that this process leads, its workers among it, once `parent` is not its parent any more.

    Asked for once a second: the kernel's own signal comes when the thread ends that started this process, and those of
    the jobs come and go.
    """
    while os.getppid() == parent:
        time.sleep(_POLL_SECONDS)
    os.killpg(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]))
