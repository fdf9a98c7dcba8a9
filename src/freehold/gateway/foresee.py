"""Asks the router of a route's promise, before anything is generated, whether the owned answer will do.

Where no promise names a router, which is the rule, a request goes straight through. A forecast is a hint: where it
cannot be told, or not in time, the request goes on without, and the record says why.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from freehold.core.exchange import Exchange
from freehold.core.ports import Events, Handler, Stage
from freehold.core.record import Forecast
from freehold.core.request import Request

Forecaster = Callable[[str, Exchange], Awaitable[Forecast]]
"""What the router of an id expects of an exchange; raises nothing."""

PATIENCE = 0.05
"""Seconds that a request waits for its forecast: longer than an embedding takes, beneath what people notice."""


def foresee(forecaster: Forecaster | None, patience: float = PATIENCE) -> Stage:
    """The stage that fills `Exchange.forecast`; with `None`, nobody forecasts."""

    def stage(inner: Handler) -> Handler:
        # A plain function, so that an exchange without a forecast gets no layer of its own.
        def handle(exchange: Exchange) -> AbstractAsyncContextManager[Events]:
            if forecaster is None or not exchange.router or not isinstance(exchange.request, Request):
                return inner(exchange)
            return _foreseen(exchange, forecaster, patience, inner)

        return handle

    return stage


@asynccontextmanager
async def _foreseen(
    exchange: Exchange, forecaster: Forecaster, patience: float, inner: Handler
) -> AsyncIterator[Events]:
    try:
        async with asyncio.timeout(patience):
            exchange.forecast = await forecaster(exchange.router, exchange)
    except TimeoutError:
        exchange.forecast = Forecast(exchange.router, None, f"not told within {1000 * patience:g} ms")
    async with inner(exchange) as events:
        yield events
