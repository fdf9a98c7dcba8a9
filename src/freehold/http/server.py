"""Runs the application under uvicorn: one port, a graceful end, a reload on SIGHUP."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Callable, Sequence
from typing import Any

import uvicorn

from freehold.assemble import Stack
from freehold.core.errors import SetupError
from freehold.http.app import App
from freehold.http.hand import HandApp

_LOG = logging.getLogger("freehold")

MIB = 1024 * 1024

_OPTIONS: dict[str, Any] = {
    "loop": "uvloop",
    "http": "httptools",
    "ws": "none",
    "lifespan": "on",
    "interface": "asgi3",
    "access_log": False,
    "log_config": None,
    "server_header": False,
    "date_header": False,
    "proxy_headers": False,
    "backlog": 1024,
}


def listen(host: str, port: int) -> socket.socket:
    """Bind the address before anything else is started; raises `SetupError` naming the mend when it is in use."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise SetupError(
            f"cannot listen on {host}:{port}: {error.strerror or error}; choose another with --port or --host"
        ) from error
    return bound


def serve(stack: Stack, bound: socket.socket, *, hand: Sequence[str], on_ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM; `on_ready` is called once requests are taken. Blocks.

    `hand` is the command that starts a further worker, where more than one is configured. In flight requests get the
    configured seconds to finish; then they are cancelled, which their records say.
    """
    settings = stack.config.server
    app = App(stack, body_limit=settings.max_body_mb * MIB)
    config = uvicorn.Config(app, timeout_graceful_shutdown=int(settings.shutdown_seconds), **_OPTIONS)
    _First(config, stack, app, hand, on_ready).run(sockets=[bound])


def _collect_less() -> None:
    """Look for cycles less often, and never again at what the start made: measured, 6 % of the time of a request."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class _First(uvicorn.Server):
    """uvicorn's server, which also says when it is ready, has its hands serve beside it, and reloads on SIGHUP."""

    def __init__(
        self, config: uvicorn.Config, stack: Stack, app: App, hand: Sequence[str], on_ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._stack = stack
        self._app = app
        self._hand = hand
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            _collect_less()
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._reload)
            for listening in sockets or []:
                self._stack.muster(self._hand, listening, self._app)
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stack.crew.drain()
        await super().shutdown(sockets)

    def _reload(self) -> None:
        try:
            _LOG.info("configuration reloaded: revision %s", self._stack.reload())
        except Exception as error:  # noqa: BLE001  # a reload that fails changes nothing, and must not end the server
            _LOG.error("configuration not reloaded, nothing was changed: %s", error)


class HandServer(uvicorn.Server):
    """uvicorn's server for a worker that is not the first, on a loop that is running already."""

    def __init__(self, app: HandApp, *, shutdown_seconds: float, on_ready: Callable[[], None]) -> None:
        super().__init__(uvicorn.Config(app, timeout_graceful_shutdown=int(shutdown_seconds), **_OPTIONS))
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            _collect_less()
            self._on_ready()

    def drain(self) -> None:
        """Take no more requests, finish those under way, and end."""
        self.should_exit = True
