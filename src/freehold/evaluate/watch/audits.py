"""Audits kept answers: another answer, a comparison, one more step of the test, and what follows from an alarm.

The safe side of an alarm is that nothing is kept any more. What has broken is the relation between score and harm, from
which every threshold of the calibration was drawn; so no other threshold of it can be trusted either, and the one rule
whose harm is known without it is to ask the stronger target each time. It costs what escalation costs, until the route
is calibrated anew.
"""

from __future__ import annotations

import asyncio
import random
import time
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
from freehold.evaluate.watch.calibration import Learned
from freehold.evaluate.watch.differences import Differences
from freehold.evaluate.watch.differences import begun as compared_with
from freehold.evaluate.watch.health import Health, begun
from freehold.evaluate.watch.looking import root_of_risk
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
    calibration: Callable[[Promise, float, bool], Awaitable[Learned]]
    """What the calibration's answers teach, with the rate at which it may be wrong about them, and whether a judge may
    be asked about them."""
    alarm: Callable[[Promise, Health], Awaitable[None]]
    warn: Callable[[Promise, Differences], Awaitable[None]]
    learn: Callable[[Promise, Seen, bool], Awaitable[None]]
    """Is told whether a kept answer did harm, by a judge of pairs: a difference alone teaches nobody."""


class Standing(msgspec.Struct, frozen=True):
    """How the answers of one promise stand."""

    health: Health
    differences: Differences | None
    """`None` where the calibration has nothing to compare with."""


Step = Callable[[Standing], Standing]


class Audits:
    """All audits. For one event loop; one promise's are counted one after another."""

    def __init__(self, around: Around) -> None:
        self._around = around
        self._standings: dict[str, Standing] = {}
        self._unbegun: dict[tuple[str, str], Standing] = {}
        """Of promises of which nothing was audited yet, with the judge of pairs that was named."""
        self._in_vain: set[str] = set()
        """Promises of which the last kept answer that was looked at could not be compared."""
        self._counting = asyncio.Lock()
        self._random = random.Random()  # noqa: S311  Chooses a sample; nothing is secret.

    async def __call__(self, seen: Seen, chance: float) -> None:
        """Audit one request that was chosen with this chance. Raises `Unavailable` where nothing can be written."""
        around, settings = self._around, self._around.settings()
        promise = around.promises().get(seen.route)
        if promise is None or promise.state != "active" or not seen.completed or seen.request is None:
            return
        kept, escalated = _is_kept(promise, seen), seen.target == promise.stronger
        # Nothing of these kinds can be looked at, so nothing of these kinds may pass for harmless either.
        if not await around.purse.has(settings.budget):
            await self._aside(promise, seen, chance, "budget")
        elif promise.stronger not in seen.allowed:
            await self._aside(promise, seen, chance, "label")
        elif kept:
            await self._kept(promise, seen, chance)
        elif escalated:
            await self._count(promise, lambda now: _escalated(now, chance))
        else:
            await self._aside(promise, seen, chance, "fallback")

    async def standing(self, promise: Promise) -> Standing:
        """How a promise stands. Asks nobody, so that whoever may look may look."""
        key = (promise.id, self._around.settings().pairs)
        found = await self._found(promise) or self._unbegun.get(key)
        if found is None:
            found = self._unbegun[key] = await self._begun(promise, asks=False)
        return found

    async def _kept(self, promise: Promise, seen: Seen, chance: float) -> None:
        """Throw the second coin, and look at the answer if it says so."""
        root = _root(promise, seen)
        settings = self._around.settings()
        wanted = settings.share / chance
        share = (await self.standing(promise)).health.looking.chance(root, wanted)
        if self._random.random() >= share:
            # Whoever is not looked at counts as nothing found, which is fair only while looking would find something.
            if promise.id not in self._in_vain:
                await self._count(promise, lambda now: _unseen(now, seen, chance, share, root))
            return
        # A judge that is not believed is not asked: what is allowed for is then the share of harmless differences.
        judge = (await self._under_way(promise)).health.correction.judge
        outcome, why = await self._outcome(promise, seen, judge)
        (self._in_vain.add if outcome.harmed is None else self._in_vain.discard)(promise.id)
        await self._wrote(promise, seen, chance * share, outcome, why, stronger=promise.stronger)
        await self._count(promise, lambda now: _counted(now, seen, outcome, why, _Chances(chance, share, root)))
        if judge and outcome.harmed is not None:
            await self._around.learn(promise, seen, outcome.harmed)

    async def _aside(self, promise: Promise, seen: Seen, chance: float, why: str) -> None:
        """A request that does not count: a judge of one answer looks at it, if there is one, or nobody."""
        settings = self._around.settings()
        if seen.target == promise.stronger or self._random.random() >= settings.share / chance:
            return
        outcome = NOTHING
        if why == "label" and settings.judge:
            outcome = await self._alone(seen, settings.judge)
            why = "" if outcome.harmed is not None else "unread"
        await self._wrote(promise, seen, min(chance, settings.share), outcome, why)
        await self._count(promise, lambda now: _beside(now, outcome, why))

    async def _wrote(
        self, promise: Promise, seen: Seen, chance: float, outcome: Outcome, why: str, *, stronger: str = ""
    ) -> None:
        self._around.purse.pay(outcome.cost)
        audit = Audit(
            promise=promise.id,
            route=seen.route,
            exchange=seen.exchange,
            chance=chance,
            kept_by=seen.target,
            by=outcome.by,
            stronger="" if outcome.harmed is None else stronger,
            harmed=outcome.harmed,
            differs=outcome.differs,
            why=why,
            cost_nano=outcome.cost,
        )
        await asyncio.to_thread(self._around.rows.add, "audit", promise.id, audit, exchange=seen.exchange)

    async def _count(self, promise: Promise, step: Step) -> None:
        async with self._counting:
            may_ask = await self._around.purse.has(self._around.settings().budget)
            before = await self._found(promise) or await self._begun(promise, asks=may_ask)
            after = _dated(before, step(before))
            self._standings[promise.id] = after
            await asyncio.to_thread(self._write, promise.id, after)
        if after.health.alarmed and not before.health.alarmed:
            await self._around.alarm(promise, after.health)
        was, now = before.differences, after.differences
        if now is not None and was is not None and now.warned and not was.warned:
            await self._around.warn(promise, now)

    def _write(self, promise: str, standing: Standing) -> None:
        self._around.rows.put("health", promise, standing.health)
        if standing.differences is not None:
            self._around.rows.put("differences", promise, standing.differences)

    async def _under_way(self, promise: Promise) -> Standing:
        """How a promise stands, its test begun, so that the judge has been tried."""
        async with self._counting:
            found = await self._found(promise)
            if found is None:
                found = self._standings[promise.id] = await self._begun(promise, asks=True)
            return found

    async def _found(self, promise: Promise) -> Standing | None:
        found = self._standings.get(promise.id) or await asyncio.to_thread(self._read, promise.id)
        return found if found is not None and self._fits(found) else None

    def _fits(self, standing: Standing) -> bool:
        """Whether it goes by the judge that is named now: with another one, or none, the test is begun anew."""
        pairs, health = self._around.settings().pairs, standing.health
        return health.correction.judge in ("", pairs) if health.named is None else health.named == pairs

    async def _begun(self, promise: Promise, *, asks: bool) -> Standing:
        settings = self._around.settings()
        alpha = settings.false_alarms
        # A half each: for the correction to be too small, and for the test itself to err.
        learned = await self._around.calibration(promise, alpha / 2, asks)
        health = begun(promise.id, promise.route, _promised(promise), alpha / 2, learned.correction)
        # Without a trial of the judge the test is one to be begun anew, once there is money for it.
        health = msgspec.structs.replace(health, named=settings.pairs if asks else "")
        return Standing(health, compared_with(learned.kept, learned.slices, alpha))

    def _read(self, promise: str) -> Standing | None:
        rows = self._around.rows
        health = rows.get("health", promise, Health)
        return None if health is None else Standing(health, rows.get("differences", promise, Differences))

    async def _outcome(self, promise: Promise, seen: Seen, judge: str) -> tuple[Outcome, str]:
        """What came of asking the stronger target too, and why nothing did. `judge`, of pairs, is empty for none."""
        around = self._around
        asked = await again(around.asker, seen, promise.stronger, within=around.targets(), origin=ORIGIN)
        if asked.answer is None or asked.target != promise.stronger or seen.request is None:
            return msgspec.structs.replace(NOTHING, cost=asked.cost), asked.state
        scorer = await self._scorer(promise.scorer, watcher(seen.caller))
        outcome = await compared(scorer, seen.request, seen.text, asked.text, str(seen.label))
        if outcome.harmed and outcome.by == "difference" and judge:
            preferred = await self._preferred(seen, asked.text, judge)
            outcome = msgspec.structs.replace(preferred, differs=outcome.differs)
        paid = msgspec.structs.replace(outcome, cost=Nanodollars(outcome.cost + asked.cost))
        return paid, "" if outcome.harmed is not None else "unread"

    async def _preferred(self, seen: Seen, stronger: str, judge: str) -> Outcome:
        """Whether the differing answer of the stronger target is the better one."""
        if seen.request is None:
            return NOTHING
        scorer = await self._scorer(f"judge:{judge}", watcher(seen.caller))
        return await compared(scorer, seen.request, seen.text, stronger, str(seen.label))

    async def _alone(self, seen: Seen, judge: str) -> Outcome:
        if seen.request is None:
            return NOTHING
        scorer = await self._scorer(f"judge:{judge}", watcher(seen.caller))
        return await alone(scorer, seen.request, seen.text, str(seen.label))

    async def _scorer(self, name: str, caller: Caller) -> Scorer:
        return (await asyncio.to_thread(self._around.scorers, (name,), caller))[name]


class _Chances(msgspec.Struct, frozen=True):
    """With which a kept answer was chosen and looked at, and what the second rests on."""

    chosen: float
    looked: float
    root: float


def _escalated(now: Standing, chance: float) -> Standing:
    return msgspec.structs.replace(now, health=now.health.after(harmed=False, audited=False, chance=chance))


def _unseen(now: Standing, seen: Seen, chance: float, share: float, root: float) -> Standing:
    health = now.health.kept(root).after(harmed=False, audited=False, chance=chance, looked=share)
    differences = now.differences
    if differences is not None:
        differences = differences.after(seen.slices, differs=False, audited=False, looked=share)
    return Standing(health, differences)


def _counted(now: Standing, seen: Seen, outcome: Outcome, why: str, chances: _Chances) -> Standing:
    health, differences = now.health.kept(chances.root), now.differences
    if outcome.harmed is None:
        health = health.without(why, outcome.cost)
    else:
        harmed, cost = outcome.harmed, int(outcome.cost)
        chosen, looked, differs = chances.chosen, chances.looked, outcome.differs
        health = health.after(
            harmed=harmed, audited=True, chance=chosen, looked=looked, differs=differs, cost_nano=cost
        )
    if differences is not None and outcome.differs is not None:
        differences = differences.after(seen.slices, differs=outcome.differs, audited=True, looked=chances.looked)
    return Standing(health, differences)


def _beside(now: Standing, outcome: Outcome, why: str) -> Standing:
    if outcome.harmed is None:
        health = now.health.without(why, outcome.cost)
    else:
        health = now.health.judged_alone(wanting=outcome.harmed, cost_nano=outcome.cost)
    return msgspec.structs.replace(now, health=health)


def _dated(before: Standing, after: Standing) -> Standing:
    """With the time of an alarm or a warning that was not there before."""
    health, differences = after.health, after.differences
    if health.alarmed and not before.health.alarmed:
        health = msgspec.structs.replace(health, alarmed_ns=time.time_ns())
    if differences is not None and differences.warned and differences.warned_ns is None:
        differences = msgspec.structs.replace(differences, warned_ns=time.time_ns())
    return Standing(health, differences)


def _promised(promise: Promise) -> float:
    """The share to be held to: what was promised, or for one made within a budget, the bound that came of it."""
    return promise.harm if promise.harm is not None else min(max(promise.bound, 1e-4), 0.9)


def _is_kept(promise: Promise, seen: Seen) -> bool:
    if promise.keeping is None:
        return seen.target == promise.single
    return seen.kept and seen.target == promise.keeping.voices[-1]


def _root(promise: Promise, seen: Seen) -> float:
    return 1.0 if promise.keeping is None else root_of_risk(seen.chance, promise.keeping.threshold)
