"""Keys: made, shown once, found again by their hash, revoked at once.

A generated key is 256 random bits, so there is nothing to guess and a fast hash is the right one: HMAC-SHA-256 with a
salt of this installation, which keeps equal keys of two installations apart. The salt lies beside the hashes and is no
secret that they rest on. A slow password hash would only slow every request down. An admin key given from outside is
hashed the same way and so must be long and random itself.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec

from freehold.core.caller import Caller, Role
from freehold.core.errors import Conflict, NotFound, SetupError, Unavailable
from freehold.core.label import Label
from freehold.core.target import Secret

_LOG = logging.getLogger(__name__)

_COLUMNS = (
    "id, prefix, hash, name, label, models, groups, team, may_declare, capture, created_ns, expires_ns,"
    " revoked_ns, collections, role"
)
_INSERT = f"INSERT INTO keys ({_COLUMNS}) VALUES ({', '.join('?' * 15)})"  # noqa: S608  Names of this file alone.
_SELECT = f"SELECT {_COLUMNS} FROM keys"  # noqa: S608
_KEPT = frozenset({"id", "prefix", "hash", "created_ns", "revoked_ns"})
"""What a key is, rather than what it may: no amendment changes it."""
_REVISION = "SELECT value FROM meta WHERE name = 'keys_revision'"
_RENEW = (
    "INSERT INTO meta (name, value) VALUES ('keys_revision', '1')"
    " ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(meta.value AS INTEGER) + 1 AS TEXT)"
)

_POLL_SECONDS = 1.0
"""How long a change by another process may stay unseen."""

_POLL_UNKNOWN_SECONDS = 0.05
"""As long for a key that is not known here, which may just have been made elsewhere."""

_RETRY_SECONDS = 5.0
"""Between two tries to write a revocation that the disk did not take."""

_SHORTEST_GIVEN, _LONGEST = 8, 512
_INDEX_BYTES = 16
_REVOKE = "UPDATE keys SET revoked_ns = ? WHERE id = ?"


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What a key may do. Fields are those of `Caller`; `expires_ns` is wall clock, `None` for never."""

    name: str
    label: Label | None = None
    role: Role = "user"
    models: frozenset[str] | None = None
    groups: frozenset[str] = frozenset()
    team: str | None = None
    may_declare: bool = False
    capture: bool = False
    collections: tuple[str, ...] = ()
    expires_ns: int | None = None


class Key(msgspec.Struct, frozen=True):
    """A key as anyone may see it. `prefix` is how it begins, for people to tell keys apart."""

    id: str
    prefix: str
    grant: Grant
    created_ns: int
    revoked_ns: int | None = None

    def active(self, now_ns: int) -> bool:
        """Whether it opens anything at this moment."""
        return self.revoked_ns is None and (self.grant.expires_ns is None or now_ns < self.grant.expires_ns)


class Issued(msgspec.Struct, frozen=True):
    """A new key, and the secret that nobody can show again."""

    key: Key
    secret: Secret


class _Held(msgspec.Struct, frozen=True, gc=False):
    hash: bytes
    caller: Caller
    expires_ns: int | None

    def now(self) -> Caller | None:
        """The holder, unless the key has expired."""
        if self.expires_ns is not None and time.time_ns() >= self.expires_ns:
            return None
        return self.caller


class Keys:
    """All keys of one database. `find` is for the event loop; everything else writes, and belongs in a thread.

    What writes raises `Unavailable` where the disk does not take it, and then has changed nothing; but a key that is to
    be revoked opens nothing all the same.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connection = connect()
        self._lock = threading.RLock()
        self._active: dict[bytes, _Held] = {}
        self._by_id: dict[str, _Held] = {}
        self._version = -1
        self._revision: str | None = None
        self._polled = float("-inf")
        self._unwritten: dict[str, int] = {}
        """Keys that are revoked, though the disk does not say so yet, and since when."""
        self._retry: threading.Timer | None = None
        self.changed: Callable[[], None] = _nobody
        """Called, on whichever thread, after every change that was made here."""
        self._mac = hmac.new(self._salt(), digestmod="sha256")
        self._load()

    def find(self, secret: str) -> Caller | None:
        """The holder of a key, or `None`. Some microseconds; looks at the database once a second at most."""
        if len(secret) > _LONGEST:
            return None
        digest = self._hash(secret)
        now = time.monotonic()
        if now - self._polled > _POLL_SECONDS:
            self._poll(now)
        held = self._active.get(digest[:_INDEX_BYTES])
        if held is None and now - self._polled > _POLL_UNKNOWN_SECONDS:
            self._poll(now)
            held = self._active.get(digest[:_INDEX_BYTES])
        if held is None or not hmac.compare_digest(held.hash, digest):
            return None
        return held.now()

    def mark(self, secret: str) -> bytes:
        """By what `still` knows a key that was shown once. It tells nothing of the key to whoever reads it."""
        return self._hash(secret)

    def still(self, key_id: str, mark: bytes) -> Caller | None:
        """The holder of a key that was shown before, as it stands now; `None` once it has ended or was renewed."""
        now = time.monotonic()
        if now - self._polled > _POLL_SECONDS:
            self._poll(now)
        held = self._by_id.get(key_id)
        if held is None or not hmac.compare_digest(held.hash, mark):
            return None
        return held.now()

    def holder(self, key_id: str) -> Caller | None:
        """Whoever holds the key of an id, for work that goes on in its name; `None` once it has ended."""
        now = time.monotonic()
        if now - self._polled > _POLL_SECONDS:
            self._poll(now)
        held = self._by_id.get(key_id)
        return None if held is None else held.now()

    def create(self, grant: Grant) -> Issued:
        """Make a key. The secret is in the result and nowhere else."""
        return self._insert(grant, _generate())

    def ensure_admin(self, secret: str | None = None) -> str | None:
        """Have an admin key: where no active one exists, take `secret`, or generate one and return it.

        Raises `SetupError`, with the mend, for a secret that no header can carry or that is short enough to be guessed.
        """
        now = time.time_ns()
        with self._lock:
            if any(key.grant.role == "admin" and key.active(now) for key in self.list()):
                return None
            if secret is None:
                return self.create(Grant(name="admin", role="admin")).secret.reveal()
            visible = secret.isascii() and secret.isprintable() and " " not in secret
            if not (visible and _SHORTEST_GIVEN <= len(secret) <= _LONGEST):
                raise SetupError(
                    f"the admin key must be {_SHORTEST_GIVEN} to {_LONGEST} visible ASCII characters, hard to guess;"
                    ' make one with `python -c "import secrets; print(secrets.token_urlsafe(32))"`'
                )
            self._insert(Grant(name="admin", role="admin"), secret)
            return None

    def list(self) -> list[Key]:
        """Every key there ever was, newest first."""
        with self._lock:
            rows = self._connection.execute(f"{_SELECT} ORDER BY created_ns DESC, id").fetchall()
            unwritten = dict(self._unwritten)
        keys = map(_key, rows)
        return [msgspec.structs.replace(k, revoked_ns=k.revoked_ns or unwritten.get(k.id)) for k in keys]

    def get(self, word: str) -> Key:
        """The key of this id or visible prefix, or the one active key of this name.

        Raises `NotFound` for none and `Conflict` for several of that name.
        """
        now, keys = time.time_ns(), self.list()
        for key in keys:
            if word in (key.id, key.prefix):
                return key
        named = [key for key in keys if key.grant.name == word and key.active(now)]
        if not named:
            raise NotFound(f"there is no key {word!r}")
        if len(named) > 1:
            raise Conflict(
                f"{len(named)} keys are named {word!r}; say which by its id: {', '.join(k.id for k in named)}"
            )
        return named[0]

    def revoke(self, word: str) -> Key:
        """End a key, found as by `get`. It opens nothing from now on; in other processes, within a second.

        Raises `Unavailable` where the disk does not take it: it holds then too, here and for whoever hears `changed`,
        until this process ends, and is written as soon as it can be.
        """
        with self._lock:
            key = self.get(word)
            if key.revoked_ns is not None and key.id not in self._unwritten:
                return key
            now = time.time_ns()
            try:
                self._change(_REVOKE, (now, key.id))
                self._unwritten.pop(key.id, None)
            except Unavailable as error:
                self._end_unwritten(key.id, now)
                raise Unavailable(
                    f"key {key.id} opens nothing any more, but that is not on disk and holds only until Freehold"
                    f" ends; it is written as soon as the disk takes it: {error.message}",
                    retry_after=_RETRY_SECONDS,
                ) from error
        return msgspec.structs.replace(key, revoked_ns=now)

    def rotate(self, word: str) -> Issued:
        """Give a key, found as by `get`, a new secret; the old one ends at once. Raises `Conflict` if revoked."""
        secret = _generate()
        with self._lock:
            key = self.get(word)
            if key.revoked_ns is not None:
                raise Conflict(f"key {key.id} is revoked; create a new one")
            fresh = msgspec.structs.replace(key, prefix=_visible(secret))
            self._change(
                "UPDATE keys SET hash = ?, prefix = ? WHERE id = ?", (self._hash(secret), fresh.prefix, key.id)
            )
        return Issued(fresh, Secret(secret))

    def amend(self, word: str, change: Callable[[Key], Grant]) -> Key:
        """Give a key, found as by `get`, another grant, from now on; its secret stays. Raises `Conflict` if revoked.

        `change` is given the key as it stands, which nobody else changes meanwhile; what it raises leaves all as it is.
        """
        with self._lock:
            key = self.get(word)
            if key.revoked_ns is not None:
                raise Conflict(f"key {key.id} is revoked; create a new one")
            fresh = msgspec.structs.replace(key, grant=change(key))
            written = zip(_COLUMNS.split(", "), _values(fresh, b""), strict=True)
            values = {name: value for name, value in written if name not in _KEPT}
            settings = ", ".join(f"{name} = ?" for name in values)
            statement = f"UPDATE keys SET {settings} WHERE id = ?"  # noqa: S608  Names of this file alone.
            self._change(statement, (*values.values(), key.id))
        return fresh

    @property
    def unwritten(self) -> tuple[str, ...]:
        """The ids of keys that are revoked, though the disk does not say so yet."""
        return tuple(self._unwritten)

    def look(self, unwritten: tuple[str, ...] = ()) -> None:
        """Know at once what another process has changed, rather than within a second.

        `unwritten`: what that process says of itself; this one writes none of it.
        """
        if unwritten != self.unwritten:
            with self._lock:
                self._unwritten = dict.fromkeys(unwritten, time.time_ns())
                self._load()
        self._poll(time.monotonic())

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._retry is not None:
                self._retry.cancel()
                self._retry = None
            if self._unwritten:
                _LOG.error("revoked, but not on disk: %s; revoke again", ", ".join(self._unwritten))
            self._connection.close()

    def _hash(self, secret: str) -> bytes:
        mac = self._mac.copy()
        mac.update(secret.encode("utf-8", "surrogatepass"))
        return mac.digest()

    def _salt(self) -> bytes:
        self._connection.execute(
            "INSERT INTO meta (name, value) VALUES ('key_salt', ?) ON CONFLICT (name) DO NOTHING",
            (secrets.token_hex(32),),
        )
        row = self._connection.execute("SELECT value FROM meta WHERE name = 'key_salt'").fetchone()
        return bytes.fromhex(row[0])

    def _insert(self, grant: Grant, secret: str) -> Issued:
        key = Key(f"key_{secrets.token_hex(6)}", _visible(secret), grant, time.time_ns())
        try:
            self._change(_INSERT, _values(key, self._hash(secret)))
        except sqlite3.IntegrityError as error:
            raise Conflict("this key exists already, perhaps revoked; choose another") from error
        return Issued(key, Secret(secret))

    def _change(self, statement: str, values: tuple[Any, ...]) -> None:
        """Make one change, whole, and know of it here at once."""
        with self._lock:
            try:
                self._write(statement, values)
            except sqlite3.OperationalError as error:
                raise Unavailable(
                    f"keys cannot be written ({error}); free the disk, or end what holds the database",
                    retry_after=_RETRY_SECONDS,
                ) from error
            self._load()
        self.changed()

    def _write(self, statement: str, values: tuple[Any, ...]) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute(statement, values)
            self._connection.execute(_RENEW)
            self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _end_unwritten(self, key_id: str, now_ns: int) -> None:
        """Have a key open nothing, though the disk will not say so; the lock is held."""
        _LOG.error("key %s is revoked, but that is not on disk, and is tried again", key_id)
        self._unwritten[key_id] = now_ns
        self._load()
        self._retry_later()
        self.changed()

    def _retry_later(self) -> None:
        if self._retry is None:
            self._retry = threading.Timer(_RETRY_SECONDS, self._write_unwritten)
            self._retry.daemon = True
            self._retry.start()

    def _write_unwritten(self) -> None:
        """Write what was revoked; on a thread of its own."""
        with self._lock:
            if self._retry is None:  # It was closed.
                return
            self._retry = None
            for key_id, now_ns in tuple(self._unwritten.items()):
                try:
                    self._write(_REVOKE, (now_ns, key_id))
                except sqlite3.OperationalError:
                    self._retry_later()
                    return
                del self._unwritten[key_id]
                _LOG.warning("the revocation of key %s is on disk now", key_id)
            self._load()
        self.changed()

    def _poll(self, now: float) -> None:
        """Look whether another connection has changed a key, unless a thread is changing one here right now.

        The data version also moves with every commit of the ledger, so a counter of the keys' own settles the matter.
        """
        if not self._lock.acquire(blocking=False):
            return
        try:
            self._polled = now
            version = self._connection.execute("PRAGMA data_version").fetchone()[0]
            if version != self._version:
                row = self._connection.execute(_REVISION).fetchone()
                if row is not None and row[0] != self._revision:
                    self._load()
                self._version = version
        finally:
            self._lock.release()

    def _load(self) -> None:
        with self._lock:
            row = self._connection.execute(_REVISION).fetchone()
            rows = self._connection.execute(f"{_SELECT} WHERE revoked_ns IS NULL").fetchall()
            self._revision = None if row is None else row[0]
            keys = ((row[2], _key(row)) for row in rows if row[0] not in self._unwritten)
            held = [_Held(digest, _caller(key), key.grant.expires_ns) for digest, key in keys]
            self._active = {each.hash[:_INDEX_BYTES]: each for each in held}
            self._by_id = {each.caller.key_id: each for each in held}


def _nobody() -> None:
    """Whoever wants to know of changes takes its place."""


def _generate() -> str:
    """``fh-``, eight digits to tell it by, and 256 random bits."""
    return f"fh-{secrets.token_hex(4)}-{secrets.token_urlsafe(32)}"


def _visible(secret: str) -> str:
    """How the key begins: all that is safe to show, and of a key not made here no more than a sixth, or four."""
    if secret.startswith("fh-") and len(secret) > 50:
        return secret[:11]
    return secret[: min(4, len(secret) // 6)] + "…"


def _values(key: Key, digest: bytes) -> tuple[Any, ...]:
    grant = key.grant
    return (
        key.id,
        key.prefix,
        digest,
        grant.name,
        None if grant.label is None else str(grant.label),
        None if grant.models is None else msgspec.json.encode(sorted(grant.models)).decode(),
        msgspec.json.encode(sorted(grant.groups)).decode(),
        grant.team,
        grant.may_declare,
        grant.capture,
        key.created_ns,
        grant.expires_ns,
        key.revoked_ns,
        msgspec.json.encode(grant.collections).decode(),
        grant.role,
    )


def _key(row: tuple[Any, ...]) -> Key:
    """A row of `_COLUMNS`."""
    held = dict(zip(_COLUMNS.split(", "), row, strict=True))
    grant = Grant(
        name=held["name"],
        label=None if held["label"] is None else Label.parse(held["label"]),
        role=held["role"],
        models=None if held["models"] is None else frozenset(msgspec.json.decode(held["models"])),
        groups=frozenset(msgspec.json.decode(held["groups"])),
        team=held["team"],
        may_declare=bool(held["may_declare"]),
        capture=bool(held["capture"]),
        collections=msgspec.json.decode(held["collections"], type=tuple[str, ...]),
        expires_ns=held["expires_ns"],
    )
    return Key(held["id"], held["prefix"], grant, held["created_ns"], held["revoked_ns"])


def _caller(key: Key) -> Caller:
    grant = key.grant
    return Caller(
        key_id=key.id,
        name=grant.name,
        default_label=grant.label,
        role=grant.role,
        models=grant.models,
        groups=grant.groups,
        team=grant.team,
        may_declare=grant.may_declare,
        capture=grant.capture,
        collections=grant.collections,
    )
