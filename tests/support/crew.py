"""A first worker and a hand in one process, over a real pair of sockets: a real ledger, real gates, a real line."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from pathlib import Path

from freehold.core.errors import BudgetSpent, RateLimited
from freehold.core.label import Label
from freehold.core.limits import Allowance, Claim, Entry, Granted, Quota, Receipt
from freehold.core.money import Nanodollars
from freehold.crew.channel import pair
from freehold.crew.line import Line
from freehold.crew.messages import Remember
from freehold.crew.service import House, Service
from freehold.engines.llamacpp import State, Status
from freehold.gateway.gates import Gates
from freehold.ledger.book import Book
from freehold.ledger.rows import Row
from freehold.providers.egress import Tally
from freehold.stores.sqlite import open_store


@dataclass
class Counter:
    """An accountant that notes what it is asked, and takes its time where it is told to."""

    begun: list[str] = field(default_factory=list)
    held: dict[str, int] = field(default_factory=dict)
    ended: list[Receipt] = field(default_factory=list)
    hurdle: asyncio.Event | None = None
    refuses: Exception | None = None

    def governs(self, key: str, team: str | None, route: str, targets: Collection[str]) -> bool:
        return True

    async def begin(self, entry: Entry) -> Allowance:
        await self._wait()
        if isinstance(self.refuses, RateLimited):
            raise self.refuses
        self.begun.append(entry.exchange)
        return Allowance(requests=Quota(10, 9, 60.0))

    async def reserve(self, claim: Claim) -> Granted:
        await self._wait()
        if isinstance(self.refuses, BudgetSpent):
            raise self.refuses
        self.held[claim.exchange] = 5
        return Granted(Nanodollars(5))

    def end(self, receipt: Receipt) -> None:
        self.ended.append(receipt)
        self.held.pop(receipt.exchange, None)

    async def _wait(self) -> None:
        if self.hurdle is not None:
            await self.hurdle.wait()


@dataclass
class Known:
    """A memory that notes what it is to remember."""

    remembered: list[tuple[list[bytes], Label]] = field(default_factory=list)
    empty: bool = False

    def digest(self, data: bytes) -> bytes:
        return data[:16]

    async def labels(self, digests: Collection[bytes]) -> dict[bytes, Label]:
        return {}

    def remember(self, digests: Collection[bytes], label: Label) -> None:
        self.remembered.append((list(digests), label))


class Models:
    """An engine whose one model is ready when it is told so."""

    def __init__(self) -> None:
        self.ready = asyncio.Event()

    async def wait(self, name: str, seconds: float) -> Status:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.ready.wait(), seconds)
        return Status(name, State.READY if self.ready.is_set() else State.STARTING)


@dataclass
class Crew:
    """Both ends, and what the first keeps."""

    book: Book
    gates: Gates
    accountant: Counter
    memory: Known
    models: Models
    service: Service
    line: Line
    lost: list[str]
    sent: dict[str, Tally]
    told: list[Remember]
    under_way: list[Row]
    """Opening rows of what was lost with the hand."""

    async def hang_up(self) -> None:
        """The hand dies."""
        await self.line.end(0)
        await until(lambda: "hand" in self.lost)


@contextlib.asynccontextmanager
async def a_crew(folder: Path) -> AsyncIterator[Crew]:
    """A first worker that serves one hand, with a ledger in a folder."""
    store = open_store(folder)
    book, gates, accountant, memory, models = Book(store.connect), Gates(), Counter(), Known(), Models()
    lost: list[str] = []
    sent: dict[str, Tally] = {}
    told: list[Remember] = []
    under_way: list[Row] = []
    house = House(
        book=book,
        gates=gates,
        engine=models,
        accountant=accountant,
        memory=memory,
        sent=sent.update,
        lost=under_way.append,
        watched=told.append,
        remembered=lambda message, _service: told.append(message),
    )
    ours, theirs = pair()
    service = Service(ours, house, lost=lambda: lost.append("hand"))
    line = Line(theirs, lost=lambda: lost.append("first"))
    try:
        yield Crew(book, gates, accountant, memory, models, service, line, lost, sent, told, under_way)
    finally:
        await line.end(0)
        service.channel.close()
        await settled()
        await book.close()


async def until(holds: object, patience: float = 10.0) -> None:
    """Wait until something holds."""
    assert callable(holds)
    async with asyncio.timeout(patience):
        while not holds():  # noqa: ASYNC110  # what is waited for sets no event
            await asyncio.sleep(0.001)


async def settled() -> None:
    """Let everything happen that can."""
    for _ in range(20):
        await asyncio.sleep(0.001)
