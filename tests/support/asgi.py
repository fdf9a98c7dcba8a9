"""The other side of ASGI: gives an application a request, message by message, and keeps what it sends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from freehold.http.asgi import Http

Message = MutableMapping[str, Any]
App = Callable[..., Awaitable[None]]

LEAVES: Message = {"type": "http.disconnect"}
"""The caller closes the connection."""


class Caller:
    """One request and what came back. After its last message it stays until `leave`."""

    def __init__(
        self,
        method: str = "GET",
        path: str = "/",
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | Sequence[bytes] = b"",
        query: str = "",
    ) -> None:
        parts = [body] if isinstance(body, bytes) else list(body)
        self.scope: Message = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in (headers or {}).items()],
        }
        self._messages: list[Message] = [
            {"type": "http.request", "body": part, "more_body": number + 1 < len(parts)}
            for number, part in enumerate(parts)
        ]
        self._left = asyncio.Event()
        self.sent: list[Message] = []

    def leave(self) -> None:
        """Close the connection."""
        self._left.set()

    def leaves_after(self, messages: int) -> Caller:
        """Have it close the connection when so many of its messages have been read."""
        self._messages = [*self._messages[:messages], LEAVES]
        return self

    async def receive(self) -> Message:
        if self._messages:
            return self._messages.pop(0)
        await self._left.wait()
        return LEAVES

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    @property
    def http(self) -> Http:
        return Http(self.scope, self.receive, self.send)

    async def ask(self, app: App) -> Caller:
        """Have an application answer; returns itself."""
        await app(self.scope, self.receive, self.send)
        return self

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode("latin-1") for name, value in self.sent[0]["headers"]}

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def whole(self) -> bool:
        """Whether the answer was brought to its end."""
        return len(self.sent) > 1 and not self.sent[-1]["more_body"]


@asynccontextmanager
async def living(app: App) -> AsyncIterator[App]:
    """An application between its start and its end."""
    orders: asyncio.Queue[Message] = asyncio.Queue()
    done: asyncio.Queue[Message] = asyncio.Queue()
    life = asyncio.create_task(_life(app, orders, done))
    await orders.put({"type": "lifespan.startup"})
    assert (await done.get())["type"] == "lifespan.startup.complete"
    try:
        yield app
    finally:
        await orders.put({"type": "lifespan.shutdown"})
        assert (await done.get())["type"] == "lifespan.shutdown.complete"
        await life


async def _life(app: App, orders: asyncio.Queue[Message], done: asyncio.Queue[Message]) -> None:
    try:
        await app({"type": "lifespan"}, orders.get, done.put)
    except BaseException as error:
        await done.put({"type": f"failed: {error!r}"})
        raise
