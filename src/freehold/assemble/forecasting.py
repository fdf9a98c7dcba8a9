"""Forecasts for the pipeline: routers are made, and all that they import, once the first request asks for one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from freehold.core.exchange import Exchange
from freehold.core.label import Label
from freehold.core.record import Forecast
from freehold.knowledge.embed import TargetEmbedder
from freehold.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from freehold.evaluate.router.service import Routers


def make_routers(
    data_dir: Path, store: SqliteStore, embedder: TargetEmbedder | None, least_label: Callable[[], Label]
) -> Routers:
    """The routers of a data directory."""
    # Here, because they bring numpy, and few ever have a router.
    from freehold.evaluate.datasets.store import DatasetStore  # noqa: PLC0415
    from freehold.evaluate.router.file import Shelf  # noqa: PLC0415
    from freehold.evaluate.router.outcomes import OutcomeRows  # noqa: PLC0415
    from freehold.evaluate.router.service import Routers  # noqa: PLC0415
    from freehold.evaluate.router.teaching import Teaching  # noqa: PLC0415
    from freehold.evaluate.runs.rows import RunRows  # noqa: PLC0415

    shelf, outcomes = Shelf(routers_in(data_dir)), OutcomeRows(store.connect)
    runs, datasets = RunRows(store.connect), DatasetStore(store.connect, store.reader)
    teaching = Teaching(shelf, runs, datasets, outcomes, embedder=embedder, least_label=least_label)
    return Routers(shelf, outcomes, teaching)


def routers_in(data_dir: Path) -> Path:
    """Where the routers of a data directory lie."""
    return data_dir / "evaluate" / "routers"


class Forecasting:
    """A `gateway.foresee.Forecaster` over routers that are made in a thread when the first is asked for."""

    def __init__(self, routers: Callable[[], Routers]) -> None:
        self._make = routers
        self._routers: Routers | None = None

    async def __call__(self, router: str, exchange: Exchange) -> Forecast:
        """The chance that the owned answer will do, or why it is not told."""
        if self._routers is None:
            self._routers = await asyncio.to_thread(self._make)
        return await self._routers.forecast(router, exchange)
