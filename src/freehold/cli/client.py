"""A client of Freehold's own API, for commands: the same calls whether Freehold runs elsewhere or within this process.

A `Transport` carries one request and hands back a `Reply` whose body comes as it is sent. No redirect is followed, so
that a key goes to the address that was given and to no other.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, BinaryIO, Protocol
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from freehold.cli.errors import CommandFailed, Refused, UsedWrongly

CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 600.0
"""How long an answer may be silent. Freehold's own limits are shorter, so this ends only what has died."""
_MOST_BYTES = 64 * 1024 * 1024
_CHUNK = 64 * 1024
_LONGEST_SAID = 6_000
"""Characters of what an error says: all rows of a file that cannot be taken are one sentence each."""


class Reply(msgspec.Struct):
    """An answer: its status, its headers by lower-case name, and its body, piece by piece."""

    status: int
    headers: Mapping[str, str]
    pieces: Iterator[bytes]

    def body(self) -> bytes:
        """The whole body; raises `CommandFailed` when it is larger than any answer of Freehold's."""
        data = bytearray()
        for piece in self.pieces:
            data += piece
            if len(data) > _MOST_BYTES:
                raise CommandFailed(f"the answer is larger than {_MOST_BYTES // 2**20} MiB; ask for less")
        return bytes(data)


class Transport(Protocol):
    """Carries a request; leaving ends it, whether or not its body has been read."""

    together: int
    """How many requests it may carry at once, each in a thread of its own."""

    def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | BinaryIO
    ) -> AbstractContextManager[Reply]: ...


class Client:
    """Calls with one key. Everything raises `Refused` for an error answer, with what Freehold said."""

    def __init__(self, transport: Transport, key: str) -> None:
        if not (key.isascii() and key.isprintable() and " " not in key):
            raise UsedWrongly("the key holds characters that no key has; set FREEHOLD_KEY anew")
        self._transport = transport
        self._key = key
        self.together = transport.together
        """How many threads may use it at once."""

    def get(self, path: str, **query: object) -> Any:
        """The JSON at a path; parameters that are `None` are left out."""
        return self._json("GET", _with_query(path, query))

    def post(self, path: str, body: object = None) -> Any:
        """What a POST of JSON answers."""
        return self._json("POST", path, b"" if body is None else msgspec.json.encode(body))

    def upload(self, path: str, file: BinaryIO, **query: object) -> Any:
        """What a POST of a file answers; it is read as it goes and never lies in memory whole."""
        return self._json("POST", _with_query(path, query), file)

    def delete(self, path: str) -> Any:
        """What a DELETE answers."""
        return self._json("DELETE", path)

    def fetch(self, path: str, **query: object) -> bytes:
        """The bytes at a path; parameters that are `None` are left out."""
        with self._sent("GET", _with_query(path, query), b"", {}) as reply:
            return reply.body()

    @contextmanager
    def read(self, path: str, **query: object) -> Iterator[Reply]:
        """What is at a path, read as it comes."""
        with self._sent("GET", _with_query(path, query), b"", {}) as reply:
            yield reply

    @contextmanager
    def ask(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> Iterator[Reply]:
        """POST, and read the answer as it comes."""
        with self._sent("POST", path, msgspec.json.encode(body), headers or {}) as reply:
            yield reply

    def _json(self, method: str, path: str, body: bytes | BinaryIO = b"") -> Any:
        with self._sent(method, path, body, {}) as reply:
            data = reply.body()
        try:
            return msgspec.json.decode(data)
        except msgspec.DecodeError as error:
            raise CommandFailed(f"what answered at {path} is no Freehold; correct FREEHOLD_URL") from error

    @contextmanager
    def _sent(self, method: str, path: str, body: bytes | BinaryIO, headers: Mapping[str, str]) -> Iterator[Reply]:
        sent = {"authorization": f"Bearer {self._key}", "accept-encoding": "identity", **headers}
        if not isinstance(body, bytes):
            sent["content-type"] = "application/octet-stream"
        elif body:
            sent["content-type"] = "application/json"
        with self._transport(method, path, sent, body) as reply:
            if reply.status >= 300:
                raise Refused(reply.status, _said(reply))
            yield reply


class Remote:
    """Reaches a Freehold over HTTP or HTTPS at its address, as in ``http://127.0.0.1:8080``."""

    together = 4

    def __init__(self, url: str) -> None:
        """Raises `UsedWrongly` for what is no such address."""
        try:
            parts = urlsplit(url.strip())
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or parts.query:
            raise UsedWrongly("FREEHOLD_URL is not an address of Freehold; write it as in http://127.0.0.1:8080")
        self.url = f"{parts.scheme}://{parts.netloc}"
        self._base = quote(parts.path.rstrip("/"), safe="/%")
        self._kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._host, self._port = parts.hostname, port

    @contextmanager
    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes | BinaryIO) -> Iterator[Reply]:
        """Send one request on a connection of its own."""
        connection = self._kind(self._host, self._port, timeout=CONNECT_SECONDS)
        try:
            answer = self._exchange(connection, method, self._base + path, headers, body)
            found = {name.lower(): value for name, value in answer.getheaders()}
            yield Reply(answer.status, found, self._pieces(answer))
        finally:
            connection.close()

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | BinaryIO,
    ) -> http.client.HTTPResponse:
        try:
            connection.connect()
            connection.sock.settimeout(SILENCE_SECONDS)
            # A file goes in chunks, since it may grow or shrink while it is read.
            with suppress(BrokenPipeError, ConnectionResetError):  # What was refused midway has an answer nevertheless.
                connection.request(method, path, body or None, dict(headers))
            return connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            raise self._unreachable(error) from error

    def _pieces(self, answer: http.client.HTTPResponse) -> Iterator[bytes]:
        try:
            while piece := answer.read1(_CHUNK):
                yield piece
        except (OSError, http.client.HTTPException) as error:
            raise self._broken(_why(error)) from error
        if answer.length:  # what is still missing of a body whose length was announced
            raise self._broken(f"{answer.length} bytes are missing")

    def _broken(self, why: str) -> CommandFailed:
        return CommandFailed(f"the answer from {self.url} broke off ({why}); try again")

    def _unreachable(self, error: Exception) -> CommandFailed:
        return CommandFailed(
            f"cannot reach Freehold at {self.url} ({_why(error)}); start it with 'freehold up', or correct FREEHOLD_URL"
        )


def _with_query(path: str, query: Mapping[str, object]) -> str:
    """The path with the parameters that are not `None`."""
    given = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def segment(name: str) -> str:
    """A name as one segment of a path."""
    return quote(name, safe="")


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _said(reply: Reply) -> str:
    """What an error answer says, in a sentence."""
    if reply.status < 400:
        return f"it answered with a redirect to {reply.headers.get('location', 'nowhere')}; set FREEHOLD_URL to that"
    data = reply.body()
    try:
        message = msgspec.json.decode(data)["error"]["message"]
    except (msgspec.DecodeError, KeyError, TypeError):
        message = f"it answered with status {reply.status}, and is perhaps no Freehold; correct FREEHOLD_URL"
    return str(message)[:_LONGEST_SAID]
