"""Watching and promotion put together over one stack: what they are handed, who is told, and what follows.

Made when first needed, as all of evaluation: a start over which nothing is watched pays two looks at small tables.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from freehold.assemble.menu import as_it_stands
from freehold.catalog.promises import Promise, Standing
from freehold.core.caller import Caller
from freehold.core.errors import RequestError
from freehold.core.target import Target
from freehold.evaluate.watch.rows import WatchRows
from freehold.evaluate.watch.sample import Watchlist, watchlist
from freehold.evaluate.watch.seen import Seen
from freehold.evaluate.watch.settings import Settings
from freehold.ledger.audit.leaf import note

if TYPE_CHECKING:
    from freehold.assemble.evaluating import Evaluating
    from freehold.evaluate.promote.service import Promotions
    from freehold.evaluate.promote.shadows import Shadows
    from freehold.evaluate.statistics.interval import Interval
    from freehold.evaluate.watch.asked import Canaries
    from freehold.evaluate.watch.audits import Audits
    from freehold.evaluate.watch.calibration import Learned
    from freehold.evaluate.watch.canaries import Canary
    from freehold.evaluate.watch.differences import Differences
    from freehold.evaluate.watch.health import Health
    from freehold.evaluate.watch.inputs import Drifted
    from freehold.evaluate.watch.purse import Purse
    from freehold.evaluate.watch.service import Watch
    from freehold.evaluate.watch.watched import Watched
    from freehold.policy.rules import Route

_LOG = logging.getLogger("freehold")

FEEDBACK_DAYS = 30
"""How far back it counts what people said of answers."""

Tell = Callable[[str, str, dict[str, Any]], None]
"""Tells whoever the configuration names: an event, a sentence, and facts."""


class Vigil:
    """Everything that looks at traffic behind its users' backs. For one event loop."""

    def __init__(
        self,
        evaluating: Evaluating,
        *,
        standing: Callable[[], Standing],
        apply: Callable[[], object],
        suspend: Callable[[str, str], object],
        tell: Tell,
    ) -> None:
        """`apply` has all workers go by what is in force; `suspend` keeps why a promise is not active any more."""
        self._evaluating = evaluating
        self._means = evaluating.means
        self._standing = standing
        self._apply = apply
        self._suspend = suspend
        self._tell = tell
        self._daily: asyncio.Task[None] | None = None
        self.rows = WatchRows(self._means.store.connect)

    def watchlist(self) -> Watchlist:
        """What is watched from now on, for every worker."""
        settings = self._settings()
        judged = bool(settings.judge)
        return watchlist(
            self._standing().promises, self.rows.shares(), self.rows.on_trial(), settings.share, judged=judged
        )

    def take(self, seen: Seen) -> None:
        """A request that was chosen has ended. Returns at once, raises nothing."""
        self.watch.take(seen)

    def configured(self) -> None:
        """Ask canaries every day from now on, where any are configured and nobody does yet."""
        if self._settings().canaries and self._daily is None:
            self._daily = asyncio.create_task(self._every_day(), name="canaries")

    async def stop(self) -> None:
        """Watch nothing any more; what waits is let go of."""
        if self._daily is not None:
            self._daily.cancel()
            await asyncio.wait([self._daily])
        if "watch" in self.__dict__:
            await self.watch.stop()

    @property
    def dropped(self) -> int:
        """Requests that were chosen and let go of."""
        return self.watch.dropped if "watch" in self.__dict__ else 0

    @cached_property
    def watch(self) -> Watch:
        """The queue and what is done with what comes out of it."""
        from freehold.evaluate.watch.service import Watch  # noqa: PLC0415  # at first need, as all of the wing

        others: dict[str, Callable[[Seen], Awaitable[None]]] = {"shadow": self._shadow, "turn": self._turn}
        return Watch(self.audits, self._promises, self._prompts, self.rows, others, alpha=self._alpha)

    @cached_property
    def audits(self) -> Audits:
        """Audits of kept answers."""
        from freehold.evaluate.watch.audits import Around, Audits  # noqa: PLC0415  # as above

        around = Around(
            rows=self.rows,
            asker=self._evaluating.asker,
            purse=self._purse,
            settings=self._settings,
            promises=self._kept_now,
            targets=self._targets,
            scorers=self._evaluating.read_scorers,
            calibration=self._calibration,
            alarm=self._alarm,
            warn=self._warn,
            learn=self._learn,
        )
        return Audits(around)

    @cached_property
    def canaries(self) -> Canaries:
        """Canary prompts and their answers."""
        from freehold.evaluate.watch.asked import Canaries  # noqa: PLC0415  # as above

        return Canaries(self.rows, self._evaluating.asker, self._purse, self._settings, self._changed)

    @cached_property
    def shadows(self) -> Shadows:
        """Candidates that answer unseen."""
        from freehold.evaluate.promote.shadows import Shadows  # noqa: PLC0415  # as above

        evaluating = self._evaluating
        return Shadows(self.rows, evaluating.asker, evaluating.read_scorers, self._apply, self._stands_for)

    def _stands_for(self, name: str) -> str:
        from freehold.evaluate.watch.again import KEY  # noqa: PLC0415  # as above

        return self._evaluating.subjects(name, Caller(key_id=KEY, name="watching")).standing

    @cached_property
    def promotions(self) -> Promotions:
        """Revisions of routes."""
        from freehold.evaluate.promote.revisions import RevisionRows  # noqa: PLC0415  # as above
        from freehold.evaluate.promote.service import Promotions  # noqa: PLC0415  # as above

        return Promotions(
            RevisionRows(self._means.store.connect),
            self.rows,
            lambda: self._evaluating.runs,
            self.shadows,
            routes=self._routes,
            targets=self._targets,
            scorers=self._evaluating.read_scorers,
            apply=self._apply,
            note=self._noted,
        )

    async def drift(self) -> dict[str, Drifted]:
        """By route, how its inputs stand, where any were looked at, before the last start too."""
        return await self.watch.drift()

    async def promises(self) -> list[Watched]:
        """How every promise in force stands."""
        return [await self._watched(promise) for promise in self._promises().values()]

    @cached_property
    def _purse(self) -> Purse:
        from freehold.evaluate.watch.purse import Purse  # noqa: PLC0415  # as above

        return Purse(self.rows)

    def _settings(self) -> Settings:
        return self._means.config().watch

    def _alpha(self) -> float:
        return self._settings().false_alarms

    def _promises(self) -> Mapping[str, Promise]:
        return self._standing().promises

    def _kept_now(self) -> dict[str, Promise]:
        """The promises that their routes go by."""
        routes = self._routes()
        return {
            route: promise
            for route, promise in self._promises().items()
            if as_it_stands(promise, routes)[0] == "active"
        }

    def _targets(self) -> Mapping[str, Target]:
        return {target.name: target for target in self._means.rules().known}

    def _routes(self) -> Mapping[str, Route]:
        return self._means.rules().menu.routes

    async def _every_day(self) -> None:
        await self.canaries.every_day()

    async def _shadow(self, seen: Seen) -> None:
        await self.shadows(seen)

    async def _turn(self, seen: Seen) -> None:
        await self.promotions.turn(seen, await self._judged(seen) if "quality" in seen.drawn else None)

    async def _judged(self, seen: Seen) -> float | None:
        """How good a judge finds an answer of a route with a candidate on trial; `None` where it cannot tell."""
        from freehold.evaluate.watch.again import watcher  # noqa: PLC0415  # as above
        from freehold.evaluate.watch.outcome import alone  # noqa: PLC0415  # as above

        settings = self._settings()
        if seen.request is None or not seen.completed or not await self._purse.has(settings.budget):
            return None
        name = f"judge:{settings.judge}"
        scorers = await asyncio.to_thread(self._evaluating.read_scorers, (name,), watcher(seen.caller))
        outcome = await alone(scorers[name], seen.request, seen.text, str(seen.label))
        self._purse.pay(outcome.cost)
        return outcome.value

    async def _prompts(self, dataset: str) -> Sequence[str]:
        from freehold.evaluate.watch.inputs import prompt_of  # noqa: PLC0415  # as above

        store = self._evaluating.dataset_store
        placed = await asyncio.to_thread(lambda: list(store.examples(dataset, most=2000)))
        return [prompt_of(each.example.request) for each in placed]

    async def _calibration(self, promise: Promise, alpha: float, asks: bool) -> Learned:
        """From the newest runs of the promise's targets on its dataset, and a judge's certificate."""
        from freehold.evaluate.watch.again import KEY  # noqa: PLC0415  # as above
        from freehold.evaluate.watch.calibration import errors_of  # noqa: PLC0415  # as above
        from freehold.evaluate.watch.health import judged  # noqa: PLC0415  # as above

        told, settings = await self._answered(promise, alpha), self._settings()
        agreement = await asyncio.to_thread(self._agreement, settings.pairs)
        if agreement is None:
            return told
        name = f"judge:{settings.pairs}"
        scorers = await asyncio.to_thread(self._evaluating.read_scorers, (name,), Caller(key_id=KEY, name="watching"))
        tried = await errors_of(scorers[name], told.pairs if asks else (), self._purse, settings.budget)
        untried = asks and told.pairs and not tried.size
        by_judge = None if untried else judged(settings.pairs, agreement.low, agreement.high, tried)
        if untried:
            _LOG.warning(
                "the judge %s is not used for the promise of route %s: the day's money did not do to try it",
                settings.pairs,
                promise.route,
            )
        elif by_judge is None:
            _LOG.warning(
                "the judge %s is not used for the promise of route %s: it found harm in %d of %d harmless differences",
                settings.pairs,
                promise.route,
                tried.differed,
                tried.size,
            )
        if by_judge is None:
            return told
        return msgspec.structs.replace(told, correction=by_judge)

    async def _answered(self, promise: Promise, alpha: float) -> Learned:
        from freehold.evaluate.watch.again import KEY  # noqa: PLC0415  # as above
        from freehold.evaluate.watch.calibration import Learned, learned, voices_of  # noqa: PLC0415  # as above

        runs = self._evaluating.runs
        rows: dict[int, dict[str, Any]] = {}
        for name in (*voices_of(promise), promise.stronger):
            found = await runs.newest(limit=1, dataset=promise.data, subject=name)
            if not found:
                return Learned()
            for result in await runs.every(found[0].id):
                rows.setdefault(result.place, {})[name] = result
        store = self._evaluating.dataset_store
        placed = await asyncio.to_thread(lambda: list(store.examples(promise.data)))
        holder = self._means.holder(KEY)
        scorers = await asyncio.to_thread(self._evaluating.read_scorers, (promise.scorer,), holder)
        examples = {each.place: each.example for each in placed}
        if promise.scorer.startswith("judge:"):
            # To ask a judge for a whole calibration again costs more than what it would allow for.
            return Learned()
        return await learned(promise, examples, rows, scorers[promise.scorer], alpha)

    def _agreement(self, judge: str) -> Interval | None:
        """The share of pairs in which a judge is right; `None` where it was not measured."""
        kept = self._evaluating.judges.latest(judge) if judge else None
        measures = () if kept is None or kept.certificate is None else kept.certificate.measures
        return next((each.interval for each in measures if each.name == "agreement"), None)

    async def _alarm(self, promise: Promise, health: Health) -> None:
        facts = {"audited": health.audited, "chosen": health.chosen, "harmed": health.harmed, "promise": promise.id}
        await self._suspended(promise, health.says(), facts)

    async def _warn(self, promise: Promise, differences: Differences) -> None:
        """More answers differ than did: told, and acted on only where the configuration says so."""
        every, says = differences.every, differences.says()
        facts = {"audited": every.audited, "chosen": every.chosen, "differs": every.differs, "promise": promise.id}
        if self._settings().drift_suspends:
            await self._suspended(promise, says, facts)
            return
        again = f"calibrate the route anew with 'freehold eval calibrate {promise.route}'"
        self._noted("promise-drift", {**facts, "route": promise.route, "why": says[:500]})
        self._tell(
            "promise.drift", f"the promise of route {promise.route} rests on other traffic: {says}; {again}", facts
        )

    async def _learn(self, promise: Promise, seen: Seen, harmed: bool) -> None:
        """Have the promise's router learn it, where its user consented to the text being kept."""
        from freehold.evaluate.router.gathering import Outcome  # noqa: PLC0415  # as above
        from freehold.evaluate.watch.again import watcher  # noqa: PLC0415  # as above

        if not promise.router or not seen.caller.capture or seen.request is None or seen.label is None:
            return
        # A judge of pairs says whether the stronger target's answer is the better one, not whether that is right.
        outcome = Outcome(seen.request, float(not harmed), 1.0, seen.slices, exchange=seen.exchange)
        try:
            await self._evaluating.trainings.learn(promise.router, outcome, seen.label, watcher(seen.caller))
        except RequestError as error:
            _LOG.info("the router of route %s learns nothing of an audit: %s", promise.route, error.message)

    async def _suspended(self, promise: Promise, says: str, facts: dict[str, Any]) -> None:
        why = f"{says}; calibrate the route anew with 'freehold eval calibrate {promise.route}'"
        await asyncio.to_thread(self._suspend, promise.id, why)
        self._apply()
        self._noted("promise", {**facts, "route": promise.route, "state": "suspended", "why": why[:500]})
        self._tell("promise.suspended", f"the promise of route {promise.route} is suspended: {why}", facts)

    async def _changed(self, canary: Canary) -> None:
        affected = [each.route for each in self._promises().values() if each.stronger == canary.target]
        facts = {"target": canary.target, "looks": canary.looks, "routes": affected}
        await asyncio.to_thread(self.rows.add, "change", canary.target, facts)
        self._noted("target-changed", facts)
        routes = f"; promises of {', '.join(affected)} were calibrated with it before" if affected else ""
        self._tell("target.changed", f"{canary.target} does not answer as it did{routes}", facts)

    def _noted(self, kind: str, body: dict[str, Any]) -> None:
        self._means.book.note(note(kind, **body))

    async def _watched(self, promise: Promise) -> Watched:
        from freehold.evaluate.watch.watched import watched  # noqa: PLC0415  # as above

        standing = await self.audits.standing(promise)
        since = time.time_ns() - FEEDBACK_DAYS * 86_400 * 10**9
        feedback = await asyncio.to_thread(self.rows.feedback, promise.route, since)
        acts = self._settings().drift_suspends
        found = await asyncio.to_thread(lambda: watched(promise, standing, feedback, days=FEEDBACK_DAYS, acts=acts))
        state, why = as_it_stands(promise, self._routes())
        return msgspec.structs.replace(found, state=state, why=why)
