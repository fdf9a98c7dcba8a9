"""Calibrating a route: its targets are asked as bare targets, and from what they came to a promise is made.

In two steps, so that nothing waits on a connection: `begin` has the runs, which go on by themselves and use again what
earlier runs were answered; `conclude` makes the promise of runs that have ended, and puts it in force.
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from freehold.catalog.promises import Promise
from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Conflict
from freehold.core.label import Label
from freehold.core.request import Request
from freehold.core.target import Target
from freehold.evaluate.datasets.store import DatasetStore
from freehold.evaluate.model import Result, Run, Settings
from freehold.evaluate.ports import Scorer
from freehold.evaluate.promise.bounds import HORIZON
from freehold.evaluate.promise.choose import Aim, check_enough
from freehold.evaluate.promise.gathering import check_slices, gather
from freehold.evaluate.promise.mirror import affordable, check_halves
from freehold.evaluate.promise.offer import About, Offer, offer
from freehold.evaluate.promise.rows import PromiseRows
from freehold.evaluate.promise.table import Outcomes
from freehold.evaluate.runs.rows import ENDED
from freehold.evaluate.runs.service import ReadScorers, Runs
from freehold.policy.rules import Route

Routes = Callable[[str, Caller], Route]
"""What a name stands for, for a caller; raises `UnknownModel`."""


class Forecasts(Protocol):
    """What a router expects of examples, each given with its id and the slices it states.

    `None` of those it was taught. Raises `RequestError`.
    """

    async def __call__(
        self, router: str, examples: Sequence[tuple[str, Request, dict[str, str]]], label: Label | None, caller: Caller
    ) -> list[float | None]: ...


class Plan(msgspec.Struct, frozen=True):
    """What is to be promised, and from which answers."""

    data: str
    """A dataset, by id or by name."""
    scorer: str
    harm: float = 0.02
    confidence: float = 0.9
    escalate: float | None = None
    """In place of `harm`: the share of requests to escalate, with the least harm."""
    budget_share: float | None = None
    """Likewise, as the cost of a request, as a share of what the stronger target alone costs."""
    horizon: int = HORIZON
    voices: tuple[str, ...] = ()
    """The owned targets to ask, in order; empty: all of the route that are owned."""
    stronger: str = ""
    """Empty: the route's last target."""
    slices: tuple[str, ...] = ()
    """Slices of the dataset that may be weighed, which callers name in their requests' metadata."""
    router: str = ""
    """The id of a router whose forecasts may be weighed; of its own prompts it says nothing."""
    right_at: float | None = None
    """The least score of an answer that is right; of need where the scorer knows more than right and wrong."""
    settings: Settings = Settings()
    """How the runs ask; the scorer is added."""


class Calibrations:
    """All calibrations and the promises that came of them."""

    def __init__(
        self,
        rows: PromiseRows,
        runs: Runs,
        datasets: DatasetStore,
        *,
        routes: Routes,
        scorers: ReadScorers,
        apply: Callable[[], object],
        forecasts: Forecasts | None = None,
    ) -> None:
        """`apply` has all workers go by what is in force. `forecasts`: `None` where nobody forecasts."""
        self.rows = rows
        self._runs = runs
        self._datasets = datasets
        self._routes = routes
        self._scorers = scorers
        self._apply = apply
        self._forecasts = forecasts

    async def begin(self, route: str, plan: Plan, caller: Caller) -> dict[str, Run]:
        """A run for each voice and for the stronger target, by its name.

        After an alarm all is asked anew: what was answered before it is not what is answered now.
        Raises `BadRequest` for a route or a scorer that nothing can be promised with, `NotFound` for the dataset.
        """
        voices, stronger = self._parts(route, plan, caller)
        await asyncio.to_thread(self._check, plan, caller)
        await asyncio.to_thread(self._check_enough, plan)
        fresh = plan.settings.fresh or await self._suspended(route) is not None
        settings = msgspec.structs.replace(plan.settings, scorers=(plan.scorer,), logprobs=True, fresh=fresh)
        return {
            target.name: await self._runs.begin(plan.data, target.name, settings, caller)
            for target in (*voices, stronger)
        }

    async def conclude(self, route: str, plan: Plan, runs: dict[str, str], caller: Caller, *, dry_run: bool) -> Offer:
        """The promise that these runs allow, in force unless it is a dry run.

        Raises `Conflict` while a run goes on, and `BadRequest` where there is too little to promise anything on.
        """
        voices, stronger = self._parts(route, plan, caller)
        scorer = await asyncio.to_thread(self._check, plan, caller)
        targets = (*voices, stronger)
        if missing := [target.name for target in targets if target.name not in runs]:
            raise BadRequest(f"there is no run of {', '.join(missing)}", param="runs")
        ended = {target.name: await self._ended(runs[target.name], target.name) for target in targets}
        for name, run in ended.items():
            if many := await self._runs.outdated(run.id, caller):
                raise Conflict(
                    f"{many} answers of {name} are of what it was before, since it was changed while it was asked;"
                    " calibrate again, which asks those anew"
                )
        if len({run.dataset for run in ended.values()}) > 1:
            raise BadRequest("the runs are of different datasets", param="runs")
        await self._check_judged(plan, ended, scorer)
        results = {name: await self._runs.every(run.id) for name, run in ended.items()}
        data = next(iter(ended.values())).dataset
        foreseen = await self._foreseen(plan, data, caller) if plan.router else None
        unfinished = _unfinished(ended)
        try:
            made = await asyncio.to_thread(
                self._offer, route, plan, voices, stronger, data, results, foreseen, unfinished
            )
        except BadRequest as error:
            if error.param != "data" or not unfinished:
                raise
            raise BadRequest(f"{unfinished}; {error.message}", param="data") from error
        if (broken := await self._suspended(route)) is not None and broken.data == data:
            made = msgspec.structs.replace(made, sentences=(*made.sentences, _same_questions(broken)))
        if not dry_run:
            kept = await asyncio.to_thread(self.rows.add, made.promise)
            made = msgspec.structs.replace(made, promise=kept)
            self._apply()
        return made

    async def withdraw(self, promise: str, caller: Caller) -> None:
        """Take a promise back; the route is as the configuration has it. Raises `NotFound`, `Conflict`."""
        await asyncio.to_thread(self.rows.move, promise, "withdrawn", f"by {caller.name or caller.key_id}")
        self._apply()

    async def _suspended(self, route: str) -> Promise | None:
        """The route's promise, where it is suspended."""
        found = (await asyncio.to_thread(self.rows.standing)).promises.get(route)
        return found if found is not None and found.state == "suspended" else None

    def _parts(self, route: str, plan: Plan, caller: Caller) -> tuple[tuple[Target, ...], Target]:
        """The voices and the stronger target."""
        found = self._routes(route, caller)
        if found.flow != "cascade":
            raise BadRequest(
                f'{route} is no cascade; only a route with flow = "cascade" keeps a promise', param="route"
            )
        if found.collections:
            raise BadRequest(
                f"{route} answers from documents ({', '.join(found.collections)}), and a calibration asks its targets"
                " without them, so that it would promise nothing of what is served; calibrate a route of its targets"
                " without collections",
                param="route",
            )
        targets = {target.name: target for target in found.targets}
        stronger = targets.get(plan.stronger) if plan.stronger else found.targets[-1]
        if stronger is None:
            raise BadRequest(f"route {route} has no target {plan.stronger!r}", param="stronger")
        if unknown := [name for name in plan.voices if name not in targets or name == stronger.name]:
            raise BadRequest(f"{', '.join(unknown)} can be no voice of route {route}", param="voices")
        named = [targets[name] for name in plan.voices] or [each for each in found.targets if each != stronger]
        voices = tuple(each for each in named if each.owned)
        if len(voices) < len(plan.voices) or not voices:
            raise BadRequest(
                f"route {route} keeps owned answers alone, and has none before {stronger.name}", param="voices"
            )
        return voices, stronger

    def _check(self, plan: Plan, caller: Caller) -> Scorer:
        scorer = next(iter(self._scorers((plan.scorer,), caller).values()))
        if not scorer.gates:
            raise Conflict(
                f"{plan.scorer} is not certified, and nothing is promised by its word; certify it first, with"
                " 'freehold eval certify'"
            )
        dataset = self._datasets.find(plan.data)
        if plan.slices:
            check_slices((each.example for each in self._datasets.examples(dataset.id)), plan.slices)
        return scorer

    def _check_enough(self, plan: Plan) -> None:
        """Raises `BadRequest` where there are too few questions whatever their answers will be."""
        size = self._datasets.find(plan.data).size
        size = size if plan.settings.limit is None else min(size, plan.settings.limit)
        if plan.escalate is None and plan.budget_share is None:
            check_enough(size, Aim(plan.harm, plan.confidence, plan.horizon))
        else:
            check_halves(size)

    async def _check_judged(self, plan: Plan, runs: Mapping[str, Run], scorer: Scorer) -> None:
        """What a judge said before it was changed is another judge's word; raises `Conflict`."""
        if not plan.scorer.startswith("judge:"):
            return
        for run in runs.values():
            if await self._runs.versions(run.id, plan.scorer) - {scorer.version}:
                raise Conflict(
                    f"the run {run.id} was scored by {plan.scorer} before it was certified as it is now; score it anew"
                    f" with 'freehold eval score {run.id} --scorer {plan.scorer}'"
                )

    async def _ended(self, run: str, target: str) -> Run:
        found = await self._runs.get(run)
        if found.subject != target:
            raise BadRequest(f"the run {run} is of {found.subject}, not of {target}", param="runs")
        if found.brought:
            raise BadRequest(
                f"the results of {run} were brought from elsewhere; no promise is made of them", param="runs"
            )
        if found.state not in ENDED:
            raise Conflict(f"the run {run} of {target} is {found.state}; wait for its end")
        if found.state == "failed":
            raise Conflict(f"the run {run} of {target} failed: {found.note}")
        return found

    async def _foreseen(self, plan: Plan, data: str, caller: Caller) -> dict[int, float | None]:
        """What the router expects of each question, by its place; raises `BadRequest` where it knows too much."""
        if self._forecasts is None:
            raise BadRequest("there are no routers here", param="router")
        dataset = await asyncio.to_thread(self._datasets.find, data)
        placed = await asyncio.to_thread(lambda: list(self._datasets.examples(data)))
        examples = [
            (each.id, each.request, {key: each.slices[key] for key in plan.slices if key in each.slices})
            for each in (one.example for one in placed)
        ]
        found = await self._forecasts(plan.router, examples, dataset.label, caller)
        if sum(chance is None for chance in found) > len(found) / 2:
            raise BadRequest(
                f"the router {plan.router} was taught most of these questions, or cannot tell of them;"
                " calibrate on others",
                param="router",
            )
        return {each.place: chance for each, chance in zip(placed, found, strict=True)}

    def _offer(
        self,
        route: str,
        plan: Plan,
        voices: Sequence[Target],
        stronger: Target,
        data: str,
        results: dict[str, list[Result]],
        foreseen: dict[int, float | None] | None,
        unfinished: str,
    ) -> Offer:
        by_place = {name: {result.place: result for result in some} for name, some in results.items()}
        named = [voice.name for voice in voices]
        wanted = {place for some in by_place.values() for place in some}
        asked = {each.place: each.example for each in self._datasets.examples(data) if each.place in wanted}
        found = gather(asked, by_place, named, stronger.name, plan.scorer, plan.slices, foreseen, plan.right_at)
        about = About(
            route=route,
            data=data,
            scorer=plan.scorer,
            made=datetime.datetime.now().astimezone().date().isoformat(),
            models={target.name: target.model for target in (*voices, stronger)},
            providers={target.name: target.provider for target in (*voices, stronger)},
            left_out=found.left_out,
            unfinished=unfinished,
            slices=plan.slices,
            router=plan.router,
            right_at=plan.right_at,
        )
        aim = Aim(plan.harm, plan.confidence, plan.horizon)
        return offer(found.outcomes, about, aim, _share(found.outcomes, plan))


def _same_questions(broken: Promise) -> str:
    return (
        f"On these very questions {broken.id} was promised, which is suspended. Where the traffic is no longer like"
        " them, this promise will not hold either: add questions of now, as with 'freehold eval data from-ledger'."
    )


def _unfinished(runs: Mapping[str, Run]) -> str:
    """Which runs ended before every question was asked, and why; empty where all came to their end."""
    return "; ".join(
        f"the run {run.id} of {name} is {run.state}: {run.note or 'not every question was asked'}"
        for name, run in runs.items()
        if run.state != "done"
    )


def _share(outcomes: Outcomes, plan: Plan) -> float | None:
    if plan.budget_share is None:
        return plan.escalate
    return affordable(outcomes, plan.budget_share * float(outcomes.costs[outcomes.stronger].mean()))
