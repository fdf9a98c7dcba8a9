"""Runs the application under uvicorn: one port, a graceful end, a reload on SIGHUP.

With several workers the first takes every connection, and some of them it gives away.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Callable, Sequence
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from freehold.assemble import Stack
from freehold.core.errors import SetupError
from freehold.crew.doors import Doorkeeper, Doorway
from freehold.http.app import App
from freehold.http.hand import HandApp
from freehold.http.joined import Joined

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


class _Connection(HttpToolsProtocol):
    """A connection that sends a head with its body, and says when it has ended."""

    def __init__(self, ended: Callable[[], None], **given: Any) -> None:
        super().__init__(**given)
        self._told = ended

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base class
        super().connection_made(Joined(transport, self.loop))

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._told()


class _Taking(uvicorn.Server):
    """uvicorn's server, which also serves connections that were taken elsewhere."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._taking: set[asyncio.Task[object]] = set()

    def keep(self, connection: socket.socket) -> None:
        """Serve it. Returns at once."""
        task = asyncio.get_running_loop().create_task(self._keep(connection))
        self._taking.add(task)
        task.add_done_callback(self._taking.discard)

    def kept(self) -> int:
        """Connections that are served, those that are about to be among them."""
        return len(self.server_state.connections) + len(self._taking)

    def ended(self) -> None:
        """One of those connections is over."""

    async def _keep(self, connection: socket.socket) -> None:
        try:
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection)
        except OSError:  # It was closed before anything came of it.
            connection.close()
            self.ended()

    def _protocol(self) -> _Connection:
        return _Connection(
            self.ended, config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


class _First(_Taking):
    """uvicorn's server, which also says when it is ready, has its hands serve beside it, and reloads on SIGHUP."""

    def __init__(
        self, config: uvicorn.Config, stack: Stack, app: App, hand: Sequence[str], on_ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._stack = stack
        self._app = app
        self._hand = hand
        self._on_ready = on_ready
        self._keepers: list[Doorkeeper] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        several = self._stack.crew.count > 0
        await super().startup([] if several else sockets)
        if self.started:
            _collect_less()
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._reload)
            for listening in sockets or []:
                if several:
                    self._open(listening)
            self._on_ready()

    def _open(self, listening: socket.socket) -> None:
        """Take connections, and have the hands take some of them."""
        listening.listen(_OPTIONS["backlog"])
        keeper = Doorkeeper(listening, keep=self.keep, kept=self.kept)
        self._keepers.append(keeper)
        self._stack.muster(self._hand, keeper, self._app)
        keeper.open()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for keeper in self._keepers:
            keeper.close()
        self._stack.crew.drain()
        await super().shutdown(sockets)

    def _reload(self) -> None:
        try:
            _LOG.info("configuration reloaded: revision %s", self._stack.reload())
        except Exception as error:  # noqa: BLE001  # a reload that fails changes nothing, and must not end the server
            _LOG.error("configuration not reloaded, nothing was changed: %s", error)


class HandServer(_Taking):
    """uvicorn's server for a worker that is not the first, on a loop that is running already."""

    def __init__(
        self, app: HandApp, way: socket.socket, *, shutdown_seconds: float, on_ready: Callable[[], None]
    ) -> None:
        """`way`: by which the first worker gives it connections."""
        super().__init__(uvicorn.Config(app, timeout_graceful_shutdown=int(shutdown_seconds), **_OPTIONS))
        self._on_ready = on_ready
        self._doorway = Doorway(way, self.keep)

    def ended(self) -> None:
        self._doorway.ended()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            _collect_less()
            self._doorway.open()
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._doorway.close()
        await super().shutdown(sockets)

    def drain(self) -> None:
        """Take no more requests, finish those under way, and end."""
        self.should_exit = True
