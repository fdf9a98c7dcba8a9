"""The two stages that hold requests to limits, over an accountant that remembers, in the whole pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

import pytest

from freehold.core.caller import Caller
from freehold.core.errors import BudgetSpent, RateLimited
from freehold.core.exchange import Exchange
from freehold.core.guards import OFF
from freehold.core.label import Label
from freehold.core.limits import Allowance, Claim, Entry, Granted, Quota, Receipt
from freehold.core.money import Nanodollars
from freehold.core.ports import Handler
from freehold.core.record import Refusal
from freehold.gateway.admit import Rules, admit
from freehold.gateway.compose import compose
from freehold.gateway.dispatch import dispatch
from freehold.gateway.limit import limit, reserve
from freehold.gateway.settle import settle
from freehold.gateway.worst import Reckoner
from freehold.policy.rules import Route
from freehold.policy.select import Menu
from freehold.providers.scripted import Scripted
from support.decisions import a_request, a_target
from support.pipeline import Book, an_attempter, run, text_of

CALLER = Caller(key_id="key_ann", name="ann", team="law")
HOME, AWAY = a_target("home", owned=True), a_target("away")
SCARCE = Allowance(Quota(5, 4, 60.0), None)


class Accounts:
    """Implements `core.ports.Accountant`: remembers what it was asked, and answers as it was told to."""

    def __init__(self, *, governs: bool = True) -> None:
        self.governing = governs
        self.log: list[Any] = []
        self.refuses: Exception | None = None
        self.allowance = SCARCE
        self.granted: Granted | Exception = Granted(Nanodollars(77))

    def governs(self, key: str, team: str | None, route: str, targets: Collection[str]) -> bool:
        self.asked = (key, team, route, list(targets))
        return self.governing

    async def begin(self, entry: Entry) -> Allowance:
        self.log.append(entry)
        if self.refuses is not None:
            raise self.refuses
        return self.allowance

    async def reserve(self, claim: Claim) -> Granted:
        self.log.append(claim)
        if isinstance(self.granted, Exception):
            raise self.granted
        return self.granted

    def end(self, receipt: Receipt) -> None:
        self.log.append(receipt)

    @property
    def kinds(self) -> list[str]:
        return [type(each).__name__ for each in self.log]


def reckoner() -> Reckoner:
    return Reckoner(
        lambda target, tokens_in, tokens_out, images: Nanodollars(tokens_in + 10 * tokens_out),
        count_prompt=lambda _: 7,
        most_prompt=lambda _: 20,
        count_images=lambda _: 0,
        assumed=lambda: 100,
    )


def house(accounts: Accounts, *, flow: str = "fallback", double: Scripted | None = None) -> Handler:
    targets = (HOME, AWAY)
    route = Route("auto", flow, targets)  # type: ignore[arg-type]
    menu = Menu(routes={"auto": route}, targets={each.name: each for each in targets})
    rules = Rules(menu=menu, default_label=Label.parse("internal"), known=targets, guards=OFF)
    stages = {
        "settle": settle(Book(), lambda _: False),
        "admit": admit(lambda: rules, lambda _: 1),
        "limit": limit(accounts, reckoner()),
        "shield": lambda inner: inner,
        "enrich": lambda inner: inner,
        "foresee": lambda inner: inner,
        "reserve": reserve(accounts, reckoner()),
        "veil": lambda inner: inner,
    }
    return compose(stages, dispatch(an_attempter(double or Scripted())))


def asking(**fields: Any) -> Exchange:
    return Exchange(a_request(**fields), CALLER)


async def test_a_request_is_counted_reserved_answered_and_paid():
    accounts = Accounts()
    exchange = asking()
    assert text_of(await run(house(accounts), exchange))
    assert accounts.kinds == ["Entry", "Claim", "Receipt"]
    entry, claim, receipt = accounts.log
    assert (entry.exchange, entry.key, entry.team, entry.route, entry.tokens) == (
        exchange.id, "key_ann", "law", "auto", 107,
    )  # fmt: skip
    assert [each.target for each in claim.worst] == ["home", "away"]
    assert claim.started_ns == receipt.started_ns == exchange.started_ns
    usage = exchange.attempts[0].usage
    assert receipt.spent == (("home", exchange.cost),)
    assert usage is not None
    assert receipt.tokens == usage.input + usage.output
    assert exchange.allowance == SCARCE
    assert exchange.permit is not None
    assert exchange.permit.held == 77


async def test_where_nothing_is_limited_nothing_is_asked():
    accounts = Accounts(governs=False)
    exchange = asking()
    await run(house(accounts), exchange)
    assert accounts.log == []
    assert accounts.asked == ("key_ann", "law", "auto", ["home", "away"])
    assert exchange.allowance is None


async def test_a_limit_that_is_set_meanwhile_counts_what_it_cost():
    accounts = Accounts(governs=False)
    async with house(accounts)(asking()) as events:
        accounts.governing = True
        assert [event async for event in events]
    assert accounts.kinds == ["Receipt"]


async def test_what_is_over_its_rate_asks_nobody_and_tells_how_it_stands():
    accounts = Accounts()
    accounts.refuses = RateLimited("too many", retry_after=3.0, allowance=SCARCE)
    exchange = asking()
    with pytest.raises(RateLimited):
        await run(house(accounts), exchange)
    assert accounts.kinds == ["Entry", "Receipt"]
    assert exchange.allowance == SCARCE
    assert exchange.attempts == []


async def test_what_cannot_be_paid_for_asks_nobody_and_frees_what_it_was_counted_with():
    accounts = Accounts()
    accounts.granted = BudgetSpent("spent")
    exchange = asking()
    with pytest.raises(BudgetSpent):
        await run(house(accounts), exchange)
    assert accounts.kinds == ["Entry", "Claim", "Receipt"]
    assert accounts.log[-1].spent == ()
    assert accounts.log[-1].tokens is None
    assert exchange.attempts == []


async def test_a_target_that_is_not_paid_for_is_not_asked():
    accounts = Accounts()
    refusal = Refusal("home", "budget", "its budget cannot pay")
    accounts.granted = Granted(Nanodollars(9), (refusal,))
    exchange = asking()
    await run(house(accounts), exchange)
    assert [each.target for each in exchange.attempts] == ["away"]
    assert exchange.permit is not None
    assert refusal in exchange.permit.refusals
    assert len(exchange.permit.refusals) == 1
    assert exchange.permit.held == 9


async def test_what_freehold_asks_by_itself_is_paid_for_and_counts_for_no_rate():
    accounts = Accounts()
    exchange = Exchange(a_request(), CALLER, origin="knowledge")
    await run(house(accounts), exchange)
    assert accounts.kinds == ["Claim", "Receipt"]


async def test_a_caller_that_leaves_is_settled_once():
    accounts = Accounts()
    await run(house(accounts), asking(stream=True), stop_after=1)
    assert accounts.kinds == ["Entry", "Claim", "Receipt"]


async def test_a_caller_that_leaves_while_it_is_counted_is_settled_too():
    accounts = Accounts()
    entered = asyncio.Event()

    async def begin(entry: Entry) -> Allowance:
        accounts.log.append(entry)
        entered.set()
        await asyncio.Event().wait()
        raise AssertionError

    accounts.begin = begin  # type: ignore[method-assign]
    task = asyncio.create_task(run(house(accounts), asking()))
    await asyncio.wait_for(entered.wait(), 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert accounts.kinds == ["Entry", "Receipt"]
