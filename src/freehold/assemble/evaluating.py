"""The evaluation wing put together over one stack: what it is handed, and its parts, each made when first asked for.

Nothing of the wing is imported before: a start that evaluates nothing pays one look at one table. A part is an
attribute of `Evaluating`, and reaches everything else by `Means`.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from freehold.assemble.forecasting import make_routers, routers_in
from freehold.config import Config
from freehold.core.caller import Caller
from freehold.core.errors import RequestError, SetupError, Unavailable, Unprocessable
from freehold.core.ports import Handler
from freehold.gateway.admit import Rules
from freehold.jobs import Jobs
from freehold.knowledge.service import Knowledge
from freehold.ledger.book import Book
from freehold.ledger.examples import ExampleReader
from freehold.ledger.query import LedgerReader
from freehold.policy.select import resolve
from freehold.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from freehold.assemble.subjects import Standing
    from freehold.evaluate.arena.service import Arena
    from freehold.evaluate.asking import Asker
    from freehold.evaluate.datasets.service import Datasets
    from freehold.evaluate.datasets.store import DatasetStore
    from freehold.evaluate.judges.service import Judges
    from freehold.evaluate.judges.store import JudgeStore
    from freehold.evaluate.model import Run
    from freehold.evaluate.ports import Scorers
    from freehold.evaluate.promise.service import Calibrations
    from freehold.evaluate.report.comparison import Comparison
    from freehold.evaluate.router.service import Routers
    from freehold.evaluate.router.training import Trainings
    from freehold.evaluate.runs.rows import RunRows
    from freehold.evaluate.runs.service import Runs
    from freehold.guards.scan import Scanner
    from freehold.knowledge.embed import TargetEmbedder

_LOG = logging.getLogger("freehold")

_NOBODY = Caller(key_id="", name="nobody")
"""Stands for a key that has ended where nothing is asked, and all that is wanted is what a name means."""
RUN = "evaluate"
"""The durable function that carries a run out; its item is the run's id."""
CERTIFY = "certify"
"""The one that certifies a judge; its item is the certification's id."""
TRAIN = "train"
"""The one that trains a router; its item is the training's id."""
_TIDY_SECONDS = 3600.0
"""From one look for what routers must forget to the next."""
_AFTER_READY = 0.5
"""Seconds that going on with a run leaves to the start of everything else: what it imports would hold that up."""
_UNFINISHED = (
    "SELECT 1 FROM eval_runs WHERE state IN ('waiting', 'running') UNION ALL SELECT 1 FROM eval_judges"
    " WHERE substr(id, 1, 3) = 'ct_' AND json_extract(body, '$.state') IN ('waiting', 'running')"
    " UNION ALL SELECT 1 FROM eval_trainings WHERE state IN ('waiting', 'running') LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Means:
    """What the wing is handed of the stack. What may change with the configuration is asked for anew each time."""

    config: Callable[[], Config]
    store: SqliteStore
    ask: Handler
    """The whole pipeline."""
    jobs: Jobs
    """Durable work of the whole process; functions are registered while `Evaluating` is made."""
    rules: Callable[[], Rules]
    """The policy in force, with the menu of all routes and targets."""
    go_by_evidence: Callable[[], str]
    """Has every worker go by the promises and changes that are in force; returns the policy's revision."""
    holder: Callable[[str], Caller | None]
    """Whoever holds the key of an id; `None` once it has ended."""
    book: Book
    ledger: LedgerReader
    knowledge: Knowledge
    embedder: TargetEmbedder | None
    """By the model that Freehold brings; `None` where its weights are not there."""
    opinions: Callable[[str], Awaitable[Sequence[Mapping[str, Any]]]]
    """What people said of a request, by its id."""
    scanner: Callable[[], Scanner]
    """Finds personal data and secrets."""


class Evaluating:
    """The wing. Made with the stack; lives in its event loop."""

    def __init__(self, means: Means) -> None:
        self.means = means
        self._resuming: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        means.jobs.register(RUN, self._carry_out)
        means.jobs.register(CERTIFY, self._certify)
        means.jobs.register(TRAIN, self._train)
        self._tidying: asyncio.Task[None] | None = None

    @cached_property
    def asker(self) -> Asker:
        """Asks models through the whole pipeline."""
        from freehold.evaluate.asking import Asker  # noqa: PLC0415  # as all of the wing, at first need

        return Asker(self.means.ask)

    @cached_property
    def arena(self) -> Arena:
        """Blind votes, and the ranking they allow."""
        from freehold.evaluate.arena.service import Arena  # noqa: PLC0415  # as above
        from freehold.evaluate.arena.store import VoteStore  # noqa: PLC0415  # as above

        return Arena(VoteStore(self.means.store.connect, self.means.store.reader))

    @cached_property
    def runs(self) -> Runs:
        """Runs and their results."""
        from freehold.evaluate.runs.service import Runs  # noqa: PLC0415  # as above

        return Runs(
            self.run_rows,
            self.dataset_store,
            self.means.jobs,
            asker=self.asker,
            subjects=self.subjects,
            holder=self.means.holder,
            scorers=self.read_scorers,
        )

    @cached_property
    def run_rows(self) -> RunRows:
        """Runs and their results at rest."""
        from freehold.evaluate.runs.rows import RunRows  # noqa: PLC0415  # as above

        return RunRows(self.means.store.connect)

    async def compare(self, names: Sequence[str]) -> Comparison:
        """Runs side by side, by their ids, the first of which the others are held against.

        Raises `NotFound`, and `Unprocessable` for runs of different datasets.
        """
        runs = [await self.runs.get(name) for name in names]
        return await asyncio.to_thread(self._compare, runs)

    def _compare(self, runs: Sequence[Run]) -> Comparison:
        from freehold.evaluate.report.compare import compare  # noqa: PLC0415  # as above
        from freehold.evaluate.report.material import Unlike  # noqa: PLC0415  # as above
        from freehold.evaluate.runs.beside import material  # noqa: PLC0415  # as above

        try:
            return compare(material(runs, self.run_rows, self.dataset_store, self._may_gate))
        except Unlike as error:
            raise Unprocessable(str(error)) from error

    def _may_gate(self, scorer: str, run: Run, versions: Set[str]) -> bool:
        """Whether a scorer's scores may decide anything as it stands; not those of one that is no longer there.

        What a judge said before it was changed is another judge's word, however certified it is now.
        """
        from freehold.evaluate.scorers.judged import Judged  # noqa: PLC0415  # as above

        try:
            # Of results that were brought, nobody here knows by which judge.
            found = self.read_scorers([scorer], _NOBODY if run.key else None)[scorer]
        except (RequestError, SetupError):
            return False
        return found.gates and (not isinstance(found, Judged) or versions <= {found.version})

    @cached_property
    def subjects(self) -> Standing:
        """What a name stands for, as it is asked."""
        from freehold.assemble.subjects import Standing  # noqa: PLC0415  # as above

        return Standing(self.means.rules, self.means.config)

    @cached_property
    def calibrations(self) -> Calibrations:
        """Routes calibrated, and the promises that came of it."""
        from freehold.evaluate.promise.rows import PromiseRows  # noqa: PLC0415  # as above
        from freehold.evaluate.promise.service import Calibrations  # noqa: PLC0415  # as above

        return Calibrations(
            PromiseRows(self.means.store.connect),
            self.runs,
            self.dataset_store,
            routes=lambda name, caller: resolve(self.means.rules().menu, name, caller),
            scorers=self.read_scorers,
            apply=self.means.go_by_evidence,
            forecasts=self.routers.forecasts,
        )

    @cached_property
    def routers(self) -> Routers:
        """What forecasts, before anything is generated, whether an owned answer will do."""
        means = self.means
        return make_routers(
            means.config().server.data_dir, means.store, means.embedder, lambda: means.rules().default_label
        )

    @cached_property
    def trainings(self) -> Trainings:
        """What makes routers."""
        from freehold.evaluate.router.draft import Draft  # noqa: PLC0415  # as above
        from freehold.evaluate.router.training import Trainings  # noqa: PLC0415  # as above
        from freehold.evaluate.router.trainings import TrainingRows  # noqa: PLC0415  # as above

        folder = routers_in(self.means.config().server.data_dir)
        return Trainings(
            TrainingRows(self.means.store.connect),
            self.routers,
            draft=lambda training: Draft(folder, training),
            holder=self.means.holder,
            submit=lambda item, key: self.means.jobs.submit(TRAIN, item, key=key),
            loop=self._started_loop,
        )

    @cached_property
    def judges(self) -> JudgeStore:
        """Judges and their certifications, at rest."""
        from freehold.evaluate.judges.store import JudgeStore  # noqa: PLC0415  # as above

        return JudgeStore(self.means.store.connect)

    @cached_property
    def judging(self) -> Judges:
        """What makes and certifies judges."""
        from freehold.evaluate.judges.service import Judges  # noqa: PLC0415  # as above

        return Judges(
            self.judges,
            self.asker,
            stands=lambda model, caller: self.subjects(model, caller).standing,
            revision=lambda: self.means.rules().revision,
            holder=self.means.holder,
            submit=lambda item, key: self.means.jobs.submit(CERTIFY, item, key=key),
            loop=self._started_loop,
        )

    def _started_loop(self) -> asyncio.AbstractEventLoop:
        assert self._loop is not None, "models are asked by a wing that was started"
        return self._loop

    def read_scorers(self, names: Sequence[str], caller: Caller | None) -> Scorers:
        """Scorers by their names, whose judges are asked as this caller. Blocks; raises `BadRequest`."""
        from freehold.evaluate.scorers.around import Around  # noqa: PLC0415  # as above
        from freehold.evaluate.scorers.reading import read  # noqa: PLC0415  # as above

        standing = self.subjects.hashes(caller)
        around = Around(self.asker, caller, self.judges, standing, self.means.opinions)
        return read(names, around)

    @cached_property
    def dataset_store(self) -> DatasetStore:
        """Datasets at rest."""
        from freehold.evaluate.datasets.store import DatasetStore  # noqa: PLC0415  # as above

        return DatasetStore(self.means.store.connect, self.means.store.reader)

    @cached_property
    def datasets(self) -> Datasets:
        """What is asked in evaluations, and what is right."""
        from freehold.evaluate.datasets.service import Datasets  # noqa: PLC0415  # as above

        return Datasets(
            self.dataset_store,
            ExampleReader(self.means.store.reader),
            look=lambda: self.means.scanner().scan_request,
            guards=lambda: self.means.config().guards,
        )

    async def start(self) -> None:
        """Go on, in the background, with what an earlier process left."""
        self._loop = asyncio.get_running_loop()
        if await asyncio.to_thread(self._left):
            self._resuming = asyncio.create_task(self._resume(), name="evaluation")
        self._tidying = asyncio.create_task(self._tidy(), name="routers")

    async def stop(self) -> None:
        """Tell what runs to end; it goes on at the next start."""
        for task in (self._resuming, self._tidying):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
        if "trainings" in self.__dict__:
            await self.trainings.stop()
        if "routers" in self.__dict__:
            await self.routers.stop()
        if "runs" in self.__dict__:
            await self.runs.stop()
        if "judging" in self.__dict__:
            await self.judging.stop()

    def _carry_out(self, run: str) -> None:
        self.runs.carry_out(run)

    def _certify(self, certification: str) -> None:
        self.judging.carry_out(certification)

    def _train(self, training: str) -> None:
        self.trainings.carry_out(training)

    async def forget(self) -> None:
        """Have routers forget what was erased, or has expired; a look at one folder where there are none."""
        folder = routers_in(self.means.config().server.data_dir)
        if await asyncio.to_thread(lambda: any(folder.glob("rt_*"))):
            await self.routers.forget()

    async def _tidy(self) -> None:
        await asyncio.sleep(_AFTER_READY)
        for route in self.means.rules().menu.routes.values():
            if route.promise is not None and route.promise.router:
                self.routers.load(route.promise.router)
        while True:
            try:
                await self.forget()
            except (RequestError, OSError) as error:
                _LOG.warning("routers could not be made to forget what was erased: %s", error)
            await asyncio.sleep(_TIDY_SECONDS)

    def _left(self) -> bool:
        with closing(self.means.store.reader()) as connection:
            return connection.execute(_UNFINISHED).fetchone() is not None

    async def _resume(self) -> None:
        await asyncio.sleep(_AFTER_READY)
        try:
            await self.runs.resume_all()
            await self.judging.resume_all()
            await self.trainings.resume_all()
        except (Unavailable, sqlite3.Error) as error:
            # Requests are answered all the same, and whoever begins a run is told.
            _LOG.error("evaluations that an earlier process left cannot go on: %s", error)
