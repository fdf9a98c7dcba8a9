"""Remembers what Freehold answered under a label above the default, as keyed hashes and never a word of it.

What is remembered is known at once in this process, and on disk a moment later; what ends within that moment may be
lost by ``kill -9``, as a settled row may. A filter in memory says of nearly everything that it was never an answer, so
that the database is asked only about what probably was.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import closing
from hashlib import sha256
from itertools import chain, islice
from typing import Any, NamedTuple

from freehold.core.errors import Unavailable
from freehold.core.label import Label, Level
from freehold.ledger.filter import Filter
from freehold.ledger.moments import DAY_NS, LAST_NS
from freehold.ledger.writer import Chore

_LOG = logging.getLogger(__name__)

_DIGEST_BYTES = 16
_MOST_KNOWN = 65_536
"""Digests of late whose labels are kept in memory, at some 200 bytes each."""
_MOST_UNWRITTEN = 262_144
"""Digests not yet on disk, beyond which no question is answered: the memory would forget."""
_TOGETHER = 256
"""Digests a transaction."""
_ASKED = 500
"""Digests a query."""
_READ = 10_000
"""Digests that are read into the filter at a time."""

_REMEMBER = (
    "INSERT INTO replies (digest, label, expires_ns) VALUES {places} ON CONFLICT (digest) DO UPDATE SET"
    " label = joined(label, excluded.label), expires_ns = max(expires_ns, excluded.expires_ns)"
    " RETURNING digest, label, expires_ns"
)
_LOOK_UP = "SELECT digest, label, expires_ns FROM replies WHERE digest IN ({places})"


class _Row(NamedTuple):
    label: Label
    expires_ns: int


class Replies:
    """Implements `core.ports.Memory` over the table ``replies``, which the ledger's thread writes."""

    def __init__(
        self,
        reader: Callable[[], sqlite3.Connection],
        do: Callable[[Chore], None],
        key: bytes,
        *,
        days: float = 90.0,
    ) -> None:
        """`reader` opens a connection that reads; `do` hands work to the thread that writes; `key` is of the hashes.

        Raises `ValueError` for a key longer than 64 bytes.
        """
        self.days = days
        """How long an answer is known again from now on; 0: not at all. May be replaced at any time."""
        self._reader = reader
        self._do = do
        # HMAC (RFC 2104) written out over a block that is hashed once: the library's takes twice as long.
        if len(key) > sha256().block_size:
            raise ValueError("the key is longer than a block of SHA-256")
        block = key.ljust(sha256().block_size, b"\0")
        self._inner = sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = sha256(bytes(byte ^ 0x5C for byte in block))
        self._lock = threading.Lock()
        self._filter = Filter()
        self._complete = False
        """The filter holds all that is on disk."""
        self._any = False
        self._known: dict[bytes, _Row] = {}
        """What stands in the database of late."""
        self._unwritten: dict[bytes, Label] = {}
        """What is to be joined to that."""
        self._writing = False
        self._written = 0
        """Rounds of writing, so that what was read before one is not taken for what stands after it."""

    @property
    def empty(self) -> bool:
        """Whether nothing was ever remembered, so that there is nothing to look up."""
        return (self._complete and not self._any) or not self.days

    def digest(self, data: bytes) -> bytes:
        """HMAC-SHA-256 under this installation's own key, its first 16 bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(data)
        outer.update(inner.digest())
        return outer.digest()[:_DIGEST_BYTES]

    async def load(self) -> None:
        """Read what is on disk into the filter; until then, and where it fails, the database is asked every time."""
        try:
            await asyncio.to_thread(self._load)
        except sqlite3.Error as error:
            _LOG.error("what was answered before cannot be read (%s); it is looked up for each request", error)

    async def labels(self, digests: Collection[bytes]) -> dict[bytes, Label]:
        """The label of each that is known; raises `Unavailable` where that cannot be told."""
        if not self.days:
            return {}
        if len(self._unwritten) > _MOST_UNWRITTEN:
            raise Unavailable("more answers wait to be remembered than memory holds", retry_after=1.0)
        found: dict[bytes, Label] = {}
        ask = []
        now = time.time_ns()
        with self._lock:
            for digest in digests:
                if self._complete and digest not in self._filter:
                    continue
                if (label := self._unwritten.get(digest)) is not None:
                    found[digest] = label
                if (row := self._known.get(digest)) is None:
                    ask.append(digest)
                elif row.expires_ns > now:
                    _join(found, digest, row.label)
        if ask:
            try:
                rows = await asyncio.to_thread(self._look_up, ask)
            except sqlite3.Error as error:
                raise Unavailable(
                    f"whether earlier answers are in this request cannot be told, so nothing may be asked: {error}",
                    retry_after=1.0,
                ) from error
            for digest, row in rows.items():
                if row.expires_ns > now:
                    _join(found, digest, row.label)
        return found

    def remember(self, digests: Collection[bytes], label: Label) -> None:
        """Know these from now on, under a label that joins any they have. Returns at once."""
        if not self.days or not digests:
            return
        with self._lock:
            self._any = True
            for digest in digests:
                earlier = self._unwritten.get(digest)
                self._unwritten[digest] = label if earlier is None else earlier.join(label)
                self._filter.add(digest)
            begin, self._writing = not self._writing, True
        if begin:
            self._do(self._write)

    def hear(self, digests: Collection[bytes], label: Label) -> None:
        """Know these at once, which another process of this Freehold remembers and writes. Returns at once.

        They are known by heart until so many more were heard that those have long been on disk.
        """
        if not self.days or not digests:
            return
        with self._lock:
            self._any = True
            self._written += 1
            for digest in digests:
                earlier = self._unwritten.pop(digest, None)
                self._unwritten[digest] = label if earlier is None else earlier.join(label)
                self._filter.add(digest)
            while len(self._unwritten) > _MOST_KNOWN:
                oldest = next(iter(self._unwritten))
                del self._unwritten[oldest]
                self._known.pop(oldest, None)

    def _load(self) -> None:
        with closing(self._reader()) as connection:
            rows = connection.execute("SELECT digest FROM replies")
            while some := rows.fetchmany(_READ):
                with self._lock:
                    self._any = True
                    for (digest,) in some:
                        self._filter.add(digest)
        self._complete = True

    def _look_up(self, digests: Sequence[bytes]) -> dict[bytes, _Row]:
        found: dict[bytes, _Row] = {}
        before = self._written
        with closing(self._reader()) as connection:
            for start in range(0, len(digests), _ASKED):
                some = digests[start : start + _ASKED]
                statement = _LOOK_UP.format(places=", ".join("?" * len(some)))
                found.update(_rows(connection.execute(statement, some)))
        with self._lock:
            if self._written == before:
                self._keep(found)
        return found

    def _write(self, connection: sqlite3.Connection) -> bool:
        with self._lock:
            some = dict(islice(self._unwritten.items(), _TOGETHER))
        connection.create_function("joined", 2, _joined, deterministic=True)
        expires_ns = int(min(time.time_ns() + self.days * DAY_NS, LAST_NS))
        values = chain.from_iterable((digest, str(label), expires_ns) for digest, label in some.items())
        statement = _REMEMBER.format(places=", ".join(["(?, ?, ?)"] * len(some)))
        # One statement, and so all of it or nothing.
        rows = _rows(connection.execute(statement, tuple(values)).fetchall())
        with self._lock:
            self._written += 1
            self._keep(rows)
            for digest, label in some.items():
                if self._unwritten[digest] == label:
                    del self._unwritten[digest]
            self._writing = bool(self._unwritten)
            return self._writing

    def _keep(self, rows: dict[bytes, _Row]) -> None:
        self._known.update(rows)
        while len(self._known) > _MOST_KNOWN:
            del self._known[next(iter(self._known))]


def _rows(found: Iterable[Sequence[Any]]) -> dict[bytes, _Row]:
    return {digest: _Row(_read(label), expires_ns) for digest, label, expires_ns in found}


def _join(found: dict[bytes, Label], digest: bytes, label: Label) -> None:
    earlier = found.get(digest)
    found[digest] = label if earlier is None else earlier.join(label)


def _joined(one: str, other: str) -> str:
    return str(_read(one).join(_read(other)))


def _read(text: str) -> Label:
    """The label of a row; the highest level where it is none that this release knows."""
    try:
        return Label.parse(text)
    except ValueError:
        return Label(Level.RESTRICTED)
