"""A day of a ledger, for what reads it back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from freehold.core.caller import Caller
from freehold.core.event import Usage
from freehold.core.exchange import Exchange
from freehold.core.money import Nanodollars, Price, Rates
from freehold.core.record import End, Ending
from freehold.ledger.book import Book
from freehold.ledger.ended import Terms
from freehold.stores.sqlite import SqliteStore
from support.exchanges import AWAY, HOME, SECOND, attempt, begun, ended, request

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
BEFORE = int(NOON.timestamp()) * SECOND - 1
"""So that the first of the day begins at noon exactly."""

BOB = Caller(key_id="key_bob", name="bob")
BASELINE = Price(Rates(input=1_000_000))


def at(moment: datetime) -> int:
    """A moment as the ledger has it."""
    return int(moment.timestamp()) * SECOND


def day() -> list[Exchange]:
    """A day's exchanges: two stay at home, one is escalated, one fails, one is refused, one leaves, one is open."""
    stay = [
        ended(begun(id=f"fh_{n}", started_ns=BEFORE + n), attempt(cost=Nanodollars(10)), total_ms=100.0 * n)
        for n in (1, 2)
    ]
    doubtful = attempt(1, HOME, shown=False, cost=Nanodollars(10), total_ms=20.0)
    sure = attempt(2, AWAY, cost=Nanodollars(5000), note="escalated: unsure", total_ms=80.0)
    up = ended(begun(id="fh_3", caller=BOB, started_ns=BEFORE + 3), doubtful, sure, total_ms=300.0)
    broken = [
        attempt(n, AWAY, shown=False, usage=None, cost=Nanodollars(0), fault="server", note="retry") for n in (1, 2)
    ]
    down = ended(begun(id="fh_4", caller=BOB, started_ns=BEFORE + 4), *broken, ending=Ending.FAILED, status=502)
    refused = begun(request(model="nothing"), id="fh_5", started_ns=BEFORE + 5)
    refused.end = End(Ending.REFUSED, 404, "model_not_found: no", 1.0)
    left = attempt(shown=False, fault="cancelled", usage=Usage(input=1, output=1, estimated=True), cost=Nanodollars(3))
    gone = ended(begun(id="fh_6", started_ns=BEFORE + 6), left, ending=Ending.CANCELLED, status=499)
    return [*stay, up, down, refused, gone, begun(id="fh_7", started_ns=BEFORE + 7)]


def written(store: SqliteStore, exchanges: list[Exchange], terms: Terms | None = None) -> None:
    """Have a ledger write these, those without an end as they are under way."""

    async def write() -> None:
        book = Book(store.connect, terms)
        for exchange in exchanges:
            await book.open(exchange)
            if exchange.end is not None:
                book.settle(exchange)
        await book.close()

    asyncio.run(write())
