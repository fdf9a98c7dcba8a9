"""Limits put together: what is counted where, and the webhook at its real address."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import msgspec
import pytest

from freehold.assemble.limits import Limits, reckoner
from freehold.config import Config, load
from freehold.core.errors import RateLimited
from freehold.core.limits import Budget, Claim, Entry, Rate, Receipt, Worst
from freehold.core.money import Nanodollars, Price, Rates, per_million
from freehold.ledger.book import Book
from freehold.providers.egress import Egress
from freehold.stores.sqlite import open_store
from support.decisions import a_target


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load(None, {"HOME": str(tmp_path)})


async def limits_of(config: Config, folder: Path, egress: Egress) -> tuple[Limits, Book]:
    store = open_store(folder)
    book = Book(store.connect)
    return Limits(config, store, book, egress), book


def receipt(name: str, cost: int) -> Receipt:
    return Receipt(name, "k", "t", "r", time.time_ns(), (("away", Nanodollars(cost)),), 5)


async def test_rates_and_budgets_count_together(config: Config, tmp_path: Path):
    limits, book = await limits_of(config, tmp_path / "data", Egress())
    assert not limits.governs("k", "t", "r", ["away"])
    await limits.put_budget(
        Budget(id="", scope="key", subject="k", amount=Nanodollars(100), period="day", when_spent="refuse")
    )
    await limits.put_rate(Rate(scope="key", subject="k", parallel=1))
    assert limits.governs("k", "t", "r", ["away"])
    await limits.begin(Entry("a", "k", "t", "r", 9))
    worst = (Worst("away", False, Nanodollars(60)),)
    assert (await limits.reserve(Claim("a", "k", "t", "r", time.time_ns(), worst))).amount == 60
    with pytest.raises(RateLimited):
        await limits.begin(Entry("b", "k", "t", "r", 9))
    limits.end(receipt("a", 25))
    (standing,) = await limits.standings()
    assert (standing.spent, standing.held, standing.left) == (25, 0, 75)
    assert limits.in_use() == [standing]
    await limits.begin(Entry("b", "k", "t", "r", 9))
    await limits.drop_rate("key", "k")
    await limits.drop_budget(standing.budget.id)
    assert not limits.governs("k", "t", "r", ["away"])
    await book.close()


async def test_a_soft_limit_is_posted_to_the_webhook(config: Config, tmp_path: Path):
    taken: asyncio.Queue[bytes] = asyncio.Queue()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        await taken.put(head.split(b"\r\n", 1)[0] + b"\n" + await reader.readexactly(length))
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    told = msgspec.structs.replace(config.limits, webhook=f"http://127.0.0.1:{port}/hook?of=money")
    egress = Egress()
    limits, book = await limits_of(msgspec.structs.replace(config, limits=told), tmp_path / "data", egress)
    await limits.put_budget(Budget(id="", scope="key", subject="k", amount=Nanodollars(100), period="day", warn_at=0.5))
    limits.end(receipt("a", 60))
    line, _, body = (await asyncio.wait_for(taken.get(), 10)).partition(b"\n")
    assert line == b"POST /hook?of=money HTTP/1.1"
    assert msgspec.json.decode(body)["spent"] == "0.00000006"
    await limits.stop()
    await book.close()
    egress.close()
    server.close()


def test_the_dearest_price_is_made_anew_for_another_target(config: Config):
    reckon = reckoner(lambda: config)
    cheap = a_target("away", price=Price(Rates(input=per_million(1))))
    dear = a_target("away", price=Price(Rates(input=per_million(9))))
    assert [reckon._cost(target, 10, 0, 0) for target in (cheap, dear, cheap)] == [10_000, 90_000, 10_000]
