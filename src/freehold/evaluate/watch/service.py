"""Watching as a whole: takes requests that have ended, and does with each what it was chosen for, behind a queue.

Nobody waits for it. The queue is bounded, and what does not fit is counted and let go of; work that cannot be done is
logged, and the next is gone on with.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence

from freehold.catalog.promises import Promise
from freehold.core.errors import BadRequest, FreeholdError
from freehold.evaluate.watch.audits import Audits
from freehold.evaluate.watch.inputs import Drifted, Inputs, Kept, prompt_of
from freehold.evaluate.watch.rows import WatchRows
from freehold.evaluate.watch.seen import Seen

_LOG = logging.getLogger("freehold")

MOST_WAITING = 256
"""Requests that wait, with their texts, in memory."""
PARALLEL = 2
KEPT_EVERY = 20
"""Prompts until what is known of a route's inputs is written down again; a crash forgets fewer, which is no harm."""

Work = Callable[[Seen], Awaitable[None]]
Prompts = Callable[[str], Awaitable[Sequence[str]]]
"""The prompts of a dataset, by its id; none where it is gone."""


class Watch:
    """Takes what has ended. For one event loop."""

    def __init__(
        self,
        audits: Audits,
        promises: Callable[[], Mapping[str, Promise]],
        prompts: Prompts,
        rows: WatchRows,
        others: Mapping[str, Work],
        *,
        alpha: Callable[[], float],
    ) -> None:
        """`others`: what is done for each further purpose. `alpha`: the false-alarm rate of drift."""
        self._audits = audits
        self._promises = promises
        self._prompts = prompts
        self._rows = rows
        self._others = others
        self._alpha = alpha
        self._waiting: asyncio.Queue[Seen] = asyncio.Queue(MOST_WAITING)
        self._workers: list[asyncio.Task[None]] = []
        self._inputs: dict[str, Inputs | None] = {}
        self._looking = asyncio.Lock()
        """Inputs are begun once, and take one prompt after another: they bet on the order."""
        self.dropped = 0
        """Requests that were let go of, as too many waited."""

    def take(self, seen: Seen) -> None:
        """One request that was chosen. Returns at once, raises nothing."""
        try:
            self._waiting.put_nowait(seen)
        except asyncio.QueueFull:
            self.dropped += 1
            return
        if not self._workers:
            loop = asyncio.get_running_loop()
            self._workers = [loop.create_task(self._work(), name="watching") for _ in range(PARALLEL)]

    async def drain(self) -> None:
        """Wait until all that was taken has been done."""
        await self._waiting.join()

    async def stop(self) -> None:
        """Do no more; what waits is let go of."""
        for worker in self._workers:
            worker.cancel()
        if self._workers:
            await asyncio.wait(self._workers)
        self._workers.clear()
        for promise, inputs in self._inputs.items():
            if inputs is not None:
                await asyncio.to_thread(self._rows.put, "inputs", promise, inputs.kept())

    async def drift(self) -> dict[str, Drifted]:
        """By route, how its inputs stand, where any were compared with a calibration."""
        found: dict[str, Drifted] = {}
        for route, promise in self._promises().items():
            inputs = self._inputs.get(promise.id)
            kept = inputs.kept() if inputs else await asyncio.to_thread(self._rows.get, "inputs", promise.id, Kept)
            if kept is not None:
                found[route] = kept.stands()
        return found

    async def _work(self) -> None:
        while True:
            seen = await self._waiting.get()
            try:
                await self._done(seen)
            except (FreeholdError, sqlite3.Error, ValueError) as error:
                _LOG.warning("a request of route %s could not be watched: %s", seen.route, error)
            finally:
                self._waiting.task_done()

    async def _done(self, seen: Seen) -> None:
        for purpose, chance in seen.drawn.items():
            if purpose == "audit":
                await self._look(seen)
                await self._audits(seen, chance)
            elif purpose in self._others:
                await self._others[purpose](seen)

    async def _look(self, seen: Seen) -> None:
        """Beside the audit: whether the prompt is like those of the calibration."""
        promise = self._promises().get(seen.route)
        if promise is None or seen.request is None:
            return
        async with self._looking:
            if promise.id not in self._inputs:
                self._inputs[promise.id] = await self._begun(promise)
            inputs = self._inputs[promise.id]
            if inputs is not None:
                await asyncio.to_thread(self._added, promise.id, inputs, prompt_of(seen.request))

    def _added(self, promise: str, inputs: Inputs, prompt: str) -> None:
        inputs.add(prompt)
        if inputs.kept().seen % KEPT_EVERY == 0:
            self._rows.put("inputs", promise, inputs.kept())

    async def _begun(self, promise: Promise) -> Inputs | None:
        texts = await self._prompts(promise.data)
        kept = await asyncio.to_thread(self._rows.get, "inputs", promise.id, Kept)
        try:
            return await asyncio.to_thread(lambda: Inputs(texts, alpha=self._alpha(), kept=kept))
        except BadRequest as error:
            _LOG.info("the inputs of route %s are not watched: %s", promise.route, error.message)
            return None
