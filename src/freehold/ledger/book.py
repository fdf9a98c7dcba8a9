"""The ledger's pen: opens a row before a request may cost money, and settles it when it has ended.

This is the event loop's side. It makes the rows, hands them to the writer's thread, and is woken once for all opening
rows that were committed together. Rows are gathered for a moment first, settled ones always and opening ones where many
requests are under way, since a transaction of many costs each of them a fraction of one of its own.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from typing import Any

from freehold.core.errors import SetupError, Unavailable
from freehold.core.exchange import Exchange
from freehold.core.record import End, Ending
from freehold.ledger.audit.journal import append
from freehold.ledger.audit.leaf import Leaf, lost_leaf
from freehold.ledger.audit.sealer import MOST_BEHIND, Sealer
from freehold.ledger.ended import Ended, Terms, ended, lost
from freehold.ledger.limits.account import Account
from freehold.ledger.limits.rows import Hold
from freehold.ledger.rows import Row, opened_row
from freehold.ledger.statements import LEFT_OPEN, RECOVER, RECOVERED
from freehold.ledger.writer import STOPPED, Bundle, Chore, Opening, Writer

_LOG = logging.getLogger(__name__)

_GATHER_SECONDS = 0.05
"""How long settled rows wait for company. What ends within it may be lost by ``kill -9``, and is then marked so."""

_FEW = 4
"""Requests under way below which an opening row is written at once."""

_HELD_SECONDS = 1.0
"""How long money is held back before a row says so: most requests are over by then, and need none."""

_COMPANY_SECONDS = 0.001
"""How long opening rows wait for company where there are more. Each round of the writer takes the interpreter's lock
from the event loop several times; alone, a row spends most of its cost on that. Measured, twice as long answers a tenth
fewer requests with two workers, whose rows are all written here, and no more with one."""

_FLUSH_STEP = 0.005

_MOST_WAITING = 4096
"""Opening rows not yet answered, beyond which more are refused."""

_MOST_BEHIND = 65_536
"""Settled exchanges not yet on disk, beyond which no more may begin."""


class Book:
    """Implements `core.ports.Book` over connections to one database. Used from one event loop."""

    def __init__(
        self, connect: Callable[[], sqlite3.Connection], terms: Terms | None = None, sealer: Sealer | None = None
    ) -> None:
        """`sealer`: of the audit log that every exchange becomes a leaf of; without one there is no such log."""
        self.terms = terms or Terms()
        """May be replaced at any time; holds for what settles afterwards."""
        self._connect = connect
        self._loop: asyncio.AbstractEventLoop | None = None
        self._sealer = sealer
        self._writer = Writer(connect, self._answer) if sealer is None else Writer(connect, self._answer, sealer.grown)
        self._bundle = Bundle()
        self._renewed: set[Account] = set()
        self._held: dict[str, tuple[float, tuple[Hold, ...]]] = {}
        """By exchange, the oldest first: when what it holds is to be written, and that."""
        self._hold_timer: asyncio.TimerHandle | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._openings: list[Opening] = []
        self._opening_timer: asyncio.TimerHandle | None = None
        self._waiting = 0
        self._under_way = 0
        """Requests that were opened and are not settled."""
        self._settled = 0
        self._closed = False
        self.gather: Callable[[], Awaitable[None]] | None = None
        """Has everybody who writes here hand over what has ended, where that are more than this process."""

    def recover(self, notes: Sequence[Leaf] = ()) -> int:
        """Mark rows that an earlier run left open as lost, and say how many. Call before the first `open`.

        In the audit log they are told first, then what `notes` say of the start. Raises `SetupError` where the
        database cannot be written.
        """
        try:
            with closing(self._connect()) as connection:
                if self._sealer is not None:
                    self._sealer.begin()
                connection.execute("BEGIN IMMEDIATE")
                lost = [lost_leaf(*row) for row in connection.execute(LEFT_OPEN)]
                rows = [] if self._sealer is None else append(connection, [*lost, *notes])
                connection.execute(RECOVERED)
                connection.execute(RECOVER)
                connection.execute("COMMIT")
                if self._sealer is not None and rows:
                    self._sealer.grown(rows)
                return len(lost)
        except sqlite3.Error as error:
            raise SetupError(f"the ledger cannot be written ({error}); free the disk or the lock it names") from error

    @property
    def trouble(self) -> str | None:
        """Why no request can be taken at the moment, in a few words; `None` while all is well."""
        writer = self._writer
        if self._closed:
            return "it is closed"
        if self._loop is not None and not writer.alive:
            return STOPPED
        if self._settled - writer.written > _MOST_BEHIND or self._waiting >= _MOST_WAITING:
            return "it has more to write than it can hold"
        if self._settled > writer.written:
            return writer.trouble
        if self._sealer is not None and self._sealer.behind > MOST_BEHIND:
            return f"its audit log has more to seal than may wait: {self._sealer.trouble or 'it is too slow'}"
        # With nothing to retry, the next opening row is what finds out whether the trouble is over.
        return None

    @property
    def behind(self) -> int:
        """Exchanges that have ended and are not on disk yet."""
        return self._settled - self._writer.written

    @property
    def busy(self) -> bool:
        """Whether many requests are under way, so that what can wait should."""
        return self._under_way >= _FEW

    @property
    def worked(self) -> int:
        """Steps of what was given to `do` that are done."""
        return self._writer.worked

    @property
    def refused(self) -> str:
        """Why a step of other work is not done, as far as that is known, and what mends it."""
        return f"{self._writer.trouble or self.trouble or 'the database is busy'}; free the disk, or end what holds it"

    async def open(self, exchange: Exchange) -> None:
        """Return once the opening row is committed; raises `Unavailable` when the ledger cannot take it."""
        trouble = self.trouble
        if trouble is not None:
            raise unavailable(trouble)
        waiter = self.begin(opened_row(exchange))
        try:
            refused = await waiter
        except asyncio.CancelledError:
            # The row may be on its way to the disk, and no one else will settle it.
            self._hand_over(exchange, End(Ending.CANCELLED, 499, None, exchange.elapsed_ms()))
            raise
        if refused is not None:
            raise unavailable(refused)

    def begin(self, row: Row) -> asyncio.Future[str | None]:
        """Hand an opening row over, of which the caller has seen that there is no `trouble`.

        The future has `None` once it is committed, or why it cannot be. Whoever cancels it settles the row.
        """
        loop = self._loop or self._begin()
        waiter: asyncio.Future[str | None] = loop.create_future()
        self._waiting += 1
        self._under_way += 1
        self._openings.append(Opening(row, waiter))
        if self._under_way < _FEW:
            self._open_together()
        elif self._opening_timer is None:
            self._opening_timer = loop.call_later(_COMPANY_SECONDS, self._open_together)
        return waiter

    def settle(self, exchange: Exchange) -> None:
        """Hand the ended exchange over. Returns at once; its rows are on disk well within a second."""
        if exchange.end is None:
            raise ValueError(f"exchange {exchange.id} has not ended")
        self._hand_over(exchange, exchange.end)

    def captures(self, exchange: Exchange) -> bool:
        """Whether the text of this exchange will be kept: capture is configured, and the caller has consented."""
        return self.terms.captures(exchange)

    @property
    def audited(self) -> bool:
        """Whether there is a log of which every exchange becomes a leaf."""
        return self._sealer is not None

    def do(self, chore: Chore) -> None:
        """Hand other work on the database to the one thread that writes. Returns at once; call it on the event loop."""
        if self._closed:
            _LOG.error("the ledger was closed before a piece of work was done")
            return
        if self._loop is None:
            self._begin()
        self._writer.put(chore)

    def renew(self, account: Account) -> None:
        """Write what is spent of a budget, with whatever settles at the same time. Returns at once."""
        self._renewed.add(account)
        self._flush_soon()

    def hold(self, exchange: str, holds: tuple[Hold, ...]) -> None:
        """Write what an exchange holds back, once it is under way for some time. Returns at once."""
        self._held[exchange] = (time.monotonic() + _HELD_SECONDS, holds)
        if self._hold_timer is None:
            self._hold_timer = (self._loop or self._begin()).call_later(_HELD_SECONDS, self._write_holds)

    def free(self, exchange: str) -> None:
        """Write that it holds nothing any more. Returns at once."""
        if self._held.pop(exchange, None) is None:
            self._bundle.free(exchange)
            self._flush_soon()

    def _write_holds(self) -> None:
        """Take those that have been held for long enough along, and come again for the others."""
        self._hold_timer = None
        now = time.monotonic()
        while self._held:
            exchange, (due, holds) = next(iter(self._held.items()))
            if due > now:
                self._hold_timer = (self._loop or self._begin()).call_later(due - now, self._write_holds)
                break
            del self._held[exchange]
            self._bundle.holds[exchange] = holds
            self._flush_soon()

    async def flush(self, patience: float = 1.0) -> bool:
        """Wait until all that has settled is on disk, for at most `patience` seconds: for who reads what it wrote.

        Says whether it is.
        """
        if self.gather is not None:
            await self.gather()
        self._flush()
        wanted, until = self._settled, time.monotonic() + patience
        # The count is another thread's, which has no event to set.
        while self._writer.written < wanted and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(_FLUSH_STEP)
        return self._writer.written >= wanted

    async def close(self, patience: float = 5.0) -> None:
        """Write everything handed over, for at most `patience` seconds where the disk refuses, and stop."""
        if self._closed:
            return
        self._closed = True
        if self._loop is None:
            return
        self._open_together()
        self._flush()
        await asyncio.to_thread(self._writer.stop, patience)
        left = self._settled - self._writer.written
        if left:
            _LOG.error("%d settled exchanges could not be written: %s", left, self._writer.trouble or STOPPED)

    def _begin(self) -> asyncio.AbstractEventLoop:
        self._loop = asyncio.get_running_loop()
        self._writer.start()
        return self._loop

    def _open_together(self) -> None:
        if self._opening_timer is not None:
            self._opening_timer.cancel()
            self._opening_timer = None
        if self._openings:
            self._writer.put(self._openings)
            self._openings = []

    def _hand_over(self, exchange: Exchange, end: End) -> None:
        if self._closed:
            _LOG.error("exchange %s settled after the ledger was closed, and will be marked lost", exchange.id)
            return
        self.take(ended(exchange, end, self.terms, audited=self.audited))

    def lose(self, opened: Row) -> None:
        """Mark an exchange that was under way, by its opening row, as lost. Returns at once."""
        self.take(lost(opened, audited=self.audited))

    def take(self, made: Ended) -> None:
        """Write the rows of an exchange that has ended, wherever they were made. Returns at once."""
        if self._closed:
            _LOG.error("exchange %s settled after the ledger was closed, and will be marked lost", made.exchange[0])
            return
        loop, bundle = self._loop or self._begin(), self._bundle
        bundle.exchanges.append(made.exchange)
        if made.leaf is not None:
            bundle.leaves.append(made.leaf)
        bundle.attempts += made.attempts
        if made.capture is not None:
            bundle.captures.append(made.capture)
        self._settled += 1
        self._under_way -= 1
        if self._timer is None:
            self._timer = loop.call_later(_GATHER_SECONDS, self._flush)

    def note(self, *leaves: Leaf) -> None:
        """Tell the audit log, where there is one, of something else than an exchange. Returns at once."""
        if self._sealer is None or self._closed:
            return
        self._bundle.leaves += leaves
        self._flush_soon()

    def _flush_soon(self) -> None:
        """Write what was gathered, once there was time for company."""
        if self._timer is None and not self._closed:
            loop = self._loop or self._begin()
            self._timer = loop.call_later(_GATHER_SECONDS, self._flush)

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for account in self._renewed:
            self._bundle.accounts[account.budget.id, account.span.starts_ns] = account.spent, account.warned
        self._renewed.clear()
        if not self._bundle.empty:
            self._writer.put(self._bundle)
            self._bundle = Bundle()

    def _answer(self, waiters: list[Any], refused: str | None) -> None:
        """Called on the writer's thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._release, waiters, refused)

    def _release(self, waiters: list[asyncio.Future[str | None]], refused: str | None) -> None:
        self._waiting -= len(waiters)
        for waiter in waiters:
            if not waiter.done():
                self._under_way -= refused is not None
                waiter.set_result(refused)


def unavailable(trouble: str) -> Unavailable:
    """Why nothing may be asked, for the caller."""
    return Unavailable(f"the ledger cannot take a record, so nothing may be asked: {trouble}", retry_after=1.0)
