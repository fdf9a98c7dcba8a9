"""Doubles for tests of ingest: durable jobs that remember in memory, readers in this process, a library that fails."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

from freehold.core.errors import Unavailable
from freehold.core.label import Label
from freehold.jobs import Jobs, Stopped
from freehold.jobs.durable import Work
from freehold.knowledge.ingest.reader import Read, Task, read
from freehold.knowledge.ingest.readers import Reader, Readers
from freehold.knowledge.ports import Library
from freehold.knowledge.service import Knowledge

INTERNAL = Label.parse("internal")
PATIENCE = 20.0


class ThreadEngine:
    """Runs each item in a thread of its own and forgets it with the process."""

    def __init__(self, functions: dict[str, Work]) -> None:
        self._functions = functions
        self._seen: set[str] = set()
        self._under_way: set[str] = set()

    def submit(self, name: str, item: str, key: str) -> None:
        if key in self._seen:
            return
        self._seen.add(key)
        self._under_way.add(key)
        threading.Thread(target=self._run, args=(name, item, key), daemon=True).start()

    def _run(self, name: str, item: str, key: str) -> None:
        try:
            with suppress(Stopped):
                self._functions[name](item)
        finally:
            self._under_way.discard(key)

    def unfinished(self) -> frozenset[str]:
        return frozenset(self._under_way)

    def close(self) -> None:
        pass


def thread_jobs() -> Jobs:
    """Jobs that need no database."""
    return Jobs("none", launch=lambda _database, _executor, functions: ThreadEngine(functions))


class InProcess(Reader):
    """A reader without a process. `before` is called with each task, and may wait or raise."""

    def __init__(self, before: Callable[[Task], object] = lambda _: None) -> None:
        super().__init__()
        self._before = before

    def read(self, task: Task) -> Generator[Read, None, None]:
        self._before(task)
        yield from read(task)


def in_process(before: Callable[[Task], object] = lambda _: None, *, count: int = 2) -> Readers:
    return Readers(count, make=lambda: InProcess(before))


class Faulty:
    """A library whose changes fail as long as `down` is set."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.down = False

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._library, name)

        def call(*values: Any, **options: Any) -> Any:
            if self.down:
                raise Unavailable("the library cannot be reached: it is unplugged; plug it in")
            return method(*values, **options)

        return call


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what tells no one that it has come about."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def knowledge(library: Library, directory: Path, **options: Any) -> Knowledge:
    """A wing without processes and without DBOS, unless `options` bring them."""
    options = {"documents_label": INTERNAL, "jobs": thread_jobs(), "readers": in_process()} | options
    return Knowledge(library, directory, **options)
