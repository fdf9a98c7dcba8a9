"""A hand's line to the first worker: questions that have answers, and what is told without being asked."""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from freehold.core.errors import Unavailable
from freehold.crew.channel import Channel
from freehold.crew.messages import ANSWERS, FromFirst

Told = TypeVar("Told")

GONE = "the first worker of this Freehold is gone, and nothing can be recorded; try again in a moment"


class Line:
    """For one event loop. Everything that a hand asks of the first goes through here."""

    def __init__(self, end: socket.socket, *, lost: Callable[[], None]) -> None:
        """`lost` is called once when the first worker is gone, after whoever waited has been told."""
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._told: dict[type, Callable[[Any], None]] = {}
        self._unheard: list[FromFirst] = []
        """What was told before anybody was there to hear it."""
        self._lost = lost
        self._channel: Channel[FromFirst] = Channel(end, FromFirst, heard=self._hear, lost=self._hang_up)

    def on(self, told: Mapping[type, Callable[[Any], None]]) -> None:
        """Call these with the messages of their type that are no answers; also with those that came before."""
        self._told.update(told)
        unheard, self._unheard = self._unheard, []
        for message in unheard:
            self._hear(message)

    async def once(self, kind: type[Told]) -> Told:
        """The next message of this type, which is no answer; those after it wait for whoever is called `on` them."""
        first: asyncio.Future[Told] = asyncio.get_running_loop().create_future()

        def heard(message: Told) -> None:
            del self._told[kind]
            first.set_result(message)

        self.on({kind: heard})
        return await first

    def number(self) -> int:
        """A number that no other question has."""
        return next(self._numbers)

    def send(self, message: object) -> None:
        """Say this, together with all else that is said in this turn of the loop."""
        self._channel.send(message)

    def send_now(self, message: object) -> None:
        """Say this, and have it in the kernel before anything else happens."""
        self._channel.send_now(message)

    async def ask(self, number: int, question: object) -> Any:
        """The answer to a question of this number, as `messages` says which.

        Raises `Unavailable` where the first is gone or takes nothing. Whoever is cancelled here says so itself, where
        what the first then does must be undone.
        """
        channel = self._channel
        if channel.closed or channel.full:
            raise Unavailable(GONE, retry_after=1.0)
        waiter: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        channel.send(question)
        self._waiting[number] = waiter
        try:
            return await waiter
        finally:
            self._waiting.pop(number, None)

    async def end(self, patience: float = 5.0) -> None:
        """Have all that was said go out, for so many seconds at most, and hang up; nobody is told of a loss."""
        self._lost = _nobody
        await self._channel.finish(patience)

    def _hear(self, message: FromFirst) -> None:
        told = self._told.get(type(message))
        if told is not None:
            told(message)
            return
        if not isinstance(message, ANSWERS):
            self._unheard.append(message)
            return
        # Of those whom an answer finds gone, each has said so.
        waiter = self._waiting.get(message.number)
        if waiter is not None and not waiter.done():
            waiter.set_result(message)

    def _hang_up(self) -> None:
        for waiter in self._waiting.values():
            if not waiter.done():
                waiter.set_exception(Unavailable(GONE, retry_after=1.0))
        self._lost()


def _nobody() -> None:
    """Is told of a line that was hung up on purpose."""
