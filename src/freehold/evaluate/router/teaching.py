"""Makes a router: of two runs of one dataset, or of an earlier router and what has arrived since."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import msgspec
import numpy as np

from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Conflict
from freehold.core.label import Label, join_all
from freehold.core.request import Request
from freehold.evaluate.datasets.store import DatasetStore
from freehold.evaluate.model import Dataset, Result
from freehold.evaluate.router.card import Card, Known
from freehold.evaluate.router.draft import Draft
from freehold.evaluate.router.features import gist, prompt
from freehold.evaluate.router.file import Shelf, Taught
from freehold.evaluate.router.fit import Evidence, enough, teach
from freehold.evaluate.router.gathering import (
    Origin,
    Outcome,
    Vectors,
    paired,
    points_of,
    scores_of,
    slices_of,
    worth,
)
from freehold.evaluate.router.outcomes import Arrived, OutcomeRows, arrived, evidence_of
from freehold.evaluate.router.trainings import Training
from freehold.evaluate.runs.rows import ENDED, RunRows

_AT_ONCE = 48
"""Prompts that are embedded before it is told how far it is."""


class Embedder(Protocol):
    """Makes vectors of texts; `space` names what they can be compared within. Raises `RequestError`."""

    @property
    def space(self) -> str: ...

    async def __call__(self, texts: Sequence[str], *, label: Label, caller: Caller | None = None) -> Vectors: ...


class Steps(msgspec.Struct, frozen=True):
    """How whoever began a training follows it, and ends it."""

    told: Callable[[int, int], Awaitable[None]]
    """How many prompts are embedded, of how many."""
    goes_on: Callable[[], None]
    """Raises where it is to end; called on the thread that teaches."""
    keeping: Callable[[], None]
    """Called when all is done but the writing, which is not broken off."""


class Teaching:
    """Makes routers. Lives in one event loop; what takes time runs in threads."""

    def __init__(
        self,
        shelf: Shelf,
        runs: RunRows,
        datasets: DatasetStore,
        outcomes: OutcomeRows,
        *,
        embedder: Embedder | None,
        least_label: Callable[[], Label],
    ) -> None:
        """`embedder`: `None` where no embedding model is there. `least_label` is what prompts carry at the least."""
        self._shelf = shelf
        self._runs = runs
        self._datasets = datasets
        self._outcomes = outcomes
        self._embedder = embedder
        self._least_label = least_label

    @property
    def space(self) -> str:
        """What vectors that are made here can be compared within; empty where none are."""
        return "" if self._embedder is None else self._embedder.space

    def check(self, weak: str, strong: str, data: str, scorer: str) -> tuple[str, int]:
        """The dataset's id, and how many prompts there are to learn from. Blocks on the disk.

        Raises `NotFound` where there is no such dataset, `Conflict` while a run goes on, and `BadRequest` where a run
        is missing or there is too little to learn from.
        """
        dataset, outcomes = self._paired(weak, strong, data, scorer)
        enough(worth(outcomes))
        return dataset.id, len(outcomes)

    async def made(self, training: Training) -> Known | None:
        """What a training has made already, before whoever made it could say so."""
        found = await asyncio.to_thread(self._shelf.all)
        return next((known for known in found if known.card.training == training.id), None)

    async def from_runs(self, training: Training, caller: Caller, steps: Steps) -> Known:
        """A router of the newest run of each subject. Raises as `check`, and what keeps prompts from being embedded."""
        dataset, outcomes = await asyncio.to_thread(
            self._paired, training.weak, training.strong, training.data, training.scorer
        )
        enough(worth(outcomes))
        label = self.label_of(dataset.label)
        slices = slices_of(outcomes)
        draft = Draft(self._shelf.folder, training.id)
        meaning = await self._meaning([outcome.request for outcome in outcomes], label, caller, draft, steps)
        evidence = await asyncio.to_thread(_evidence, outcomes, meaning, slices)
        about = _About(training.weak, training.strong, dataset.id, training.scorer, label, slices, self.space)
        return await self._taught(evidence, about, [outcome.origin for outcome in outcomes], training.id, steps)

    async def from_outcomes(self, training: Training, steps: Steps) -> Known:
        """The newest version of a router with what has arrived since; the earlier version stays.

        Raises `NotFound`, and `BadRequest` where nothing has arrived.
        """
        base = await asyncio.to_thread(self._newest, training.before)
        taught = await asyncio.to_thread(self._shelf.get, base)
        known = {origin.exchange for origin in taught.origins}
        waiting = await asyncio.to_thread(self._outcomes.all, training.before)
        fitting = {name: each for name, each in waiting.items() if name not in known and _fits(taught.evidence, each)}
        if not fitting:
            raise BadRequest(f"nothing has arrived that {base} does not know yet")
        card, some = taught.card, list(fitting.values())
        label = join_all([Label.parse(card.label), *(Label.parse(each.label) for each in some)])
        about = _About(card.weak, card.strong, card.data, card.scorer, label, card.slices, card.space, base)
        evidence = taught.evidence.and_also(evidence_of(some, card.slices))
        origins = [*taught.origins, *(Origin(exchange=name) for name in fitting)]
        return await self._taught(evidence, about, origins[-len(evidence) :], training.id, steps)

    async def learned(self, training: Training, made: Known) -> None:
        """Let go of what a version has learned, so that it is not learned twice."""
        taught = await asyncio.to_thread(self._shelf.get, made.id)
        exchanges = [origin.exchange for origin in taught.origins if origin.exchange]
        await asyncio.to_thread(self._outcomes.remove, training.before, exchanges)

    async def add(self, router: str, outcome: Outcome, label: Label, caller: Caller) -> int:
        """Keep an outcome for a router to learn, and say how many wait; see `freehold.evaluate.router.outcomes`.

        Raises `NotFound`, `Conflict` where the embedding model has changed, and what keeps it from seeing the prompt.
        """
        card = (await asyncio.to_thread(self._shelf.known, router)).card
        if card.space and card.space != self.space:
            raise Conflict(f"{router} knows prompts by {card.space}, which is not here now; train it anew")
        joined = self.label_of(label)
        meaning = await self.vectors([outcome.request], joined, caller) if card.space else None
        kept = arrived(_evidence([outcome], meaning, ()), outcome.slices, str(joined))
        return await asyncio.to_thread(self._outcomes.add, router, outcome.exchange, time.time_ns(), kept)

    def label_of(self, label: Label | None) -> Label:
        """A label, and at the least what prompts carry here."""
        return join_all([self._least_label(), *([] if label is None else [label])])

    async def vectors(self, requests: Sequence[Request], label: Label, caller: Caller) -> Vectors:
        """Of each request its prompt's; only where there is an embedding model."""
        return await self._embedded([_text(request) for request in requests], label, caller)

    async def _embedded(self, texts: Sequence[str], label: Label, caller: Caller) -> Vectors:
        if self._embedder is None:
            raise AssertionError("without an embedding model, there is no space to compare in")
        return await self._embedder(texts, label=label, caller=caller)

    async def _meaning(
        self, requests: Sequence[Request], label: Label, caller: Caller, draft: Draft, steps: Steps
    ) -> Vectors | None:
        """The vectors, some at a time, so that what is there already need not be made again."""
        if self._embedder is None:
            return None
        texts = await asyncio.to_thread(lambda: [_text(request) for request in requests])
        found = []
        for start in range(0, len(texts), _AT_ONCE):
            some = texts[start : start + _AT_ONCE]
            vectors = await asyncio.to_thread(draft.get, self.space, some)
            if vectors is None:
                vectors = await self._embedded(some, label, caller)
                await asyncio.to_thread(draft.put, self.space, some, vectors)
            found.append(vectors)
            await steps.told(start + len(some), len(texts))
        return np.concatenate(found)

    def _newest(self, router: str) -> str:
        """The version that came last of a router and those made of it."""
        line = {router}
        last = router
        for known in reversed(self._shelf.all()):
            if known.card.before in line:
                line.add(known.id)
                last = known.id
        return last

    def _paired(self, weak: str, strong: str, data: str, scorer: str) -> tuple[Dataset, list[Outcome]]:
        dataset = self._datasets.find(data)
        examples = {placed.place: placed.example for placed in self._datasets.examples(dataset.id)}
        outcomes = paired(examples, self._results(dataset, weak), self._results(dataset, strong), scorer)
        if not outcomes:
            raise BadRequest("there is nothing to learn from: no example has a score for both subjects")
        return dataset, outcomes

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

    async def _taught(
        self, evidence: Evidence, about: _About, origins: Sequence[Origin], training: str, steps: Steps
    ) -> Known:
        card = await asyncio.to_thread(_card, evidence, about, training, steps.goes_on)
        steps.goes_on()
        steps.keeping()
        return await asyncio.to_thread(self._shelf.put, Taught(card, evidence, tuple(origins)))


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


def _card(evidence: Evidence, about: _About, training: str, goes_on: Callable[[], None]) -> Card:
    result = teach(evidence, goes_on=goes_on)
    return Card(
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
        training=training,
    )


def _evidence(outcomes: Sequence[Outcome], meaning: Vectors | None, slices: Sequence[str]) -> Evidence:
    points = points_of([each.request for each in outcomes], meaning, [each.slices for each in outcomes], slices)
    scores = scores_of(outcomes)
    return Evidence(points, scores[:, 0], scores[:, 1])


def _fits(evidence: Evidence, outcome: Arrived) -> bool:
    """Whether it was counted in the same figures, which may have changed from one Freehold to the next."""
    points = evidence.points
    return (len(outcome.meaning), len(outcome.form)) == (4 * points.meaning.shape[1], 4 * points.form.shape[1])


def _text(request: Request) -> str:
    return gist(prompt(request)) or " "
