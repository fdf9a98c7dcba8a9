"""Asks the router of a route's promise, before anything is generated, whether the owned answer will do.

Where no promise names a router, which is the rule, a request goes straight through. A forecast is a hint: where it
cannot be told, or not in time, the request goes on without, and the record says why.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from freehold.core.exchange import Exchange
from freehold.core.ports import Events, Handler, Stage
from freehold.core.record import Forecast
from freehold.core.request import Request

_LOG = logging.getLogger("freehold")

Forecaster = Callable[[str, Exchange], Awaitable[Forecast]]
"""What the router of an id expects of an exchange."""

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
    except Exception as error:  # noqa: BLE001  # it is logged, and told in the record
        # Whatever went wrong, the request can be answered without. The error's own words may quote the prompt.
        _LOG.error("no forecast by the router %s: %s", exchange.router, type(error).__name__)
        exchange.forecast = Forecast(exchange.router, None, f"telling it failed ({type(error).__name__})")
    async with inner(exchange) as events:
        yield events
