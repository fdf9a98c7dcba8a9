"""``/metrics``, for Prometheus. It holds names of routes, targets and teams, and numbers: no prompt, no secret.

Anyone may read it where Freehold listens on this machine alone and nothing stands before it; else, unless it is
configured to be open, it takes a key that sees all records, which Prometheus sends with ``authorization: {
credentials_file: ... }``.
"""

from __future__ import annotations

from freehold.assemble import Stack
from freehold.core.errors import NotFound
from freehold.http.asgi import NO_STORE, Http
from freehold.http.auth import authenticate, permit


class MetricsPage:
    """What was counted, over one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    async def metrics(self, http: Http, _caller: None) -> None:
        """``GET /metrics``: Prometheus's text format, or OpenMetrics where ``accept`` asks for it."""
        access = self._stack.config.telemetry.metrics
        if access == "off":
            raise NotFound('metrics are turned off; [telemetry] metrics = "open" or "key" turns them on')
        if access == "key":
            permit(authenticate(http, self._stack.lookup), "viewer")
        page, kind = await self._stack.watching.page(http.header(b"accept") or "")
        await http.reply(200, page, [NO_STORE], kind=(b"content-type", kind.encode()))
