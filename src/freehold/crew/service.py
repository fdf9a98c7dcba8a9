"""What the first worker does for one hand, and gives back when that dies: its open rows, places in gates, money held.

Messages are served as they are heard, without a task each: nearly all of them can be answered at once, or by a future
that the ledger's writer completes.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import socket
from collections.abc import Awaitable, Callable, Coroutine
from functools import lru_cache, partial
from typing import Any, NamedTuple

from freehold.core.errors import AttemptFailed, BudgetSpent, RateLimited, RequestError
from freehold.core.label import PUBLIC
from freehold.core.limits import Allowance, Granted, Receipt
from freehold.core.ports import Accountant, Memory
from freehold.core.target import Limits, Target
from freehold.crew.channel import Channel
from freehold.crew.messages import (
    Answered,
    Begin,
    Begun,
    Counts,
    Enter,
    FromHand,
    Gather,
    Gathered,
    Inside,
    Left,
    Open,
    Opened,
    Outside,
    Over,
    Ready,
    Refused,
    Remember,
    Reserve,
    Reserved,
    Sent,
    Serving,
    Settled,
    Standing,
    Watched,
)
from freehold.engines.local import Engine
from freehold.evaluate.watch.seen import Seen
from freehold.gateway.gates import Gate, Gates, Visit
from freehold.ledger.book import Book
from freehold.ledger.rows import Row
from freehold.observe.snapshot import Snapshot
from freehold.providers.egress import Tally

_LOG = logging.getLogger("freehold.crew")


class House(NamedTuple):
    """What of the first worker its hands use."""

    book: Book
    gates: Gates
    engine: Engine
    accountant: Accountant | None
    memory: Memory
    sent: Callable[[dict[str, Tally]], None]
    """Adds to the counts of what went out to each target."""
    lost: Callable[[Row], None]
    """Counts a request that was under way in a hand that has ended, by its opening row."""
    watched: Callable[[Seen], None]
    """Takes a request that was chosen to be watched."""
    remembered: Callable[[Remember, object], None]
    """Tells all hands but one what was remembered."""


class _Inside(NamedTuple):
    gate: Gate
    visit: Visit


class Service:
    """One hand's requests, as the first worker serves them. Ends by `lost`, once, when the hand is gone."""

    def __init__(self, end: socket.socket, house: House, *, lost: Callable[[], None]) -> None:
        self._house = house
        self._lost = lost
        self.ready = asyncio.Event()
        """The hand takes requests."""
        self.counted: Snapshot | None = None
        """What it said last that it has counted since it began."""
        self._open: dict[str, Row] = {}
        """Opening rows of exchanges that are not settled, by id."""
        self._opening: dict[str, asyncio.Future[str | None]] = {}
        self._inside: dict[int, _Inside] = {}
        self._counted: dict[str, Receipt] = {}
        """By id, exchanges that the accountant knows, as they are told of where nobody knows what they cost."""
        self._at_end: list[Callable[[], None]] = []
        self._tasks: dict[object, asyncio.Task[None]] = {}
        """What cannot be answered at once, by the number of its visit or the id of its exchange."""
        self._numbers = itertools.count(1)
        self._gathering: dict[int, asyncio.Future[None]] = {}
        self._serve: dict[type, Callable[[Any], None]] = {
            Open: self._open_row,
            Settled: self._settled,
            Enter: self._enter,
            Answered: self._answered,
            Left: self._left,
            Begin: self._begin,
            Reserve: self._reserve,
            Over: self._over,
            Ready: self._engine,
            Remember: self._remember,
            Sent: lambda message: house.sent(message.tallies),
            Counts: self._counts,
            Watched: lambda message: house.watched(message.seen),
            Gathered: self._gathered,
            Serving: self._serving,
        }
        self.channel: Channel[FromHand] = Channel(end, FromHand, heard=self._hear, lost=self._bury)

    def on(self, kind: type, serve: Callable[[Any], None]) -> None:
        """Serve messages of one more kind."""
        self._serve[kind] = serve

    def at_end(self, do: Callable[[], None]) -> None:
        """Do this once the hand is gone."""
        self._at_end.append(do)

    async def gather(self, patience: float) -> None:
        """Wait until the hand has handed over what had ended by now, for at most so many seconds.

        What it has counted by then is in `counted`. One that takes no requests yet has nothing.
        """
        if self.channel.closed or not self.ready.is_set():
            return
        number = next(self._numbers)
        waiter = self._gathering[number] = asyncio.get_running_loop().create_future()
        self.channel.send(Gather(number))
        await asyncio.wait([waiter], timeout=patience)
        self._gathering.pop(number, None)

    def _hear(self, message: FromHand) -> None:
        self._serve[type(message)](message)

    def _serving(self, message: Serving) -> None:
        _LOG.info("worker with process %d takes requests", message.pid)
        self.ready.set()

    def _open_row(self, message: Open) -> None:
        book = self._house.book
        if (trouble := book.trouble) is not None:
            self.channel.send(Opened(message.number, trouble))
            return
        exchange = message.row[0]
        self._open[exchange] = message.row
        waiter = self._opening[exchange] = book.begin(message.row)

        def told(answer: asyncio.Future[str | None]) -> None:
            self._opening.pop(exchange, None)
            if answer.cancelled():
                return
            refused = answer.result()
            if refused is not None:
                self._open.pop(exchange, None)
            self.channel.send(Opened(message.number, refused))

        waiter.add_done_callback(told)

    def _settled(self, message: Settled) -> None:
        exchange = message.made.exchange[0]
        if self._open.pop(exchange, None) is None:
            return  # Its row was refused in the moment in which its caller left.
        if (opening := self._opening.pop(exchange, None)) is not None:
            opening.cancel()
        self._house.book.take(message.made)

    def _enter(self, message: Enter) -> None:
        target = _target(message.target, message.limits)
        gate = self._house.gates.of(target)
        try:
            visit = gate.admit_now(target, message.tokens)
        except AttemptFailed as failure:
            self._turn_away(message.number, failure)
            return
        if visit is None:
            self._run(message.number, self._queue(message, gate, target))
        else:
            self._let_in(message.number, gate, visit)

    async def _queue(self, message: Enter, gate: Gate, target: Target) -> None:
        try:
            visit = await gate.admit(target, message.key, message.tokens)
        except AttemptFailed as failure:
            self._turn_away(message.number, failure)
        else:
            self._let_in(message.number, gate, visit)

    def _let_in(self, number: int, gate: Gate, visit: Visit) -> None:
        self._inside[number] = _Inside(gate, visit)
        self.channel.send(Inside(number))

    def _turn_away(self, number: int, failure: AttemptFailed) -> None:
        self.channel.send(Outside(number, failure.fault, failure.message, failure.retry_after))

    def _answered(self, message: Answered) -> None:
        self._inside[message.number].visit.answered()

    def _left(self, message: Left) -> None:
        found = self._inside.pop(message.number, None)
        if found is None:
            if (waiting := self._tasks.get(message.number)) is not None:
                waiting.cancel()
            return
        if message.fault is not None:
            found.visit.failed(message.fault)
        if message.tokens is not None:
            found.visit.used(message.tokens)
        found.gate.dismiss(found.visit)

    def _begin(self, message: Begin) -> None:
        entry = message.entry
        # Rates know no moment, and the claim that follows brings it.
        self._counted[entry.exchange] = Receipt(entry.exchange, entry.key, entry.team, entry.route, 0)
        self._run(entry.exchange, self._ask(message.number, partial(self._begun, message)))

    async def _begun(self, message: Begin) -> object:
        accountant = self._house.accountant
        allowance = Allowance() if accountant is None else await accountant.begin(message.entry)
        return Begun(message.number, allowance)

    def _reserve(self, message: Reserve) -> None:
        claim = message.claim
        self._counted[claim.exchange] = Receipt(claim.exchange, claim.key, claim.team, claim.route, claim.started_ns)
        self._run(claim.exchange, self._ask(message.number, partial(self._reserved, message)))

    async def _reserved(self, message: Reserve) -> object:
        accountant = self._house.accountant
        granted = Granted() if accountant is None else await accountant.reserve(message.claim)
        return Reserved(message.number, granted)

    async def _ask(self, number: int, answer: Callable[[], Awaitable[object]]) -> None:
        # Called here, since a request that is over by now never comes to this.
        try:
            self.channel.send(await answer())
        except RequestError as error:
            allowance = error.allowance if isinstance(error, RateLimited) else None
            renews = error.renews if isinstance(error, BudgetSpent) else None
            kind = type(error).__name__
            self.channel.send(Refused(number, kind, error.message, error.retry_after, allowance, renews))

    def _over(self, message: Over) -> None:
        self._end(message.receipt)

    def _end(self, receipt: Receipt) -> None:
        """Tell the accountant that a request is over, after what it still does for it has been called off."""
        self._counted.pop(receipt.exchange, None)
        accountant = self._house.accountant
        if accountant is None:
            return
        waiting = self._tasks.get(receipt.exchange)
        if waiting is None:
            accountant.end(receipt)
        else:
            waiting.cancel()
            waiting.add_done_callback(lambda _task: accountant.end(receipt))

    def _engine(self, message: Ready) -> None:
        self._run(("engine", message.number), self._standing(message))

    async def _standing(self, message: Ready) -> None:
        status = await self._house.engine.wait(message.name, message.seconds)
        self.channel.send(Standing(message.number, status))

    def _remember(self, message: Remember) -> None:
        self._house.memory.remember(message.digests, message.label)
        self._house.remembered(message, self)

    def _counts(self, message: Counts) -> None:
        self.counted = message.counted

    def _gathered(self, message: Gathered) -> None:
        self.counted = message.counted
        waiter = self._gathering.get(message.number)
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def _run(self, key: object, work: Coroutine[Any, Any, None]) -> None:
        task = self._tasks[key] = asyncio.get_running_loop().create_task(work)
        task.add_done_callback(lambda done: self._done(key, done))

    def _done(self, key: object, task: asyncio.Task[None]) -> None:
        if self._tasks.get(key) is task:
            del self._tasks[key]
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("a hand could not be served", exc_info=error)
            self.channel.close()  # What it waits for will not come; another hand takes its place.

    def _bury(self) -> None:
        """Give back all that the hand held, and mark what it had under way as lost."""
        for task in list(self._tasks.values()):
            task.cancel()
        for waiter in self._gathering.values():
            if not waiter.done():
                waiter.set_result(None)
        for gate, visit in self._inside.values():
            gate.dismiss(visit)
        self._inside.clear()
        for opening in self._opening.values():
            opening.cancel()
        for row in self._open.values():
            self._house.book.lose(row)
            self._house.lost(row)
        if self._open:
            _LOG.warning("%d requests of a worker that ended were under way; they are marked lost", len(self._open))
        self._open.clear()
        for receipt in list(self._counted.values()):
            self._end(receipt)
        for do in self._at_end:
            do()
        self._lost()


@lru_cache(maxsize=1024)
def _target(name: str, limits: tuple[int, int, float, int | None, int | None]) -> Target:
    """So much of a target as its gate looks at."""
    concurrency, queue, seconds, rpm, tpm = limits
    held = Limits(concurrency=concurrency, queue=queue, queue_seconds=seconds, rpm=rpm, tpm=tpm)
    return Target(name, "", "", "openai", PUBLIC, limits=held)
