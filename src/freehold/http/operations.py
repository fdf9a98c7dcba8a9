"""Endpoints for whoever runs Freehold: alive, ready, described."""

from __future__ import annotations

import msgspec

from freehold import __version__
from freehold.assemble import Stack
from freehold.http.asgi import Http
from freehold.http.routes import openapi


class Operations:
    """Health and description."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._openapi = msgspec.json.encode(openapi(__version__))

    async def healthz(self, http: Http, _caller: None) -> None:
        """``GET /healthz``: 200 for as long as the process answers."""
        await http.reply(200, b'{"status":"ok"}')

    async def readyz(self, http: Http, _caller: None) -> None:
        """``GET /readyz``: 200 when requests are taken, 503 with the reason when the ledger cannot hold them.

        What is wrong while requests are taken is in ``warnings``.
        """
        trouble = self._stack.trouble()
        body: dict[str, object] = {"status": "ready"} if trouble is None else {"status": "not ready", "why": trouble}
        if warnings := self._stack.warnings():
            body["warnings"] = warnings
        await http.reply(200 if trouble is None else 503, msgspec.json.encode(body))

    async def openapi(self, http: Http, _caller: None) -> None:
        """``GET /api/openapi.json``."""
        await http.reply(200, self._openapi)
