"""Passes a request on to the first worker as it came, and its answer back, piece by piece.

Pieces are not sent faster than the other side takes them: at most `WINDOW` bytes of one request are under way in each
direction. Both sides speak ASGI, so that the first serves what is passed on by the very application that serves its own
port.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from freehold.crew.line import Line
from freehold.crew.messages import Gone, Head, Piece, Taken
from freehold.crew.service import Service

_LOG = logging.getLogger("freehold.crew")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

WINDOW = 1024 * 1024
_PIECE = 128 * 1024
_FIELDS = ("method", "path", "raw_path", "query_string", "headers", "scheme", "http_version", "client", "server")
_GONE: Message = {"type": "http.disconnect"}


class _Credit:
    """How much more may be sent."""

    def __init__(self) -> None:
        self._left = WINDOW
        self._more = asyncio.Event()

    async def take(self, count: int) -> None:
        """Wait until anything may be sent, and take so much of it."""
        while self._left <= 0:
            self._more.clear()
            await self._more.wait()
        self._left -= count

    def add(self, count: int) -> None:
        self._left += count
        self._more.set()


class _Side:
    """One request that is passed on, on either side: what comes, and what may go."""

    def __init__(self, number: int, send: Callable[[object], None]) -> None:
        self._number = number
        self._send = send
        self.credit = _Credit()
        self.came: asyncio.Queue[Piece | Gone | Head] = asyncio.Queue()
        self.gone = False
        """Nobody at the other side wants more."""

    async def say(self, data: bytes, *, more: bool) -> None:
        """Send a piece, in pieces."""
        view = memoryview(data)
        for start in range(0, len(data), _PIECE):
            some = view[start : start + _PIECE]
            await self.credit.take(len(some))
            if self.gone:
                return  # As a server drops what is sent to a caller that has left.
            last = start + _PIECE >= len(data)
            self._send(Piece(self._number, bytes(some), more or not last))
        if not data:
            self._send(Piece(self._number, b"", more))

    def took(self, piece: Piece) -> None:
        """A piece has gone on its way."""
        if piece.data:
            self._send(Taken(self._number, len(piece.data)))


class Passing:
    """A hand's side."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._under_way: dict[int, _Side] = {}
        line.on({Head: self._put, Piece: self._put, Gone: self._put, Taken: self._taken})

    async def __call__(self, scope: Message, receive: Receive, send: Send, body: bytes | None = None) -> None:
        """Have the first answer a request; `body` where all of that was received already."""
        number = self._line.number()
        side = self._under_way[number] = _Side(number, self._line.send)
        self._line.send(Head(number, {name: scope[name] for name in _FIELDS if name in scope}))
        loop = asyncio.get_running_loop()
        asking = loop.create_task(self._ask(side, number, receive, body))
        try:
            await self._answer(side, send)
        finally:
            asking.cancel()
            del self._under_way[number]
            self._line.send(Gone(number))

    async def _ask(self, side: _Side, number: int, receive: Receive, body: bytes | None) -> None:
        """Send the body on as it comes, then watch whether the caller leaves."""
        if body is not None:
            await side.say(body, more=False)
        while (message := await receive())["type"] != "http.disconnect":
            if body is None:
                await side.say(message.get("body", b""), more=message.get("more_body", False))
        side.came.put_nowait(Gone(number))

    async def _answer(self, side: _Side, send: Send) -> None:
        """Send what comes. Returns early where the caller has left or the answer broke off: the server closes that."""
        while not isinstance(message := await side.came.get(), Gone):
            if isinstance(message, Head):
                headers = [(name, value) for name, value in message.fields["headers"]]
                await send({"type": "http.response.start", **message.fields, "headers": headers})
                continue
            await send({"type": "http.response.body", "body": message.data, "more_body": message.more})
            side.took(message)
            if not message.more:
                return

    def _put(self, message: Any) -> None:
        side = self._under_way.get(message.number)
        if side is not None:
            side.came.put_nowait(message)

    def _taken(self, message: Taken) -> None:
        side = self._under_way.get(message.number)
        if side is not None:
            side.credit.add(message.count)


class Reception:
    """The first's side, for one hand: answers what that passes on by an ASGI application."""

    def __init__(self, service: Service, app: App) -> None:
        self._service = service
        self._app = app
        self._under_way: dict[int, _Side] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        service.on(Head, self._begin)
        service.on(Piece, self._put)
        service.on(Gone, self._gone)
        service.on(Taken, self._taken)
        service.at_end(self._end)

    def _begin(self, message: Head) -> None:
        number = message.number
        side = self._under_way[number] = _Side(number, self._service.channel.send)
        task = self._tasks[number] = asyncio.get_running_loop().create_task(self._serve(message, side))
        task.add_done_callback(lambda _task: self._over(number))

    async def _serve(self, message: Head, side: _Side) -> None:
        fields = message.fields
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "root_path": "",
            **fields,
            "headers": [(name, value) for name, value in fields["headers"]],
        }
        whole = False

        async def receive() -> Message:
            came = await side.came.get()
            if not isinstance(came, Piece):
                side.came.put_nowait(came)  # Whoever asks again is told again.
                return _GONE
            side.took(came)
            return {"type": "http.request", "body": came.data, "more_body": came.more}

        async def send(said: Message) -> None:
            nonlocal whole
            if said["type"] == "http.response.start":
                head = {"status": said["status"], "headers": said.get("headers", [])}
                self._service.channel.send(Head(message.number, head))
                return
            more = said.get("more_body", False)
            whole = not more
            await side.say(said.get("body", b""), more=more)

        try:
            await self._app(scope, receive, send)
        finally:
            if not whole:
                self._service.channel.send(Gone(message.number))

    def _put(self, message: Piece) -> None:
        side = self._under_way.get(message.number)
        if side is not None:
            side.came.put_nowait(message)

    def _gone(self, message: Gone) -> None:
        """The caller has left, or has its whole answer; an answer that nobody waits for any more goes nowhere."""
        side = self._under_way.get(message.number)
        if side is not None:
            side.gone = True
            side.came.put_nowait(message)
            side.credit.add(1 << 60)

    def _taken(self, message: Taken) -> None:
        side = self._under_way.get(message.number)
        if side is not None:
            side.credit.add(message.count)

    def _over(self, number: int) -> None:
        task = self._tasks.pop(number)
        self._under_way.pop(number, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("a request that was passed on failed", exc_info=error)

    def _end(self) -> None:
        """The hand is gone, and so are all callers that it had."""
        for number in list(self._under_way):
            self._gone(Gone(number))
