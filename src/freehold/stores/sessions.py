"""Sessions of the page: begun with a key, known by a secret of their own, ended with the key.

A session's secret is 256 random bits, kept here as its SHA-256 alone. It says which key it was begun with and how that
key's hash was then, so that a key which is revoked, expired or renewed ends its sessions without anything being told,
and a role that is changed holds from the next request on. All sessions are held in memory, which one process does for
a whole Freehold; the rows are what a restart finds. No request that brings a key comes here.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing

import msgspec

from freehold.core.caller import Caller
from freehold.stores.keys import Keys

SECOND = 10**9
IDLE_NS = 2 * 3600 * SECOND
"""A session without a request for so long has ended."""
LONGEST_NS = 12 * 3600 * SECOND
"""So long after it began a session has ended, whatever was asked meanwhile: a page left open overnight must sign in."""

_WRITTEN_EVERY_NS = 60 * SECOND
"""How far the row of when a session was last seen may be behind."""

_MOST, _MOST_OF_A_KEY = 10_000, 50
_LONGEST_SECRET = 100

_INSERT = "INSERT INTO sessions (digest, key_id, key_hash, created_ns, seen_ns, expires_ns) VALUES (?, ?, ?, ?, ?, ?)"
_SELECT = "SELECT digest, key_id, key_hash, created_ns, seen_ns, expires_ns, seen_ns FROM sessions"


class Session(msgspec.Struct, frozen=True):
    """Who is signed in, as its key stands now."""

    caller: Caller
    expires_ns: int
    """Wall clock; at the latest."""
    unwritten: bool
    """The row of when it was seen is behind; `Sessions.write` brings it up."""


class Begun(msgspec.Struct, frozen=True):
    """A new session, and the secret that nobody is told again."""

    secret: str
    session: Session

    def __repr__(self) -> str:
        return f"Begun(session={self.session!r})"


class _Held(msgspec.Struct):
    digest: bytes
    key_id: str
    key_hash: bytes
    created_ns: int
    seen_ns: int
    expires_ns: int
    written_ns: int
    """What the row says of `seen_ns`, or when it was last tried to say more."""


class Sessions:
    """All sessions of one database. `find` is for the event loop; everything else writes, and belongs in a thread."""

    def __init__(
        self, connect: Callable[[], sqlite3.Connection], keys: Keys, clock: Callable[[], int] = time.time_ns
    ) -> None:
        self._connect = connect
        self._keys = keys
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[bytes, _Held] | None = None

    def begin(self, key: str) -> Begun | None:
        """A session for the holder of this key; `None` if the key opens nothing. Raises `sqlite3.Error`.

        Where the key has more sessions than anyone needs, the one that was seen longest ago ends.
        """
        caller = self._keys.find(key)
        if caller is None:
            return None
        secret, now = secrets.token_urlsafe(32), self._clock()
        fresh = _Held(_digest(secret), caller.key_id, self._keys.mark(key), now, now, now + LONGEST_NS, now)
        with self._lock:
            held = self._all()
            gone = [each for each in held.values() if _ended(each, now)] + _too_many(held.values(), caller.key_id, now)
            with closing(self._connect()) as connection, connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany("DELETE FROM sessions WHERE digest = ?", [(each.digest,) for each in gone])
                connection.execute(_INSERT, _row(fresh))
            for each in gone:
                held.pop(each.digest, None)
            held[fresh.digest] = fresh
        return Begun(secret, Session(caller, fresh.expires_ns, unwritten=False))

    def find(self, secret: str) -> Session | None:
        """The session of this secret, seen now; `None` for one that never was or has ended."""
        if len(secret) > _LONGEST_SECRET:
            return None
        held = (self._held if self._held is not None else self._loaded()).get(_digest(secret))
        if held is None:
            return None
        now = self._clock()
        if _ended(held, now):
            return None
        caller = self._keys.still(held.key_id, held.key_hash)
        if caller is None:
            return None
        held.seen_ns = max(held.seen_ns, now)
        return Session(caller, held.expires_ns, unwritten=now - held.written_ns > _WRITTEN_EVERY_NS)

    def write(self, secret: str) -> None:
        """Write down when a session was last seen, so that a restart does not end it. Raises `sqlite3.Error`."""
        with self._lock:
            held = self._all().get(_digest(secret))
            if held is None:
                return
            held.written_ns = self._clock()  # First, so that a database which is locked is not asked again at once.
            with closing(self._connect()) as connection:
                connection.execute("UPDATE sessions SET seen_ns = ? WHERE digest = ?", (held.seen_ns, held.digest))

    def end(self, secret: str) -> None:
        """End a session, at once and for good. Raises `sqlite3.Error`, and then it has ended in memory all the same."""
        with self._lock:
            held = self._all().pop(_digest(secret), None)
            if held is not None:
                with closing(self._connect()) as connection:
                    connection.execute("DELETE FROM sessions WHERE digest = ?", (held.digest,))

    def _loaded(self) -> dict[bytes, _Held]:
        with self._lock:
            return self._all()

    def _all(self) -> dict[bytes, _Held]:
        """All sessions, read when the first is asked for. The lock is held."""
        if self._held is None:
            with closing(self._connect()) as connection:
                rows = connection.execute(_SELECT).fetchall()
            self._held = {row[0]: _Held(*row) for row in rows}
        return self._held


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _ended(held: _Held, now: int) -> bool:
    return now >= held.expires_ns or now - held.seen_ns > IDLE_NS


def _too_many(held: Iterable[_Held], key_id: str, now: int) -> list[_Held]:
    """Those that must end so that one more of this key fits: of the key's own first, then of all."""
    alive = sorted((each for each in held if not _ended(each, now)), key=lambda each: each.seen_ns)
    own = [each for each in alive if each.key_id == key_id]
    gone = own[: max(0, len(own) + 1 - _MOST_OF_A_KEY)]
    return gone or alive[: max(0, len(alive) + 1 - _MOST)]


def _row(held: _Held) -> tuple[object, ...]:
    return (held.digest, held.key_id, held.key_hash, held.created_ns, held.seen_ns, held.expires_ns)
