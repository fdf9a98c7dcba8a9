"""Routers: listed, removed, made to forget, asked for forecasts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import msgspec

from freehold.core.caller import Caller
from freehold.core.errors import FreeholdError, RequestError
from freehold.core.exchange import Exchange
from freehold.core.label import Label
from freehold.core.record import Forecast
from freehold.core.request import Request
from freehold.evaluate.router.card import Card, Known
from freehold.evaluate.router.file import Shelf, Taught
from freehold.evaluate.router.fit import fitted
from freehold.evaluate.router.gathering import points_of
from freehold.evaluate.router.models import Scores
from freehold.evaluate.router.outcomes import OutcomeRows
from freehold.evaluate.router.space import Points
from freehold.evaluate.router.teaching import Teaching
from freehold.evaluate.statistics.interval import Floats

_LOG = logging.getLogger("freehold")

_MOST_LOADED = 8
"""Routers held in memory: routes with a promise that names one are few."""


class Loaded(msgspec.Struct, frozen=True):
    """A router that is ready to score."""

    card: Card
    scores: Scores
    examples: frozenset[str]

    def chances(self, points: Points) -> Floats:
        """The chance, for each prompt, that the weaker subject's answer will do."""
        return self.card.calibration.chances(self.scores(points))


class _Loading(msgspec.Struct, frozen=True):
    stamp: int
    task: asyncio.Task[Loaded | None]


class Routers:
    """All routers of one folder. Lives in one event loop; what takes time runs in threads."""

    def __init__(self, shelf: Shelf, outcomes: OutcomeRows, teaching: Teaching) -> None:
        self._shelf = shelf
        self._outcomes = outcomes
        self.teaching = teaching
        self._loading: dict[str, _Loading] = {}

    async def all(self) -> list[Known]:
        """Every router, newest first."""
        return await asyncio.to_thread(self._shelf.all)

    async def get(self, router: str) -> Known:
        """One router; raises `NotFound`, `Unprocessable`."""
        return Known(router, (await asyncio.to_thread(self._shelf.get, router)).card)

    async def remove(self, router: str) -> None:
        """Forget a router; raises `NotFound`. Its forecast is then missing to a promise that weighs it."""
        await asyncio.to_thread(self._shelf.remove, router)
        await asyncio.to_thread(self._outcomes.clear, router)

    async def forget(self) -> int:
        """Take out of every router what it learned from requests whose text was erased or has expired.

        It is fitted anew without, as soon as it is next asked; a router that loses more than half goes as a whole.
        Says how many routers changed. Raises `Unavailable`.
        """
        return await asyncio.to_thread(self._forget)

    async def forecast(self, router: str, exchange: Exchange) -> Forecast:
        """The chance that the weaker subject's answer to a request will do, or why it is not told.

        The first request that asks for a router has it loaded, and does not wait.
        """
        request = exchange.request
        loading = self._ready(router)
        if not loading.done():
            return Forecast(router, None, "the router is being loaded")
        loaded = loading.result()
        if loaded is None:
            return Forecast(router, None, "the router cannot be read")
        if not isinstance(request, Request) or exchange.label is None:
            return Forecast(router, None, "there is nothing to embed")
        try:
            found = await self._chances(loaded, [request], [request.metadata], exchange.label, exchange.caller)
        except RequestError as error:
            # Its code alone: a target's own words can quote the prompt, and no record holds those.
            return Forecast(router, None, f"the prompt could not be embedded ({error.code})")
        if found is None:
            return Forecast(router, None, f"{loaded.card.space} is not here, by which it knows prompts")
        return Forecast(router, float(found[0]))

    def load(self, router: str) -> None:
        """Begin to load a router that will soon be asked, on the event loop's threads."""
        self._ready(router)

    async def forecasts(
        self, router: str, examples: Sequence[tuple[str, Request, dict[str, str]]], label: Label | None, caller: Caller
    ) -> list[float | None]:
        """What `forecast` would say of examples, each with its id and the slices it would state.

        `label` is theirs; `None` where none is known. `None` is told of those that the router was taught: of these it
        knows too much. Raises `NotFound`, and what keeps the embedding model from seeing the prompts.
        """
        loaded = _fit(await asyncio.to_thread(self._shelf.get, router))
        requests, stated = [request for _, request, _ in examples], [slices for _, _, slices in examples]
        joined = self.teaching.label_of(label)
        found = await self._chances(loaded, requests, stated, joined, caller) if requests else None
        if found is None:
            return [None] * len(examples)
        return [
            None if name in loaded.examples else float(chance)
            for (name, _, _), chance in zip(examples, found, strict=True)
        ]

    async def stop(self) -> None:
        """Wait for no router any more that is being loaded."""
        tasks = [each.task for each in self._loading.values()]
        self._loading.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ready(self, router: str) -> asyncio.Task[Loaded | None]:
        """The router as it is now: another process may have had it forget something, or removed it."""
        stamp, found = self._shelf.stamp(router), self._loading.get(router)
        if found is not None and found.stamp == stamp:
            return found.task
        if found is None and len(self._loading) >= _MOST_LOADED:
            self._loading.pop(next(iter(self._loading))).task.cancel()
        task = asyncio.create_task(asyncio.to_thread(self._load, router), name=f"router {router}")
        self._loading[router] = _Loading(stamp, task)
        return task

    def _load(self, router: str) -> Loaded | None:
        try:
            return _fit(self._shelf.get(router))
        except (FreeholdError, OSError) as error:
            _LOG.error("no forecasts by the router %s: %s", router, error)
            return None

    def _forget(self) -> int:
        changed = 0
        for known in self._shelf.all():
            try:
                gone = self._outcomes.uncaptured(sorted(self._shelf.exchanges(known.id)))
                if not gone:
                    continue
                left = self._shelf.forget(known.id, gone)
            except RequestError as error:
                _LOG.warning("the router %s cannot be made to forget what was erased: %s", known.id, error)
                continue
            changed += 1
            told = "is removed, as less than half of that is left" if left is None else "goes on without"
            _LOG.info("%d prompts that the router %s was taught are gone; it %s", len(gone), known.id, told)
        return changed

    async def _chances(
        self,
        loaded: Loaded,
        requests: Sequence[Request],
        stated: Sequence[dict[str, str]],
        label: Label,
        caller: Caller,
    ) -> Floats | None:
        meaning = None
        if loaded.card.space:
            if loaded.card.space != self.teaching.space:
                return None
            meaning = await self.teaching.vectors(requests, label, caller)
        return loaded.chances(points_of(requests, meaning, stated, loaded.card.slices))


def _fit(taught: Taught) -> Loaded:
    return Loaded(taught.card, fitted(taught.card.model, taught.evidence), taught.examples)
