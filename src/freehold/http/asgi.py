"""One HTTP request, over ASGI: its headers, its body within bounds, and one way to answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from freehold.core.errors import BadRequest, TooLarge
from freehold.core.exchange import new_id
from freehold.wire.json import decode

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]
PassOn = Callable[[Message, Receive, Send, bytes | None], Awaitable[None]]
"""Has somebody else answer a request, of whose body so much was received: all of it, or `None`, which is nothing."""

JSON: Header = (b"content-type", b"application/json")
EVENT_STREAM: Header = (b"content-type", b"text/event-stream; charset=utf-8")
NO_STORE: Header = (b"cache-control", b"no-cache")

_DRAIN_LIMIT = 256 * 1024 * 1024
_MOST_FIELDS = 100


class CallerLeft(Exception):  # a fact, not a failure
    """The caller closed the connection before it had sent its whole request."""


class Http:
    """One request. `started` says whether the answer's head has gone out."""

    __slots__ = ("_headers", "_scope", "_send", "always", "id", "receive", "stands", "started")

    def __init__(self, scope: Message, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._headers: dict[bytes, bytes] | None = None
        self.receive = receive
        self.started = False
        self.always: tuple[Header, ...] = ()
        """Headers of whatever the answer will be."""
        self.stands: Callable[[], bool] = _always
        """Whether who asked may still: false once the key or the session that it came with has ended."""
        self.id = new_id()
        """The exchange's id, if it comes to one; on the answer in any case."""

    @property
    def method(self) -> str:
        """The method, upper case."""
        return str(self._scope["method"])

    @property
    def path(self) -> str:
        """The path, percent-decoded."""
        return str(self._scope["path"])

    @property
    def secure(self) -> bool:
        """Whether it came over TLS to this very process."""
        return bool(self._scope.get("scheme") == "https")

    @property
    def address(self) -> str:
        """Where the connection comes from: an IP address; empty where that is not known."""
        client = self._scope.get("client")
        return str(client[0]) if client else ""

    @property
    def query(self) -> dict[str, str]:
        """Query parameters; the last of each name, without those left empty. Raises `BadRequest` for absurdly many."""
        return {name: value for name, value in self.whole_query.items() if value}

    @property
    def whole_query(self) -> dict[str, str]:
        """The same with those left empty, for a parameter whose emptiness must not pass for its absence."""
        text = self._scope.get("query_string", b"").decode("latin-1")
        try:
            return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
        except ValueError as error:
            raise BadRequest(f"the query has more than {_MOST_FIELDS} parameters") from error

    def header(self, name: bytes) -> str | None:
        """A request header by its lower-case name; the first, if there are several."""
        if self._headers is None:
            # Backwards, so that of several the first stays.
            self._headers = dict(reversed(self._scope["headers"]))
        held = self._headers.get(name)
        return None if held is None else held.decode("latin-1")

    def headers(self, name: bytes) -> list[str]:
        """Every value of a request header, by its lower-case name."""
        return [value.decode("latin-1") for key, value in self._scope["headers"] if key == name]

    async def body(self, limit: int) -> bytes:
        """The body; raises `TooLarge` beyond `limit` bytes, but reads on for a while so that the caller hears it."""
        message = await self.receive()
        if message["type"] == "http.disconnect":
            raise CallerLeft
        data: bytes = message.get("body", b"")
        if not message.get("more_body", False):
            if len(data) > limit:
                raise _too_large(limit)
            return data
        return b"".join([piece async for piece in self.pieces(limit, message)])

    async def pieces(self, limit: int, first: Message | None = None) -> AsyncIterator[bytes]:
        """The body as it comes, for what must not be held whole; bounds and errors as those of `body`.

        `first` is a message of it that has been received already.
        """
        length = self.header(b"content-length")
        announced = int(length) if length is not None and length.isdigit() else 0
        size, more = 0, True
        while more:
            message = first or await self.receive()
            first = None
            if message["type"] == "http.disconnect":
                raise CallerLeft
            data: bytes = message.get("body", b"")
            size += len(data)
            more = message.get("more_body", False)
            if max(size, announced) <= limit:
                yield data
            elif size > _DRAIN_LIMIT:
                break
        if max(size, announced) > limit:
            raise _too_large(limit)

    async def json(self, limit: int = 1024 * 1024) -> dict[str, Any]:
        """The body as a JSON object; raises `BadRequest`. An empty body is an empty object."""
        data = await self.body(limit)
        return decode(data) if data else {}

    async def tell(self, value: object, status: int = 200, headers: Iterable[Header] = ()) -> None:
        """Send a whole answer as JSON."""
        await self.reply(status, msgspec.json.encode(value), headers)

    async def pass_on(self, to: PassOn, body: bytes | None = None) -> None:
        """Have somebody else answer this request as it came; `body` is all of that, where it was read."""
        self.started = True
        await to(self._scope, self.receive, self._send, body)

    async def start(self, status: int, headers: Iterable[Header]) -> None:
        """Send the head of a streamed answer."""
        self.started = True
        await self._send({"type": "http.response.start", "status": status, "headers": [*headers, *self.always]})

    async def write(self, data: bytes) -> None:
        """Send a piece of a streamed answer."""
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def finish(self, data: bytes = b"") -> None:
        """Send the last piece of a streamed answer."""
        await self._send({"type": "http.response.body", "body": data, "more_body": False})

    async def reply(self, status: int, body: bytes, headers: Iterable[Header] = (), kind: Header = JSON) -> None:
        """Send a whole answer."""
        await self.start(status, [kind, (b"content-length", b"%d" % len(body)), *headers])
        await self.finish(body)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"the body is larger than {limit // (1024 * 1024)} MiB, which is this server's limit")


def _always() -> bool:
    """Of whoever needed no key."""
    return True
