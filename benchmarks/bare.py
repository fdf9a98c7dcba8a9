"""The bare pass-through: plain ASGI in, pyreqwest out, nothing between.

Its row in the table shows what a Python gateway on this stack could reach, and so what Freehold's stages cost. It takes
the upstream's address from ``BARE_UPSTREAM`` and serves every POST.

    BARE_UPSTREAM=http://127.0.0.1:9000 uvicorn benchmarks.bare:app
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from pyreqwest.client import Client, ClientBuilder

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_client: Client | None = None


def _the_client() -> Client:
    global _client  # noqa: PLW0603 - one pool a process, made once the event loop runs
    if _client is None:
        _client = ClientBuilder().no_proxy().tcp_nodelay(True).pool_max_idle_per_host(1024).build()
    return _client


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Send the body on, and what comes back, back."""
    if scope["type"] != "http":
        return
    url = os.environ["BARE_UPSTREAM"] + scope["path"]
    request = (
        _the_client()
        .post(url)
        .header("content-type", "application/json")
        .body_bytes(await _body(receive))
        # Without this, up to 64 KB of a stream are held back.
        .streamed_read_buffer_limit(0)
        .build_streamed()
    )
    async with request as response:
        headers = [(name.encode(), value.encode()) for name, value in response.headers.items() if name in _KEPT]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        reader = response.body_reader
        while (chunk := await reader.read_chunk()) is not None:
            await send({"type": "http.response.body", "body": bytes(chunk), "more_body": True})
    await send({"type": "http.response.body", "body": b""})


_KEPT = frozenset({"content-type", "content-length"})
