"""The face of runs: begun, followed, scored, stopped, gone on with, removed, and brought from elsewhere.

A run is a row that waits until a durable job takes it up. What a job needs is in the rows, so that after any
interruption the next one goes on where this one was. Lives in one event loop; what touches the disk runs in threads.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress

import msgspec

from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Conflict, LabelForbidden, NotFound, RequestError, Unavailable
from freehold.core.money import Nanodollars
from freehold.evaluate.asking import Asker
from freehold.evaluate.datasets.store import DatasetStore
from freehold.evaluate.model import CLUSTER, Example, Result, Run, RunState, Settings
from freehold.evaluate.ports import Scorers
from freehold.evaluate.runs.carrying import Carrying
from freehold.evaluate.runs.exchanged import Document, brought, document
from freehold.evaluate.runs.identity import drawn, outdated
from freehold.evaluate.runs.remarks import remarks
from freehold.evaluate.runs.rows import ENDED, Counts, Row, RunRows
from freehold.evaluate.runs.scoring import Scoring
from freehold.evaluate.runs.subject import Holder, Subjects
from freehold.jobs import Jobs, Stopped

_LOG = logging.getLogger(__name__)

CARRY_OUT = "evaluate"
"""The name of the durable function; its item is a run's id."""
MOST_AT_ONCE = 4
"""Runs; further ones wait. Each takes a thread of the jobs, which documents are read by too."""
MOST_PARALLEL = 64
_RETRY_SECONDS = 5.0


class Progress(msgspec.Struct, frozen=True):
    """How far a run is."""

    dataset_name: str
    """Empty where the dataset has been removed."""
    total: int
    """Examples that are to be asked."""
    counts: Counts
    scores: dict[str, tuple[int, float | None]]
    """By scorer, how many answers it could tell of, and their mean."""


ReadScorers = Callable[[Sequence[str], Caller | None], Scorers]
"""Scorers by their names; judges are asked as the caller. Raises `BadRequest` for one that there is not."""


class Runs:
    """All runs."""

    def __init__(
        self,
        rows: RunRows,
        datasets: DatasetStore,
        jobs: Jobs,
        *,
        asker: Asker,
        subjects: Subjects,
        holder: Holder,
        scorers: ReadScorers,
    ) -> None:
        self._rows = rows
        self._datasets = datasets
        self._jobs = jobs
        self._asker = asker
        self._subjects = subjects
        self._holder = holder
        self._scorers = scorers
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._carrying: dict[str, Carrying | Scoring] = {}
        self._handed: set[str] = set()
        """Runs that a job has, or soon will."""
        self._ended = asyncio.Event()
        """Replaced each time it is set: whoever waits for one misses nothing."""
        self._stopping = False

    async def begin(self, dataset: str, subject: str, settings: Settings, caller: Caller) -> Run:
        """Begin a run, as this caller.

        Raises `NotFound` for a dataset there is not, `UnknownModel`, `BadRequest` for scorers and settings that cannot
        be, and `Unavailable`.
        """
        _check(settings)
        self._subjects(subject, caller)
        await asyncio.to_thread(self._scorers, settings.scorers, caller)
        found = await asyncio.to_thread(self._datasets.find, dataset)
        run = Run(new_id(), found.id, subject, "waiting", caller.key_id, time.time_ns(), settings)
        await asyncio.to_thread(self._rows.add, run)
        await self._hand_over()
        return run

    async def get(self, run: str) -> Run:
        """One run; raises `NotFound`."""
        return await asyncio.to_thread(self._rows.get, run)

    async def newest(self, *, limit: int = 100, dataset: str | None = None, subject: str | None = None) -> list[Run]:
        """The newest runs, newest first; of one dataset, by its id, or of one subject."""
        return await asyncio.to_thread(self._rows.newest, limit=limit, dataset=dataset, subject=subject)

    async def progress(self, run: Run) -> Progress:
        """How far it is, and what its scorers say so far."""
        return await asyncio.to_thread(self._progress, run)

    async def results(self, run: str, *, after: int, limit: int) -> list[Row]:
        """Some of its results, by their places; raises `NotFound`."""
        await self.get(run)
        return await asyncio.to_thread(self._rows.results, run, after=after, limit=limit)

    async def every(self, run: str) -> list[Result]:
        """All of its results."""
        return await asyncio.to_thread(lambda: [row.result for row in self._rows.every(run)])

    async def clusters(self, run: str) -> dict[str, str]:
        """Of the examples that a run asked, those that belong together with others: by example, the cluster.

        Empty where none does, or where the dataset has been removed, so that nobody knows.
        """
        return await asyncio.to_thread(self._clusters, await self.get(run))

    async def outdated(self, run: str, caller: Caller) -> int:
        """How many of its answers are of what its subject stood for before; raises `UnknownModel` where it is gone.

        As it is for whoever began the run, or for the caller where that key has ended.
        """
        held = await self.get(run)
        asker = self._holder(held.key) or caller
        subject = self._subjects(held.subject, asker)
        there = await asyncio.to_thread(self._rows.hashes, run)
        examples = await asyncio.to_thread(self._examples, held)
        logprobs = held.settings.logprobs and subject.logprobs
        missing = await asyncio.to_thread(lambda: outdated(examples, there, subject, asker, logprobs=logprobs))
        return sum(place in there for place, _ in missing)

    async def versions(self, run: str, scorer: str) -> frozenset[str]:
        """The versions of a scorer by which its answers were scored."""
        return await asyncio.to_thread(self._rows.versions, run, scorer)

    async def wait(self, run: str, seconds: float) -> Run:
        """The run once it has ended, or as it stands after so long."""
        until = time.monotonic() + seconds
        while True:
            ended = self._ended  # Taken before looking, so that what happens meanwhile is not missed.
            found = await self.get(run)
            left = until - time.monotonic()
            if found.state in ENDED or left <= 0 or self._stopping:
                return found
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await ended.wait()

    async def halt(self, run: str) -> Run:
        """Have a run ask for nothing more; what is under way is waited for. Raises `NotFound`."""
        found = await self.get(run)
        under_way = self._carrying.get(run)
        if isinstance(under_way, Carrying):
            under_way.end("stopped", "it was stopped; go on with 'freehold eval resume'")
        elif isinstance(under_way, Scoring):
            under_way.over = True
        elif found.state not in ENDED:
            before = await asyncio.to_thread(self._rows.before, run)
            note = None if before else "it was stopped before it began; go on with 'freehold eval resume'"
            return await self._move(run, before or "stopped", note)
        return await self.get(run)

    async def resume(self, run: str, caller: Caller, budget: Nanodollars | None = None) -> Run:
        """Go on with a run that has ended, asking again for what failed; raises `NotFound`, `Conflict`.

        It goes on as the key that began it. Raises `Conflict` for one that was brought from elsewhere.
        """
        found = await self.get(run)
        if not found.key:
            raise Conflict(f"the run {run} was brought from elsewhere; there is nobody to ask")
        if budget is not None and budget <= 0:
            raise BadRequest("budget is more than 0", param="budget")
        _LOG.info("the run %s goes on, by the key %s", run, caller.key_id)
        again = await asyncio.to_thread(self._rows.again, run, budget)
        await self._hand_over()
        return again

    async def score(self, run: str, scorers: Sequence[str], caller: Caller) -> Run:
        """Score what a run has, asking its subject for nothing; raises `NotFound`, `Conflict`, `BadRequest`."""
        await asyncio.to_thread(self._scorers, scorers, caller)
        found = await asyncio.to_thread(self._rows.score_again, run, tuple(scorers))
        await self._hand_over()
        return found

    async def remove(self, run: str) -> None:
        """Forget a run and its results; raises `NotFound`, and `Conflict` for one under way."""
        await asyncio.to_thread(self._rows.remove, run)

    async def bring(self, given: Document) -> Run:
        """Keep results that were made elsewhere as a run; raises `NotFound`, `BadRequest`, `Unavailable`."""
        return await asyncio.to_thread(self._bring, given)

    async def taken(self, run: str) -> Document:
        """A run's results, to be taken elsewhere; raises `NotFound`."""
        return document(await self.get(run), await self.every(run))

    async def resume_all(self) -> None:
        """Go on with what an earlier process left; raises `Unavailable`."""
        self._loop = asyncio.get_running_loop()
        await self._hand_over()

    async def stop(self) -> None:
        """End what runs; it goes on at the next start."""
        self._stopping = True
        self._announce()
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await asyncio.to_thread(self._rows.close)

    def carry_out(self, run: str) -> None:
        """The durable function, in a thread of the jobs: take a run to its end. Raises `Stopped`."""
        if self._loop is None or self._stopping:
            raise Stopped
        try:
            asyncio.run_coroutine_threadsafe(self._taken_up(run), self._loop).result()
        except CancelledError:
            raise Stopped from None

    async def _hand_over(self) -> None:
        """Give jobs what waits, as far as there is room, oldest first."""
        self._loop = asyncio.get_running_loop()
        for run in await asyncio.to_thread(self._rows.unfinished):
            if len(self._handed) >= MOST_AT_ONCE or self._stopping:
                return
            if run.id not in self._handed:
                self._handed.add(run.id)
                try:
                    # A key of its own each time: the same run may have ended before, and goes on.
                    key = f"{run.id}:{secrets.token_hex(6)}"
                    await asyncio.to_thread(self._jobs.submit, CARRY_OUT, run.id, key=key)
                except BaseException:
                    self._handed.discard(run.id)
                    raise

    async def _taken_up(self, run: str) -> None:
        if run in self._tasks:  # A job of an earlier process was begun again, beside the new one.
            return
        task = asyncio.current_task()
        if task is None:
            raise AssertionError("a coroutine runs in a task")
        self._handed.add(run)
        self._tasks[run] = task
        try:
            await self._to_its_end(run)
        finally:
            del self._tasks[run]
            self._handed.discard(run)
            self._announce()
        await self._hand_over()

    async def _to_its_end(self, run: str) -> None:
        while True:
            if await self._tried(run):
                return
            await asyncio.sleep(_RETRY_SECONDS)

    async def _tried(self, run: str) -> bool:
        """Ask and score; says whether the run has come to an end, which it has not while the disk does not take it."""
        try:
            found = await self.get(run)
            if found.state not in ENDED:
                await self._carry(found)
        except Exception as raised:  # noqa: BLE001  # a fault of ours in one run must not end the others
            error = _first_of(raised)
            if isinstance(error, Unavailable):
                _LOG.warning("the run %s waits: %s", run, error)
                return False
            await self._move(run, "failed", _why(run, error))
        return True

    async def _carry(self, run: Run) -> None:
        before = await asyncio.to_thread(self._rows.before, run.id)
        examples = await asyncio.to_thread(self._examples, run)
        state, note = (before, run.note) if before is not None else await self._ask(run, examples)
        said = await self._score(await self.get(run.id), dict(examples))
        await self._move(run.id, state, "; ".join(each for each in (note, said) if each))

    async def _ask(self, run: Run, examples: Sequence[tuple[int, Example]]) -> tuple[RunState, str]:
        lost = await asyncio.to_thread(self._rows.count_held, run.id)
        if lost:
            _LOG.warning("the run %s counts what was under way when Freehold last ended as spent", run.id)
        carrying = Carrying(await self.get(run.id), self._rows, self._asker, self._subjects, self._holder)
        self._carrying[run.id] = carrying
        try:
            state, note = await carrying(examples)
        finally:
            del self._carrying[run.id]
        # Of one that ended before its time, the note says already what failed.
        failed = await asyncio.to_thread(self._rows.because, run.id, "failed") if state == "done" else []
        barred = await asyncio.to_thread(self._rows.because, run.id, "refused", LabelForbidden.code)
        outdated = 0 if state == "done" else await carrying.outdated(examples)
        ended = await self.get(run.id)
        said = remarks(ended, failed=failed, barred=barred, cleared=carrying.cleared, outdated=outdated)
        return state, "; ".join(each for each in (note, *said) if each)

    async def _score(self, run: Run, examples: Mapping[int, Example]) -> str:
        scorers = await asyncio.to_thread(self._scorers, run.settings.scorers, self._holder(run.key))
        scoring = self._carrying[run.id] = Scoring(run, self._rows, scorers)
        try:
            return await scoring(examples)
        finally:
            del self._carrying[run.id]

    def _progress(self, run: Run) -> Progress:
        try:
            found = self._datasets.find(run.dataset)
            name, size = found.name, found.size
        except NotFound:  # Removed; what was asked is what there is.
            name, size = "", len(self._rows.hashes(run.id))
        total = size if run.settings.limit is None else min(size, run.settings.limit)
        return Progress(name, total, self._rows.counts(run.id), self._rows.means(run.id))

    def _bring(self, given: Document) -> Run:
        found = self._datasets.find(given.dataset)
        ids = {each.place: each.example.id for each in self._datasets.examples(found.id)}
        results = brought(given, {example: place for place, example in ids.items()}, ids)
        scorers = tuple(dict.fromkeys(name for _, scores in results for name in scores))
        now = time.time_ns()
        run = Run(
            id=new_id(),
            dataset=found.id,
            subject=given.subject,
            state="done" if len(results) == found.size else "partial",
            key="",
            created_ns=now,
            settings=Settings(scorers),
            ended_ns=now,
            note=given.note or "its results were brought from elsewhere",
        )
        self._rows.bring(run, results)
        return run

    def _examples(self, run: Run) -> list[tuple[int, Example]]:
        """What a run asks for; raises `NotFound` where its dataset has been removed."""
        self._datasets.find(run.dataset)
        return drawn([(each.place, each.example) for each in self._datasets.examples(run.dataset)], run.settings)

    def _clusters(self, run: Run) -> dict[str, str]:
        try:
            examples = self._examples(run)
        except NotFound:
            return {}
        return {each.id: each.slices[CLUSTER] for _, each in examples if CLUSTER in each.slices}

    async def _move(self, run: str, state: RunState, note: str | None) -> Run:
        moved = await asyncio.to_thread(self._rows.move, run, state, note=note)
        self._announce()
        return moved

    def _announce(self) -> None:
        self._ended.set()
        self._ended = asyncio.Event()


def new_id() -> str:
    """Of a run."""
    return f"run_{secrets.token_hex(12)}"


def _first_of(error: Exception) -> Exception:
    """What several tasks at once failed of, of which the first says enough."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


def _why(run: str, error: Exception) -> str:
    if isinstance(error, RequestError):
        return error.message
    _LOG.error("the run %s could not be carried out", run, exc_info=error)
    return f"Freehold failed on it ({type(error).__name__}); its log has the story"


def _check(settings: Settings) -> None:
    if not 1 <= settings.parallel <= MOST_PARALLEL:
        raise BadRequest(f"parallel is from 1 to {MOST_PARALLEL}", param="parallel")
    if settings.limit is not None and settings.limit < 1:
        raise BadRequest("limit is 1 or more", param="limit")
    if settings.budget is not None and settings.budget <= 0:
        raise BadRequest("budget is more than 0", param="budget")
