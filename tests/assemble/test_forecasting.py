"""Routers are made when the first forecast is asked for, and not on the event loop."""

from __future__ import annotations

import threading
from typing import Any

from freehold.assemble.forecasting import Forecasting
from freehold.core.exchange import Exchange
from freehold.core.record import Forecast
from support.decisions import ANYONE, a_request


class Told:
    """In the place of routers."""

    async def forecast(self, router: str, _exchange: Exchange) -> Forecast:
        return Forecast(router, 0.4)


async def test_routers_are_made_once_and_in_a_thread() -> None:
    made: list[str] = []

    def make() -> Any:
        made.append(threading.current_thread().name)
        return Told()

    forecasting = Forecasting(make)
    assert made == []
    exchange = Exchange(a_request(), ANYONE)
    assert await forecasting("rt_1", exchange) == Forecast("rt_1", 0.4)
    assert await forecasting("rt_2", exchange) == Forecast("rt_2", 0.4)
    assert len(made) == 1
    assert made[0] != threading.current_thread().name
