"""Connections to one PostgreSQL database, and the transactions that are run on them.

A connection that the server has closed meanwhile, as after its restart, is noticed before it is used; one that breaks
in use has its work done over on another, as long as it was not being committed.
"""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg import IsolationLevel

from freehold.core.errors import BadRequest, Unavailable
from freehold.knowledge.library.postgres_address import Address
from freehold.knowledge.library.postgres_faults import explain, is_circumstance, is_too_much

Connection = psycopg.Connection[tuple[Any, ...]]
T = TypeVar("T")

_MOST = 8
"""Connections at once. More would have the server's cores and disk wait for one another."""
_WAIT_SECONDS = 30.0
_TRIES = 4
_STATEMENT_MS = 30_000
_LOCK_MS = 15_000

_AGAIN = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.ForeignKeyViolation,
    psycopg.errors.SerializationFailure,
    psycopg.errors.UndefinedTable,
)
"""After these the work is done over: what it had read was changed under it. The table of a space that was given up is
undefined, and a collection that was removed leaves its documents without one."""

_TOO_MUCH = (
    "one value of this is more than PostgreSQL can index, or than it can look for; give fewer or shorter groups, or a "
    "shorter question"
)

_SETTINGS = """
SELECT set_config('statement_timeout', %s, false), set_config('lock_timeout', %s, false),
       set_config('plan_cache_mode', 'force_custom_plan', false), set_config('jit', 'off', false),
       set_config('max_parallel_workers_per_gather', '0', false),
       set_config('search_path', concat_ws(',', 'pg_catalog', (
         SELECT quote_ident(nspname) FROM pg_catalog.pg_extension e
         JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE extname = 'vector')), false)
"""


def connect(address: Address) -> Connection:
    """A connection that commits each statement by itself unless told otherwise. Raises `psycopg.Error`.

    Plans are made for the very values of a statement, which differ as much as words do, and never compiled, which
    would take longer than running them. Nor are they run by several processes: starting those takes as long as they
    save, and twice the processor's time. Besides PostgreSQL's own schema only that of pgvector is searched for names.
    """
    connection = psycopg.connect(**address.parameters, autocommit=True)  # type: ignore[arg-type]
    try:
        connection.execute(_SETTINGS, (str(_STATEMENT_MS), str(_LOCK_MS)))
    except psycopg.Error:
        connection.close()
        raise
    return connection


class Pool:
    """Lends connections to threads, the one used last first, so that few stay open where few are needed."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._idle: list[Connection] = []
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(_MOST)
        self._closed = False

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction that sees one state of the database throughout and changes nothing."""
        return self._run(work, reading=True)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction, which is committed if it returns. It may be run more than once."""
        return self._run(work, reading=False)

    @contextmanager
    def lend(self) -> Iterator[Connection]:
        """A connection outside any transaction.

        Raises `Unavailable` for whatever keeps the database from working, `BadRequest` for what it could never take.
        """
        if not self._places.acquire(timeout=_WAIT_SECONDS):
            raise Unavailable(f"{self.address.place} is too busy; try again", retry_after=5)
        try:
            with self._translated():
                connection = self._take()
                try:
                    yield connection
                finally:
                    self._give(connection)
        finally:
            self._places.release()

    @contextmanager
    def apart(self) -> Iterator[Connection]:
        """A connection of its own, which is closed afterwards with whatever was set or locked on it."""
        with self._translated(), closing(connect(self.address)) as connection:
            yield connection

    def close(self) -> None:
        """Close every connection; those in use close when they are given back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            if is_too_much(error):
                raise BadRequest(_TOO_MUCH) from error
            if not is_circumstance(error):
                raise
            raise Unavailable(f"{self.address.place} cannot be used: {explain(error)}", retry_after=1) from error

    def _run(self, work: Callable[[Connection], T], *, reading: bool) -> T:
        for left in reversed(range(_TRIES)):
            finished = False
            with self.lend() as connection:
                connection.read_only = reading
                connection.isolation_level = IsolationLevel.REPEATABLE_READ if reading else None
                try:
                    with connection.transaction():
                        result = work(connection)
                        finished = True
                except _AGAIN:
                    if not left:
                        raise
                    time.sleep(0.01 * (_TRIES - left))
                except psycopg.OperationalError:
                    # Whether a commit that broke off has taken hold nobody can tell.
                    if finished or not left or not connection.broken:
                        raise
                else:
                    return result
        raise AssertionError("the last try returns or raises")

    def _take(self) -> Connection:
        while True:
            with self._lock:
                if self._closed:
                    raise Unavailable("the library is closed; Freehold is stopping")
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return connect(self.address)
            if not _is_stale(connection):
                return connection
            connection.close()

    def _give(self, connection: Connection) -> None:
        with self._lock:
            if not self._closed and not connection.closed:
                self._idle.append(connection)
                return
        connection.close()


def _is_stale(connection: Connection) -> bool:
    """Whether its server has closed it. To an idle connection a server says nothing before its farewell."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
