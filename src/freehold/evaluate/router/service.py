"""Routers: taught from runs, taught again as evidence comes, asked for forecasts."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec
import numpy as np

from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Conflict, FreeholdError, RequestError
from freehold.core.exchange import Exchange
from freehold.core.label import Label, join_all
from freehold.core.record import Forecast
from freehold.core.request import Request
from freehold.evaluate.datasets.store import DatasetStore
from freehold.evaluate.model import Dataset, Result
from freehold.evaluate.router.card import Card, Known
from freehold.evaluate.router.features import gist, prompt
from freehold.evaluate.router.file import Shelf, Taught
from freehold.evaluate.router.fit import Evidence, fitted, teach
from freehold.evaluate.router.gathering import Outcome, Vectors, paired, points_of, slices_of
from freehold.evaluate.router.models import Scores
from freehold.evaluate.router.space import Points
from freehold.evaluate.runs.rows import ENDED, RunRows
from freehold.evaluate.statistics.interval import Floats

_LOG = logging.getLogger("freehold")

_MOST_LOADED = 8
"""Routers held in memory: routes with a promise that names one are few."""


class Embedder(Protocol):
    """Makes vectors of texts; `space` names what they can be compared within. Raises `RequestError`."""

    @property
    def space(self) -> str: ...

    async def __call__(self, texts: Sequence[str], *, label: Label, caller: Caller | None = None) -> Vectors: ...


class Loaded(msgspec.Struct, frozen=True):
    """A router that is ready to score."""

    card: Card
    scores: Scores
    examples: frozenset[str]

    def chances(self, points: Points) -> Floats:
        """The chance, for each prompt, that the weaker subject's answer will do."""
        return self.card.calibration.chances(self.scores(points))


class Routers:
    """All routers of one folder. Lives in one event loop; what takes time runs in threads."""

    def __init__(
        self,
        shelf: Shelf,
        runs: RunRows,
        datasets: DatasetStore,
        *,
        embedder: Embedder | None,
        least_label: Callable[[], Label],
    ) -> None:
        """`embedder`: `None` where no embedding model is there. `least_label` is what prompts carry at the least."""
        self._shelf = shelf
        self._runs = runs
        self._datasets = datasets
        self._embedder = embedder
        self._least_label = least_label
        self._loading: dict[str, asyncio.Task[Loaded | None]] = {}

    async def all(self) -> list[Known]:
        """Every router, newest first."""
        return await asyncio.to_thread(self._shelf.all)

    async def get(self, router: str) -> Known:
        """One router; raises `NotFound`, `Unprocessable`."""
        return Known(router, (await asyncio.to_thread(self._shelf.get, router)).card)

    async def remove(self, router: str) -> None:
        """Forget a router; raises `NotFound`. A promise that weighs it goes on without its forecast."""
        await asyncio.to_thread(self._shelf.remove, router)
        self._loading.pop(router, None)

    async def train(self, weak: str, strong: str, data: str, scorer: str, caller: Caller) -> Known:
        """A router between two subjects, from the newest run of each on a dataset.

        Raises `NotFound` where there is no such dataset or run, `Conflict` while a run goes on, `BadRequest` where the
        runs have too little to learn from, and what keeps the embedding model from seeing the prompts.
        """
        dataset, outcomes = await asyncio.to_thread(self._outcomes, weak, strong, data, scorer)
        label = join_all([self._least_label(), *([] if dataset.label is None else [dataset.label])])
        slices = slices_of(outcomes)
        evidence = await self._evidence(outcomes, slices, label, caller)
        about = _About(weak, strong, dataset.id, scorer, label, slices, self._space)
        examples = frozenset(outcome.example for outcome in outcomes)
        return await asyncio.to_thread(self._teach, evidence, about, examples)

    async def add(self, router: str, outcomes: Sequence[Outcome], label: Label, caller: Caller) -> Known:
        """A version of a router that knows further outcomes, as audits bring them; the earlier version stays.

        `label` is the outcomes' own. Raises as `train` does, and `Conflict` where the embedding model has changed.
        """
        taught = await asyncio.to_thread(self._shelf.get, router)
        card = taught.card
        if card.space and card.space != self._space:
            raise Conflict(f"{router} knows prompts by {card.space}, which is not here now; train it anew")
        joined = join_all([Label.parse(card.label), label])
        newer = await self._evidence(outcomes, card.slices, joined, caller, meant=bool(card.space))
        about = _About(card.weak, card.strong, card.data, card.scorer, joined, card.slices, card.space, router)
        examples = taught.examples | {outcome.example for outcome in outcomes if outcome.example}
        return await asyncio.to_thread(self._teach, taught.evidence.and_also(newer), about, examples)

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

    async def forecasts(
        self, router: str, examples: Sequence[tuple[str, Request, dict[str, str]]], label: Label | None, caller: Caller
    ) -> list[float | None]:
        """What `forecast` would say of examples, each with its id and the slices it would state.

        `label` is theirs; `None` where none is known. `None` is told of those that the router was taught: of these it
        knows too much. Raises `NotFound`, and what keeps the
        embedding model from seeing the prompts.
        """
        loaded = _fit(await asyncio.to_thread(self._shelf.get, router))
        requests, stated = [request for _, request, _ in examples], [slices for _, _, slices in examples]
        joined = join_all([self._least_label(), *([] if label is None else [label])])
        found = await self._chances(loaded, requests, stated, joined, caller) if requests else None
        if found is None:
            return [None] * len(examples)
        return [
            None if name in loaded.examples else float(chance)
            for (name, _, _), chance in zip(examples, found, strict=True)
        ]

    async def stop(self) -> None:
        """Wait for no router any more that is being loaded."""
        tasks = list(self._loading.values())
        self._loading.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def _space(self) -> str:
        return "" if self._embedder is None else self._embedder.space

    def _ready(self, router: str) -> asyncio.Task[Loaded | None]:
        task = self._loading.get(router)
        if task is None:
            if len(self._loading) >= _MOST_LOADED:
                self._loading.pop(next(iter(self._loading))).cancel()
            task = asyncio.create_task(asyncio.to_thread(self._load, router), name=f"router {router}")
            self._loading[router] = task
        return task

    def _load(self, router: str) -> Loaded | None:
        try:
            return _fit(self._shelf.get(router))
        except (FreeholdError, OSError) as error:
            _LOG.error("no forecasts by the router %s: %s", router, error)
            return None

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
            if loaded.card.space != self._space:
                return None
            meaning = await self._vectors(requests, label, caller)
        return loaded.chances(points_of(requests, meaning, stated, loaded.card.slices))

    async def _vectors(self, requests: Sequence[Request], label: Label, caller: Caller) -> Vectors:
        if self._embedder is None:
            raise AssertionError("without an embedding model, there is no space to compare in")
        return await self._embedder([gist(prompt(request)) or " " for request in requests], label=label, caller=caller)

    async def _evidence(
        self,
        outcomes: Sequence[Outcome],
        slices: Sequence[str],
        label: Label,
        caller: Caller,
        *,
        meant: bool = True,
    ) -> Evidence:
        if not outcomes:
            raise BadRequest("there is nothing to learn from: no example has a score for both subjects")
        requests = [outcome.request for outcome in outcomes]
        meaning = await self._vectors(requests, label, caller) if meant and self._embedder is not None else None
        points = await asyncio.to_thread(points_of, requests, meaning, [each.slices for each in outcomes], slices)
        scores = np.array([(outcome.weak, outcome.strong) for outcome in outcomes], dtype=np.float32).astype(float)
        return Evidence(points, scores[:, 0], scores[:, 1])

    def _outcomes(self, weak: str, strong: str, data: str, scorer: str) -> tuple[Dataset, list[Outcome]]:
        dataset = self._datasets.find(data)
        examples = {placed.place: placed.example for placed in self._datasets.examples(dataset.id)}
        return dataset, paired(examples, self._results(dataset, weak), self._results(dataset, strong), scorer)

    def _results(self, dataset: Dataset, subject: str) -> list[Result]:
        """Of the newest run."""
        runs = self._runs.newest(limit=1, dataset=dataset.id, subject=subject)
        if not runs:
            raise BadRequest(
                f"{subject} has not been asked for {dataset.name}: 'freehold eval run {subject} --data {dataset.name}'"
            )
        if runs[0].state not in ENDED:
            raise Conflict(f"the run {runs[0].id} of {subject} is {runs[0].state}; wait for its end")
        return [row.result for row in self._runs.every(runs[0].id)]

    def _teach(self, evidence: Evidence, about: _About, examples: frozenset[str]) -> Known:
        result = teach(evidence)
        card = Card(
            weak=about.weak,
            strong=about.strong,
            data=about.data,
            scorer=about.scorer,
            label=str(about.label),
            space=about.space,
            slices=tuple(about.slices),
            size=len(evidence),
            will_do=float(evidence.will_do.mean()),
            model=result.model,
            compared=dict(result.compared),
            calibration=result.calibration,
            error=result.error,
            made_ns=time.time_ns(),
            before=about.before,
        )
        return self._shelf.put(Taught(card, evidence, examples))


class _About(msgspec.Struct, frozen=True):
    """What a router is for, before it is taught."""

    weak: str
    strong: str
    data: str
    scorer: str
    label: Label
    slices: Sequence[str]
    space: str
    before: str = ""


def _fit(taught: Taught) -> Loaded:
    return Loaded(taught.card, fitted(taught.card.model, taught.evidence), taught.examples)
