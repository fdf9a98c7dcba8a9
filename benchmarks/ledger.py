"""What keeping the record costs: `python benchmarks/ledger.py [EXCHANGES] [CONCURRENCY]`.

Prints the CPU time of one exchange (opening row, settled row, one attempt) with many at once on one core, all threads
counted, the throughput that gives, and how long one lone `open` takes.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import uvloop

from freehold.core.caller import Caller
from freehold.core.event import Usage
from freehold.core.exchange import Exchange, Permit
from freehold.core.label import Label, Level, Source
from freehold.core.money import Nanodollars, Price, Rates
from freehold.core.record import Attempt, End, Ending
from freehold.core.request import Message, Request, TextPart
from freehold.core.target import Target
from freehold.ledger.book import Book
from freehold.ledger.ended import Terms
from freehold.stores.sqlite import open_store

LABEL = Label(Level.INTERNAL)
SOURCE = Source("default", LABEL)
REQUEST = Request(model="auto", messages=(Message("user", (TextPart("hello"),)),), dialect="openai")
CALLER = Caller(key_id="key_0123456789ab", name="bench")
TARGET = Target(name="bench/one", model="one", base_url="http://127.0.0.1", dialect="openai", clearance=LABEL)
PERMIT = Permit(route="auto", targets=(TARGET,), label=LABEL, revision="0123456789ab")
USAGE = Usage(input=120, output=40)
TERMS = Terms(baseline=Price(Rates(input=250_000, output=2_000_000)))


async def exchange(book: Book) -> float:
    """One whole exchange; milliseconds that its `open` took."""
    one = Exchange(REQUEST, CALLER)
    began = time.perf_counter()
    await book.open(one)
    opened = (time.perf_counter() - began) * 1000
    one.sources, one.label, one.permit, one.chosen = [SOURCE], LABEL, PERMIT, TARGET
    attempt = Attempt(target=TARGET.name, number=1, started_ns=time.time_ns(), first_ms=1.0, total_ms=2.0)
    attempt.usage, attempt.cost, attempt.shown, attempt.finish = USAGE, Nanodollars(110_000), True, "stop"
    one.attempts.append(attempt)
    one.end = End(Ending.COMPLETED, 200, None, one.elapsed_ms())
    book.settle(one)
    return opened


async def rows_only(count: int) -> float:
    """The same work without a ledger, to subtract; CPU microseconds each."""

    class Nothing(Book):
        async def open(self, exchange: Exchange) -> None:  # noqa: ARG002
            await asyncio.sleep(0)

        def settle(self, exchange: Exchange) -> None:
            pass

    book = Nothing(lambda: None)  # type: ignore[arg-type,return-value]
    began = time.process_time()
    for _ in range(count):
        await exchange(book)
    return (time.process_time() - began) / count * 1e6


async def together(book: Book, count: int, concurrency: int) -> tuple[float, float, list[float]]:
    """CPU microseconds an exchange, exchanges a second, and each `open` in milliseconds."""
    waits: list[float] = []

    async def client() -> None:
        waits.extend([await exchange(book) for _ in range(count // concurrency)])

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(client() for _ in range(concurrency)))
    await asyncio.sleep(0.2)
    return (time.process_time() - cpu) / count * 1e6, count / (time.perf_counter() - began - 0.2), waits


async def alone(book: Book, count: int) -> list[float]:
    """Milliseconds of each of `count` opens with nothing else going on."""
    waits = []
    for _ in range(count):
        await asyncio.sleep(0.004)
        waits.append(await exchange(book))
    return waits


def quantiles(values: list[float]) -> str:
    """Median and tail, in words."""
    cuts = statistics.quantiles(values, n=100)
    return f"p50 {cuts[49]:.3f} ms, p99 {cuts[98]:.3f} ms, worst {max(values):.3f} ms"


async def main(count: int, concurrency: int) -> None:
    """Measure and print."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        book = Book(open_store(Path(folder)).connect, TERMS)
        for _ in range(200):
            await exchange(book)
        bare = await rows_only(2000)
        lone = await alone(book, 500)
        cpu, rate, waits = await together(book, count, concurrency)
        await book.close()
    print(f"lone open            {quantiles(lone)}")
    print(f"open, {concurrency:4} at once   {quantiles(waits)}")
    print(f"CPU an exchange      {cpu - bare:.1f} us, of {cpu:.1f} us with making it ({rate:,.0f} a second)")


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    uvloop.run(main(*(numbers + [30_000, 32][len(numbers) :])))
