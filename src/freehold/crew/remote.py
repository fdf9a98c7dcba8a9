"""What a hand's pipeline stands on: the ledger, the gates and the engines of the first worker, as if they were here.

Whoever is cancelled while it waits has what it asked for undone: messages go in order, so that the first learns of the
question before it learns that nobody wants the answer.
"""

from __future__ import annotations

import asyncio

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.exchange import Exchange
from freehold.core.record import End, Ending
from freehold.core.target import Target
from freehold.crew.line import Line
from freehold.crew.messages import (
    Answered,
    Enter,
    Inside,
    Left,
    Open,
    Opened,
    Outside,
    Ready,
    Settled,
    Standing,
)
from freehold.engines.llamacpp import Status
from freehold.gateway.gates import Entrance, Visit
from freehold.ledger.book import unavailable
from freehold.ledger.ended import Terms, ended
from freehold.ledger.rows import opened_row


class RemoteBook:
    """Implements `core.ports.Book`: rows are made here and written by the first."""

    def __init__(self, line: Line, terms: Terms, *, audited: bool) -> None:
        self.terms = terms
        """May be replaced at any time; holds for what settles afterwards."""
        self._line = line
        self._audited = audited

    async def open(self, exchange: Exchange) -> None:
        """Return once the opening row is committed; raises `Unavailable` when the ledger cannot take it."""
        number = self._line.number()
        try:
            answer: Opened = await self._line.ask(number, Open(number, opened_row(exchange)))
        except asyncio.CancelledError:
            # The row may be on its way to the disk, and no one else will settle it.
            self._hand_over(exchange, End(Ending.CANCELLED, 499, None, exchange.elapsed_ms()))
            raise
        if answer.refused is not None:
            raise unavailable(answer.refused)

    def settle(self, exchange: Exchange) -> None:
        """Hand the ended exchange over. Returns at once."""
        if exchange.end is None:
            raise ValueError(f"exchange {exchange.id} has not ended")
        self._hand_over(exchange, exchange.end)

    def captures(self, exchange: Exchange) -> bool:
        """Whether the text of this exchange will be kept."""
        return self.terms.captures(exchange)

    def _hand_over(self, exchange: Exchange, end: End) -> None:
        self._line.send(Settled(ended(exchange, end, self.terms, audited=self._audited)))


class RemoteGates:
    """Implements `gateway.gates.Doors`: the first decides who goes in."""

    def __init__(self, line: Line) -> None:
        self._door = _Door(line)

    def enter(self, target: Target, key: str, tokens: int) -> Entrance:
        """The way into this target's gate."""
        return Entrance(self._door, target, key, tokens)


class _Door:
    """Every gate of the first."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def admit(self, target: Target, key: str, tokens: int) -> Visit:
        line, limits = self._line, target.limits
        number = line.number()
        asked = (limits.concurrency, limits.queue, limits.queue_seconds, limits.rpm, limits.tpm)
        try:
            answer: Inside | Outside = await line.ask(number, Enter(number, target.name, asked, key, tokens))
        except asyncio.CancelledError:
            line.send(Left(number))
            raise
        if isinstance(answer, Outside):
            raise AttemptFailed(answer.fault, answer.message, retry_after=answer.retry_after)
        return _Visit(line, number)

    def dismiss(self, visit: Visit) -> None:
        assert isinstance(visit, _Visit)
        visit.leave()


class _Visit:
    """A request inside a gate of the first."""

    __slots__ = ("_fault", "_line", "_number", "_tokens")

    def __init__(self, line: Line, number: int) -> None:
        self._line = line
        self._number = number
        self._fault: Fault | None = None
        self._tokens: int | None = None

    def answered(self) -> None:
        self._line.send(Answered(self._number))

    def failed(self, fault: Fault) -> None:
        self._fault = fault

    def used(self, tokens: int) -> None:
        self._tokens = tokens

    def leave(self) -> None:
        self._line.send(Left(self._number, self._fault, self._tokens))


class RemoteEngine:
    """Knows where the first worker's local models answer."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def wait(self, name: str, seconds: float) -> Status:
        """The status as soon as the model is ready, failed or stopped, and after `seconds` in any case."""
        number = self._line.number()
        answer: Standing = await self._line.ask(number, Ready(number, name, seconds))
        return answer.status
