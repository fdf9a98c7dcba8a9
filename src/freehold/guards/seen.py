"""A bounded memory of texts that were looked at: by keyed hash what was found in them, and nothing of the texts."""

from __future__ import annotations

import hashlib
import secrets
import threading

from freehold.core.finding import Span

_ENTRY_BYTES = 200
"""About what an entry without spans takes; a span takes as much again."""


class Seen:
    """What was found in texts, the latest used last. Safe to use from several threads."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._key = secrets.token_bytes(32)
        """This process's own, so that the memory says nothing to whoever reads it."""
        self._found: dict[bytes, tuple[Span, ...]] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Bytes that it takes, about; never more than it may."""
        return self._bytes

    def key(self, text: str) -> bytes:
        """What a text is known by: BLAKE2b (RFC 7693), keyed."""
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=self._key).digest()

    def get(self, key: bytes) -> tuple[Span, ...] | None:
        """What was found in the text, or `None` where it is not known."""
        with self._lock:
            found = self._found.pop(key, None)
            if found is not None:
                self._found[key] = found
            return found

    def put(self, key: bytes, found: tuple[Span, ...]) -> None:
        """Keep what was found; what was not used for longest is forgotten."""
        size = _size(found)
        if size > self._most:
            return
        with self._lock:
            if (before := self._found.pop(key, None)) is not None:
                self._bytes -= _size(before)
            self._found[key] = found
            self._bytes += size
            while self._bytes > self._most:
                oldest = next(iter(self._found))
                self._bytes -= _size(self._found.pop(oldest))


def _size(found: tuple[Span, ...]) -> int:
    return _ENTRY_BYTES * (1 + len(found))
