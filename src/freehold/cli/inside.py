"""Freehold within the command's own process, for commands where none is running.

It answers through the very application that serves HTTP, so a command gets the same answers by the same code.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO
from urllib.parse import unquote

import msgspec

from freehold.assemble import Stack, build
from freehold.cli.client import Client, Reply
from freehold.cli.errors import CommandFailed
from freehold.config import Config
from freehold.evaluate.promise.rows import in_force
from freehold.http.app import App
from freehold.stores.instance import InstanceLock
from freehold.stores.sqlite import SqliteStore

_PIECE = 256 * 1024


@contextmanager
def inside(config: Config, env: Mapping[str, str], *, awake: bool = False) -> Iterator[Client]:
    """A client of a Freehold made for the occasion, over the configuration's data directory, which is locked meanwhile.

    `awake`: it is started, so that it loads models, looks for engines and can answer. Raises `AlreadyRunning`.
    """
    with InstanceLock.acquire(config.server.data_dir), _running(build(config, env), awake=awake) as client:
        yield client


@contextmanager
def beside(config: Config, env: Mapping[str, str]) -> Iterator[Client]:
    """The same over an empty directory, for questions about the configuration alone.

    Of the data nothing is locked, and only the promises that routes keep are read, as they are part of the answer.
    """
    with TemporaryDirectory(prefix="freehold-") as folder:
        server = msgspec.structs.replace(config.server, data_dir=Path(folder))
        stack = build(msgspec.structs.replace(config, server=server), env)
        stack.go_by(in_force(SqliteStore.of(config.server.data_dir).reader))
        with _running(stack, awake=False) as client:
            yield client


@contextmanager
def _running(stack: Stack, *, awake: bool) -> Iterator[Client]:
    with asyncio.Runner() as runner:
        app = App(stack, body_limit=stack.config.server.max_body_mb * 1024 * 1024)
        try:
            if awake:
                runner.run(stack.start())
            app.open()
            yield Client(_Inside(app, runner), stack.local_token)
        finally:
            runner.run(stack.stop())


class _Inside:
    """A `Transport` that calls an ASGI application. The loop runs only while somebody waits for its next message."""

    together = 1

    def __init__(self, app: App, runner: asyncio.Runner) -> None:
        self._app = app
        self._runner = runner

    @contextmanager
    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes | BinaryIO) -> Iterator[Reply]:
        messages: asyncio.Queue[Any] = asyncio.Queue()
        task = self._runner.get_loop().create_task(self._serve(_scope(method, path, headers), body, messages))
        try:
            head = self._next(messages)
            names = {name.decode("latin-1"): value.decode("latin-1") for name, value in head["headers"]}
            yield Reply(head["status"], names, self._pieces(messages, task))
        finally:
            task.cancel()
            self._runner.run(_ended(task))

    async def _serve(self, scope: dict[str, Any], body: bytes | BinaryIO, messages: asyncio.Queue[Any]) -> None:
        given = _messages(body)

        async def receive() -> Any:
            message = next(given, None)
            if message is None:
                await asyncio.Event().wait()  # this caller never leaves; it cancels
            return message

        try:
            await self._app(scope, receive, messages.put)
        finally:
            messages.put_nowait(None)

    def _next(self, messages: asyncio.Queue[Any]) -> Any:
        message = self._runner.run(messages.get())
        if message is None:
            raise CommandFailed("the answer broke off inside Freehold; its log says why")
        return message

    def _pieces(self, messages: asyncio.Queue[Any], task: asyncio.Task[None]) -> Iterator[bytes]:
        more = True
        while more:
            message = self._next(messages)
            more = message.get("more_body", False)
            if piece := message["body"]:
                yield piece
        # The record is settled after the last byte.
        self._runner.run(_ended(task))


async def _ended(task: asyncio.Task[None]) -> None:
    await asyncio.wait([task])


def _messages(body: bytes | BinaryIO) -> Iterator[dict[str, Any]]:
    """A request's body as ASGI has it."""
    pieces = [body] if isinstance(body, bytes) else iter(lambda: body.read(_PIECE), b"")
    for piece in pieces:
        yield {"type": "http.request", "body": piece, "more_body": True}
    yield {"type": "http.request", "body": b"", "more_body": False}


def _scope(method: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    plain, _, query = path.partition("?")
    return {
        "type": "http",
        "method": method,
        "path": unquote(plain),
        "query_string": query.encode("ascii"),
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
    }
