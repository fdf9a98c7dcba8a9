"""A small HTTP server of the tests' own on an ephemeral loopback port: fixed JSON answers by path."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def listening(
    answers: Mapping[str, Any], *, status: int = 404, silent: bool = False, seen: list[str] | None = None
) -> AsyncIterator[int]:
    """Serve `answers` and give the port. Other paths get `status`; a `silent` server accepts and says nothing."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                path = line.split()[1].decode()
                while (await reader.readline()).strip():
                    pass
                if silent:
                    await asyncio.sleep(60)
                if seen is not None:
                    seen.append(path)
                body = answers.get(path)
                raw = body if isinstance(body, bytes) else json.dumps(body).encode()
                code = 200 if path in answers else status
                head = f"HTTP/1.1 {code} X\r\ncontent-type: application/json\r\ncontent-length: {len(raw)}\r\n\r\n"
                writer.write(head.encode() + raw)
                await writer.drain()
        except ConnectionError:
            return  # the client has left, as it may
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
