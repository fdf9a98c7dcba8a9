"""Holds requests to their limits: `limit` counts them in and settles what they came to, `reserve` holds money back.

A request that a caller makes counts under its rates. One that Freehold makes in the course of it (`Exchange.origin`)
counts under none, since its caller asked once, and is paid for all the same. Where nothing is limited, nothing is
awaited.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from types import TracebackType

import msgspec

from freehold.core.errors import RateLimited
from freehold.core.exchange import Exchange
from freehold.core.limits import Granted
from freehold.core.ports import Accountant, Events, Handler, Stage
from freehold.gateway.worst import Reckoner, receipt


def limit(accountant: Accountant, reckoner: Reckoner) -> Stage:
    """The stage that counts a request in, raising `RateLimited`, and tells the accountant how it ended."""

    def stage(inner: Handler) -> Handler:
        def handle(exchange: Exchange) -> _Limited:
            return _Limited(accountant, reckoner, inner, exchange)

        return handle

    return stage


def reserve(accountant: Accountant, reckoner: Reckoner) -> Stage:
    """The stage that holds back the most a request may cost; raises `BudgetSpent`. What is left over is freed later."""

    def stage(inner: Handler) -> Handler:
        def handle(exchange: Exchange) -> AbstractAsyncContextManager[Events]:
            if not _governed(accountant, exchange):
                return inner(exchange)
            return _Reserved(accountant, reckoner, inner, exchange)

        return handle

    return stage


def _governed(accountant: Accountant, exchange: Exchange) -> bool:
    permit, caller = exchange.permit, exchange.caller
    if permit is None:
        raise AssertionError("admit gives every exchange its permit")
    return accountant.governs(caller.key_id, caller.team, permit.route, [target.name for target in permit.targets])


class _Limited:
    """One exchange from its being counted in to its being paid. A class, as all that stands in every request's way."""

    __slots__ = ("_accountant", "_began", "_exchange", "_inner", "_reckoner", "_within")

    def __init__(self, accountant: Accountant, reckoner: Reckoner, inner: Handler, exchange: Exchange) -> None:
        self._accountant = accountant
        self._reckoner = reckoner
        self._inner = inner
        self._exchange = exchange
        self._began = False

    async def __aenter__(self) -> Events:
        exchange = self._exchange
        self._began = _governed(self._accountant, exchange)
        try:
            if self._began and exchange.origin == "api":
                exchange.allowance = await self._accountant.begin(self._reckoner.entry(exchange))
            self._within = self._inner(exchange)
            return await self._within.__aenter__()
        except BaseException as failure:
            if isinstance(failure, RateLimited) and failure.allowance is not None:
                exchange.allowance = failure.allowance
            # Also where it was not counted in: a request that was cancelled while it asked cannot know.
            self._end()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        try:
            return await self._within.__aexit__(kind, failure, trace)
        finally:
            self._end()

    def _end(self) -> None:
        # A limit that was set meanwhile counts what it cost.
        if self._began or _governed(self._accountant, self._exchange):
            self._accountant.end(receipt(self._exchange))


class _Reserved:
    """One exchange whose money is held back before any of its targets is asked."""

    __slots__ = ("_accountant", "_exchange", "_inner", "_reckoner", "_within")

    def __init__(self, accountant: Accountant, reckoner: Reckoner, inner: Handler, exchange: Exchange) -> None:
        self._accountant = accountant
        self._reckoner = reckoner
        self._inner = inner
        self._exchange = exchange

    async def __aenter__(self) -> Events:
        exchange = self._exchange
        _take(exchange, await self._accountant.reserve(self._reckoner.claim(exchange)))
        self._within = self._inner(exchange)
        return await self._within.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return await self._within.__aexit__(kind, failure, trace)


def _take(exchange: Exchange, granted: Granted) -> None:
    """Note what is held, and leave out of permit and flow what may not be asked for want of money."""
    permit = exchange.permit
    if permit is None or exchange.readmit is None:
        raise AssertionError("admit gives every exchange its permit and a way to decide anew")
    gone = {refusal.target for refusal in granted.refusals}
    exchange.permit = msgspec.structs.replace(
        permit,
        targets=tuple(target for target in permit.targets if target.name not in gone),
        refusals=(*permit.refusals, *granted.refusals),
        held=granted.amount,
    )
    if gone:
        exchange.readmit(exchange)
