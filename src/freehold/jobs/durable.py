"""The face of durable work: functions by name, items handed to them, and a promise that each is carried out.

An item is a short text, such as the id of a row that says the rest. Its function is called in a thread of its own. If
the process dies in the middle, the next one to start on the same database calls the function again with the same item,
so a function must be able to go on from what it has already done. Knows nothing of documents.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from typing import Protocol

from freehold.core.errors import Unavailable

_LOG = logging.getLogger(__name__)

Work = Callable[[str], None]


class Stopped(Exception):
    """Raised by a function that was told to end before its item was done; the item is not carried out again."""


class Engine(Protocol):
    """What carries the work out: the one joint to the library behind it."""

    def submit(self, name: str, item: str, key: str) -> None:
        """Record the item durably and begin it; a `key` that is recorded already is left as it is."""
        ...

    def unfinished(self) -> frozenset[str]:
        """Keys that are recorded and not at their end."""
        ...

    def close(self) -> None:
        """Let go of the database; what runs is left to end by itself."""
        ...


Launch = Callable[[str, str, dict[str, Work]], Engine]
"""Takes the database, the name of this executor and the functions; begins what an earlier process left unfinished."""


class Jobs:
    """Durable work on one database. Methods may be called from any thread; `start` takes about a second.

    >>> jobs = Jobs("sqlite:////var/lib/freehold/jobs.db")
    >>> jobs.register("ingest", print)
    >>> jobs.submit("ingest", "batch 1")  # doctest: +SKIP
    """

    def __init__(self, database: str, *, executor: str = "local", launch: Launch | None = None) -> None:
        self._database = database
        self._executor = executor
        self._launch = launch or _launch_dbos
        self._functions: dict[str, Work] = {}
        self._engine: Engine | None = None
        self._lock = threading.Lock()
        self._running = 0
        self._idle = threading.Condition()
        self._closed = False

    def register(self, name: str, function: Work) -> None:
        """Name a function; only before the start, since an item of an earlier run may need it at once."""
        if self._engine is not None:
            raise RuntimeError("functions are registered before the start")
        self._functions[name] = self._counted(function)

    def start(self) -> None:
        """Launch the engine, which resumes what was left unfinished; raises `Unavailable` where it cannot."""
        self._started()

    def submit(self, name: str, item: str, *, key: str | None = None) -> str:
        """Hand an item to the function of that name, durably; returns its key. Launches the engine at first need.

        The same `key` twice is one item. Raises `Unavailable` when the engine cannot be launched or cannot record it.
        """
        if name not in self._functions:
            raise KeyError(f"no function is registered as {name!r}")
        key = key or f"{name}-{secrets.token_hex(12)}"
        self._started().submit(name, item, key)
        return key

    def unfinished(self) -> frozenset[str]:
        """The keys of items that wait or run."""
        return self._started().unfinished()

    def stop(self, patience: float = 10.0) -> None:
        """Wait at most `patience` seconds for functions that were told to end, then close. Final."""
        with self._lock:
            self._closed = True
            engine, self._engine = self._engine, None
        if engine is None:
            return
        with self._idle:
            if not self._idle.wait_for(lambda: self._running == 0, timeout=patience):
                _LOG.warning(
                    "%d background jobs had not ended after %g s; they go on next time", self._running, patience
                )
        engine.close()

    @property
    def launched(self) -> bool:
        """Whether the engine has been started."""
        return self._engine is not None

    def _started(self) -> Engine:
        with self._lock:
            if self._closed:
                raise Unavailable("background jobs have been stopped")
            if self._engine is None:
                self._engine = self._launch(self._database, self._executor, self._functions)
            return self._engine

    def _counted(self, function: Work) -> Work:
        """The function, counted while it runs, so that `stop` knows what to wait for."""

        def counted(item: str) -> None:
            with self._idle:
                self._running += 1
            try:
                function(item)
            finally:
                with self._idle:
                    self._running -= 1
                    self._idle.notify_all()

        return counted


def _launch_dbos(database: str, executor: str, functions: dict[str, Work]) -> Engine:
    # Imported here: it costs most of a second, and a server without background work must not pay it.
    from freehold.jobs.engine import DbosEngine  # noqa: PLC0415

    return DbosEngine(database, executor, functions)
