"""Audits kept answers: another answer, a comparison, one more step of the test, and what follows from an alarm.

The safe side of an alarm is that nothing is kept any more. What has broken is the relation between score and harm, from
which every threshold of the calibration was drawn; so no other threshold of it can be trusted either, and the one rule
whose harm is known without it is to ask the stronger target each time. It costs what escalation costs, until the route
is calibrated anew.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from freehold.catalog.promises import Promise
from freehold.core.caller import Caller
from freehold.core.money import Nanodollars
from freehold.core.target import Target
from freehold.evaluate.asking import Asker
from freehold.evaluate.ports import Scorer, Scorers
from freehold.evaluate.watch.again import again, watcher
from freehold.evaluate.watch.health import Correction, Health, begun, looked
from freehold.evaluate.watch.outcome import Outcome, alone, compared
from freehold.evaluate.watch.purse import Purse
from freehold.evaluate.watch.rows import Audit, WatchRows
from freehold.evaluate.watch.seen import Seen
from freehold.evaluate.watch.settings import Settings

ORIGIN = "audit"
NOTHING = Outcome(None, "difference")
"""Of an audit that could not be had."""


@dataclass(frozen=True, slots=True)
class Around:
    """What audits are handed. What may change is asked for anew each time."""

    rows: WatchRows
    asker: Asker
    purse: Purse
    settings: Callable[[], Settings]
    promises: Callable[[], Mapping[str, Promise]]
    """Those in force, by route."""
    targets: Callable[[], Mapping[str, Target]]
    scorers: Callable[[Sequence[str], Caller | None], Scorers]
    """Blocks; raises `BadRequest`."""
    correction: Callable[[Promise, float], Awaitable[Correction]]
    alarm: Callable[[Promise, Health], Awaitable[None]]


class Audits:
    """All audits. For one event loop; one promise's are counted one after another."""

    def __init__(self, around: Around) -> None:
        self._around = around
        self._healths: dict[str, Health] = {}
        self._counting = asyncio.Lock()
        self._random = random.Random()  # noqa: S311  Chooses a sample; nothing is secret.

    async def __call__(self, seen: Seen, chance: float) -> None:
        """Audit one request that was chosen with this chance. Raises `Unavailable` where nothing can be written."""
        promise = self._around.promises().get(seen.route)
        if promise is None or promise.state != "active" or not seen.completed or seen.request is None:
            return
        if not _is_kept(promise, seen):
            await self._count(promise, lambda health: health.after(harmed=False, audited=False, chance=chance))
            return
        share = _looked(promise, seen)
        if self._random.random() >= share:
            await self._count(
                promise, lambda health: health.after(harmed=False, audited=False, chance=chance, looked=share)
            )
            return
        stronger, outcome, why = await self._outcome(promise, seen)
        self._around.purse.pay(outcome.cost)
        audit = Audit(
            promise=promise.id,
            route=seen.route,
            exchange=seen.exchange,
            chance=chance * share,
            kept_by=seen.target,
            by=outcome.by,
            stronger=stronger,
            harmed=outcome.harmed,
            why=why,
            cost_nano=outcome.cost,
        )
        await asyncio.to_thread(self._around.rows.add, "audit", promise.id, audit, exchange=seen.exchange)
        await self._count(promise, lambda health: _counted(health, outcome, why, chance, share))

    async def health(self, promise: Promise) -> Health:
        """How a promise stands."""
        async with self._counting:
            return await self._health(promise)

    async def missed(self, route: str, why: str) -> None:
        """One that was chosen could not even be looked at."""
        promise = self._around.promises().get(route)
        if promise is not None and promise.state == "active":
            await self._count(promise, lambda health: health.without(why))

    async def _count(self, promise: Promise, step: Callable[[Health], Health]) -> None:
        async with self._counting:
            before = await self._health(promise)
            after = self._healths[promise.id] = step(before)
            await asyncio.to_thread(self._around.rows.put, "health", promise.id, after)
        if after.alarmed and not before.alarmed:
            await self._around.alarm(promise, after)

    async def _health(self, promise: Promise) -> Health:
        found = self._healths.get(promise.id)
        if found is None:
            found = await asyncio.to_thread(self._around.rows.get, "health", promise.id, Health)
        if found is None:
            alpha = self._around.settings().false_alarms
            # A half each: for the correction to be too small, and for the test itself to err.
            correction = await self._around.correction(promise, alpha / 2)
            found = begun(promise.id, promise.route, _promised(promise), alpha / 2, correction)
        self._healths[promise.id] = found
        return found

    async def _outcome(self, promise: Promise, seen: Seen) -> tuple[str, Outcome, str]:
        """Which target answered too, what came of it, and why nothing did."""
        around, settings = self._around, self._around.settings()
        if not await around.purse.has(settings.budget):
            return "", NOTHING, "budget"
        if promise.stronger not in seen.allowed:
            return "", *await self._alone(seen, settings.judge)
        asked = await again(around.asker, seen, promise.stronger, within=around.targets(), origin=ORIGIN)
        if asked.answer is None or asked.target != promise.stronger or seen.request is None:
            return "", msgspec.structs.replace(NOTHING, cost=asked.cost), asked.state
        scorer = await self._scorer(promise.scorer, watcher(seen.caller))
        outcome = await compared(scorer, seen.request, seen.text, asked.text, str(seen.label))
        if outcome.harmed and outcome.by == "difference" and settings.pairs:
            outcome = await self._preferred(seen, asked.text, settings.pairs)
        paid = msgspec.structs.replace(outcome, cost=Nanodollars(outcome.cost + asked.cost))
        return promise.stronger, paid, "" if outcome.harmed is not None else "unread"

    async def _preferred(self, seen: Seen, stronger: str, judge: str) -> Outcome:
        """Whether the differing answer of the stronger target is the better one."""
        if seen.request is None:
            return NOTHING
        scorer = await self._scorer(f"judge:{judge}", watcher(seen.caller))
        return await compared(scorer, seen.request, seen.text, stronger, str(seen.label))

    async def _alone(self, seen: Seen, judge: str) -> tuple[Outcome, str]:
        if not judge or seen.request is None:
            return NOTHING, "label"
        scorer = await self._scorer(f"judge:{judge}", watcher(seen.caller))
        outcome = await alone(scorer, seen.request, seen.text, str(seen.label))
        return outcome, "" if outcome.harmed is not None else "unread"

    async def _scorer(self, name: str, caller: Caller) -> Scorer:
        return (await asyncio.to_thread(self._around.scorers, (name,), caller))[name]


def _counted(health: Health, outcome: Outcome, why: str, chance: float, looked_at: float) -> Health:
    if outcome.harmed is None:
        return health.without(why, outcome.cost)
    if outcome.by == "judge-alone":
        return health.judged_alone(wanting=outcome.harmed, cost_nano=outcome.cost)
    return health.after(harmed=outcome.harmed, audited=True, chance=chance, looked=looked_at, cost_nano=outcome.cost)


def _promised(promise: Promise) -> float:
    """The share to be held to: what was promised, or for one made within a budget, the bound that came of it."""
    return promise.harm if promise.harm is not None else min(max(promise.bound, 1e-4), 0.9)


def _is_kept(promise: Promise, seen: Seen) -> bool:
    if promise.keeping is None:
        return seen.target == promise.single
    return seen.kept and seen.target == promise.keeping.voices[-1]


def _looked(promise: Promise, seen: Seen) -> float:
    if promise.keeping is None or seen.chance is None:
        return 1.0
    return looked(seen.chance, promise.keeping.threshold)
