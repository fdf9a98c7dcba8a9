"""Limits put together: rates, budgets and their rows, who is warned, and how a worst case is reckoned."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from freehold.config import Config
from freehold.core.label import Label
from freehold.core.limits import Allowance, Budget, Claim, Entry, Granted, Rate, Receipt, Scope
from freehold.core.money import Nanodollars
from freehold.core.target import Target
from freehold.gateway.worst import Reckoner
from freehold.ledger.book import Book
from freehold.ledger.limits.budgets import Budgets, Standing
from freehold.ledger.limits.notices import Notices, Post
from freehold.ledger.limits.periods import Calendar
from freehold.ledger.limits.rules import Rules
from freehold.ledger.worst import Dearest
from freehold.policy.rates import Pace
from freehold.providers.egress import Egress
from freehold.stores.sqlite import SqliteStore
from freehold.wire.estimate import estimate_request
from freehold.wire.most import images_of, most_tokens

_LOG = logging.getLogger("freehold")

_MOST_PRICES = 1024
"""Targets whose dearest price is remembered; clients may name ever more."""

_MOST_ANSWER = 4096
"""Bytes of the webhook's answer that are read."""


class Limits:
    """Implements `core.ports.Accountant` over one database, and is how limits are set. For one event loop."""

    def __init__(self, config: Config, store: SqliteStore, book: Book, egress: Egress) -> None:
        self._config = config
        self._egress = egress
        self._rules = Rules(store.connect, book.do, self._follow)
        self._pace = Pace()
        self.changed: Callable[[], None] = _nobody
        """Called after each change of what limits are set on."""
        self.key_name: Callable[[str], str | None] = lambda _key: None
        """Gives the name of the key of an id, for whoever is warned."""
        self.calendar = Calendar(config.limits.time_zone)
        self._notices = Notices(self._post)
        self._budgets = Budgets(self.calendar, book, store.reader, self._near)
        self._follow()

    async def start(self) -> None:
        """Free what an earlier run left held back."""
        left = await asyncio.to_thread(self._rules.release)
        if left:
            _LOG.warning("money that %d requests held back when Freehold last ended is free again", left)

    async def stop(self) -> None:
        """Warn nobody any more."""
        await self._notices.close()

    def apply(self, config: Config) -> None:
        """Go on by another configuration, of the same time zone."""
        self._config = config

    def subjects(self) -> list[tuple[str, str]]:
        """What limits are set on: pairs of a scope and a subject."""
        budgets = {(each.scope, each.subject) for each in self._rules.budgets.values()}
        return sorted(budgets | {(each.scope, each.subject) for each in self._rules.rates.values()})

    def governs(self, key: str, team: str | None, route: str, targets: Collection[str]) -> bool:
        """Whether any limit is set on one of these."""
        return self._pace.governs(key, team, route) or self._budgets.governs(key, team, route, targets)

    async def begin(self, entry: Entry) -> Allowance:
        """Count a request in; raises `RateLimited`."""
        return self._pace.begin(entry)

    async def reserve(self, claim: Claim) -> Granted:
        """Hold the worst case back; raises `BudgetSpent`, or `Unavailable` where the ledger cannot write."""
        return await self._budgets.reserve(claim)

    def end(self, receipt: Receipt) -> None:
        """The request is over."""
        self._pace.end(receipt.exchange, receipt.tokens or 0)
        self._budgets.end(receipt)

    async def standings(self) -> list[Standing]:
        """Every budget, in the period of this moment."""
        now = time.time_ns()
        return [await self._budgets.standing(budget, now) for budget in self._budgets.all]

    def in_use(self) -> list[Standing]:
        """The budgets that something was spent of since the start, told without waiting."""
        return self._budgets.standings()

    async def put_budget(self, budget: Budget) -> Standing:
        """Set a budget, its `id` apart; holds from the next request on. Raises `Unavailable`."""
        budget = await self._rules.put_budget(budget)
        return await self._budgets.standing(budget, time.time_ns())

    async def drop_budget(self, budget_id: str) -> Budget:
        """Remove a budget; raises `NotFound` or `Unavailable`."""
        return await self._rules.drop_budget(budget_id)

    def rates(self) -> list[tuple[Rate, Allowance, int]]:
        """Every rate with what is left of it, and how many requests are under way."""
        return [(rate, *self._pace.standing(rate.scope, rate.subject)) for rate in self._pace.rates]

    def rate(self, scope: Scope, subject: str) -> Rate | None:
        """The rate that is set on one thing."""
        return self._rules.rates.get((scope, subject))

    async def put_rate(self, rate: Rate) -> None:
        """Set a rate; holds from the next request on. Raises `Unavailable`."""
        await self._rules.put_rate(rate)

    async def drop_rate(self, scope: Scope, subject: str) -> Rate:
        """Remove a rate; raises `NotFound` or `Unavailable`."""
        return await self._rules.drop_rate(scope, subject)

    def tell(self, event: str, message: str, facts: dict[str, Any]) -> None:
        """Warn whoever is warned of budgets of something else: in the log at once, at the webhook soon."""
        self._notices.tell({"event": event, "message": message, **facts})

    def _follow(self) -> None:
        """Hold to the rules as they are written."""
        rules = self._rules.budgets
        held = {budget.id: budget for budget in self._budgets.all}
        for gone in held.keys() - rules.keys():
            self._budgets.drop(gone)
        for budget in rules.values():
            if held.get(budget.id) != budget:
                self._budgets.put(budget)
        self._pace.set(self._rules.rates.values())
        self.changed()

    def _near(self, standing: Standing) -> None:
        budget = standing.budget
        self._notices.near(standing, self.calendar, self.key_name(budget.subject) if budget.scope == "key" else None)

    def _post(self) -> Post | None:
        url = self._config.limits.webhook
        return None if url is None else _posting(self._egress, url)


def _nobody() -> None:
    """Whoever wants to know of changes takes its place."""


def reckoner(config: Callable[[], Config]) -> Reckoner:
    """How the worst case of a request is reckoned, by the configuration in force."""
    made: dict[str, tuple[Target, Nanodollars, Dearest]] = {}

    def cost(target: Target, tokens_in: int, tokens_out: int, images: int) -> Nanodollars:
        power = config().ledger.price_per_kwh
        known = made.get(target.name)
        if known is None or known[0] is not target or known[1] != power:
            if len(made) > _MOST_PRICES:
                made.clear()
            # What it may draw power for: its place in the queue is counted with it.
            seconds = target.timeouts.total + target.limits.queue_seconds
            dearest = Dearest(target.price, seconds=seconds, watts=target.watts, price_per_kwh_nano=power)
            known = made[target.name] = (target, power, dearest)
        return known[2](tokens_in, tokens_out, images)

    return Reckoner(
        cost,
        count_prompt=estimate_request,
        most_prompt=most_tokens,
        count_images=images_of,
        assumed=lambda: config().limits.assume_output_tokens,
    )


def _posting(egress: Egress, url: str) -> Post:
    """POSTs to an address that only the configuration names. Redirects are not followed."""
    parts = urlsplit(url)
    there = Target(
        "budget-webhook",
        "",
        f"{parts.scheme}://{parts.netloc}",
        "openai",
        Label.parse("internal"),
        provider="webhook",
        query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
    )
    path = parts.path or "/"

    async def post(body: bytes) -> int:
        async with egress.send(there, path, body) as call:
            await call.read_all(_MOST_ANSWER)
            return call.status

    return post
