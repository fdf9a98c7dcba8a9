"""What stands for whom in a conversation, sealed and for a while: the table ``pseudonyms``.

A row is a nonce of 96 random bits and the mapping under AES-256-GCM (NIST SP 800-38D), with the conversation's hash as
associated data, so that a row cannot be put in another's place. The key lies in the data directory, beside the database
and not in it: whoever has a copy of the one reads nothing without the other.
"""

from __future__ import annotations

import hmac
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from freehold.core.errors import Unavailable
from freehold.core.target import Secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_PURGE_SECONDS = 60.0
"""Between two looks at what has expired."""

_PUT = (
    "INSERT INTO pseudonyms (conversation, sealed, expires_ns) VALUES (?, ?, ?)"
    " ON CONFLICT (conversation) DO UPDATE SET sealed = excluded.sealed, expires_ns = excluded.expires_ns"
)


class Kept(msgspec.Struct, frozen=True):
    """What is kept of a conversation."""

    originals: tuple[tuple[str, str], ...] = ()
    """Kind and text of each."""
    given: tuple[tuple[str, str, str], ...] = ()
    """What was given for them and for their parts: slot, original, stand-in."""

    def joined(self, other: Kept) -> Kept:
        """This and what the other adds; where both know an original, this one's stand-in stays."""
        given = {(slot, original): stand for slot, original, stand in (*other.given, *self.given)}
        return Kept(
            tuple(dict.fromkeys((*self.originals, *other.originals))),
            tuple((slot, original, stand) for (slot, original), stand in given.items()),
        )

    def __repr__(self) -> str:
        return f"Kept({len(self.originals)} originals)"


class KeptPseudonyms:
    """The mappings of all conversations. Everything here waits for a disk, and belongs in a thread."""

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        key: Secret,
        *,
        hours: float,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        """`key` is a `keyfile`'s; `clock` gives nanoseconds since 1970."""
        self._connection = connect()
        self._lock = threading.Lock()
        self._key = hmac.digest(bytes.fromhex(key.reveal()), b"freehold pseudonyms at rest", "sha256")
        self.hours = hours
        """A mapping lives so long from its last use."""
        self._clock = clock
        self._purged_ns = 0

    def load(self, conversation: bytes) -> Kept:
        """What is kept of a conversation; raises `Unavailable` where it is there and cannot be opened."""
        with self._lock:
            return self._load(conversation)

    def keep(self, conversation: bytes, kept: Kept) -> None:
        """Add to what is kept of a conversation, and let it live on. A turn beside this one loses nothing."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                whole = self._load(conversation).joined(kept)
                expires = self._clock() + int(self.hours * 3600e9)
                self._connection.execute(_PUT, (conversation, self._seal(conversation, whole), expires))
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            if self._clock() - self._purged_ns > _PURGE_SECONDS * 1e9:
                self._purge()

    def purge(self) -> int:
        """Remove what has expired; returns how many conversations that were. `keep` does it now and then too."""
        with self._lock:
            return self._purge()

    def forget(self, conversation: bytes) -> bool:
        """Remove what is kept of one conversation; whether there was anything."""
        with self._lock:
            removed = self._connection.execute("DELETE FROM pseudonyms WHERE conversation = ?", (conversation,))
            return removed.rowcount > 0

    def forget_all(self) -> int:
        """Remove everything; returns how many conversations that were."""
        with self._lock:
            return self._connection.execute("DELETE FROM pseudonyms").rowcount

    def close(self) -> None:
        """Close the connection, once nobody is at work with it."""
        with self._lock:
            self._connection.close()

    def _load(self, conversation: bytes) -> Kept:
        row = self._connection.execute(
            "SELECT sealed FROM pseudonyms WHERE conversation = ? AND expires_ns > ?", (conversation, self._clock())
        ).fetchone()
        return Kept() if row is None else self._open(conversation, row[0])

    def _purge(self) -> int:
        self._purged_ns = self._clock()
        return self._connection.execute("DELETE FROM pseudonyms WHERE expires_ns <= ?", (self._purged_ns,)).rowcount

    def _seal(self, conversation: bytes, kept: Kept) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + _cipher(self._key).encrypt(nonce, msgspec.msgpack.encode(kept), conversation)

    def _open(self, conversation: bytes, sealed: bytes) -> Kept:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  See `_cipher`.

        try:
            plain = _cipher(self._key).decrypt(sealed[:_NONCE], sealed[_NONCE:], conversation)
            return msgspec.msgpack.decode(plain, type=Kept)
        except (InvalidTag, ValueError, msgspec.DecodeError) as error:
            raise Unavailable(
                "the pseudonyms kept for this conversation cannot be opened; bring pseudonyms.key back from a backup,"
                " or remove what is kept"
            ) from error


def _cipher(key: bytes) -> AESGCM:
    # Imported here: it takes some 30 ms, and a start or a request without kept pseudonyms must not pay for it.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    return AESGCM(key)
