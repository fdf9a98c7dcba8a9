"""Shadows: a candidate answers a share of a route's traffic too, unseen, and is compared with what users got."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Conflict, NotFound, UnknownModel
from freehold.evaluate.asking import Asker
from freehold.evaluate.model import Example, Result
from freehold.evaluate.ports import Scorer, Scorers
from freehold.evaluate.promote.trial import Trial, begun
from freehold.evaluate.watch.again import again, watcher
from freehold.evaluate.watch.outcome import reference
from freehold.evaluate.watch.rows import WatchRows
from freehold.evaluate.watch.seen import Seen

ORIGIN = "shadow"
NEED_MORE = frozenset({"regex", "citations", "code", "people"})
"""Scorers that read what is expected as something other than an answer, so that no answer can stand in its place."""


class Shadow(msgspec.Struct, frozen=True):
    """One candidate beside one route."""

    route: str
    candidate: str
    share: float
    scorer: str
    """That compares two answers: a certified judge, or a scorer that takes the route's own answer for right."""
    trial: Trial
    budget_nano: int
    spent_nano: int = 0
    began_ns: int = 0
    by: str = ""
    """The key of whoever began it."""
    state: Literal["running", "stopped"] = "running"
    why: str = ""
    stands: str = ""
    """What candidate and route stood for when it began: a hash that changes with the models; empty where unknown."""

    def says(self) -> str:
        """How it stands, in a sentence."""
        stopped = f"; it has stopped: {self.why}" if self.state == "stopped" else ""
        missed = ", ".join(f"{many} {why}" for why, many in sorted(self.trial.missed.items()))
        return f"{self.trial.says()}{stopped}{f'; not compared: {missed}' if missed else ''}"

    @property
    def assumes(self) -> str:
        """What its scorer takes for granted; empty for a judge of pairs, which prefers either."""
        if self.scorer.startswith("judge:"):
            return ""
        return (
            f"{self.scorer} takes the route's own answer for right, since nobody says what is: each difference counts"
            " against the candidate, also where its answer is the better one"
        )


class Shadows:
    """All shadows. For one event loop; a route has one at a time."""

    def __init__(
        self,
        rows: WatchRows,
        asker: Asker,
        scorers: Callable[[Sequence[str], Caller | None], Scorers],
        changed: Callable[[], object],
        stands: Callable[[str], str],
    ) -> None:
        """`changed` is called after a shadow has begun or ended.

        `stands` gives what a route's or a target's name stands for: a hash; it raises `UnknownModel`.
        """
        self._rows = rows
        self._asker = asker
        self._scorers = scorers
        self._changed = changed
        self._stands = stands
        self._all: dict[str, Shadow] = {each.route: each for each in rows.all("shadow", Shadow)}
        self._counting = asyncio.Lock()

    @property
    def all(self) -> Mapping[str, Shadow]:
        """The newest shadow of each route."""
        return self._all

    def shares(self) -> dict[str, float]:
        """By route, the chance with which a request is chosen."""
        return {each.route: each.share for each in self._all.values() if each.state == "running"}

    async def begin(self, shadow: Shadow, caller: Caller) -> Shadow:
        """Begin one, in place of an earlier one of the route. Raises `BadRequest`, and `Conflict` for an idle judge."""
        if not 0 < shadow.share <= 1:
            raise BadRequest("a share is above 0 and at most 1, as in 5%", param="share")
        if shadow.scorer.partition(":")[0] in NEED_MORE:
            raise BadRequest(
                f"{shadow.scorer} cannot compare two answers, as it takes none of them for what is expected; name a"
                " certified judge of pairs, or 'exact', 'normalised', 'numeric', 'choice', 'json' or 'f1'",
                param="scorer",
            )
        scorer = await self._scorer(shadow.scorer, caller)
        if not scorer.gates:
            raise Conflict(f"{shadow.scorer} is not certified, and no promotion rests on it; certify it first")
        begun = msgspec.structs.replace(shadow, stands=self._standing(shadow))
        await self._put(begun)
        self._changed()
        return begun

    def is_as_it_began(self, shadow: Shadow) -> bool:
        """Whether candidate and route are what they were: what another model did says nothing of this one."""
        return shadow.stands in ("", self._standing(shadow))

    def _standing(self, shadow: Shadow) -> str:
        try:
            return f"{self._stands(shadow.candidate)} {self._stands(shadow.route)}"
        except UnknownModel:
            return "gone"

    async def end(self, route: str, why: str) -> Shadow:
        """End the shadow of a route; what it saw is kept. Raises `NotFound`."""
        found = self._all.get(route)
        if found is None:
            raise NotFound(f"nothing shadows the route {route[:80]!r}")
        ended = msgspec.structs.replace(found, state="stopped", why=why)
        await self._put(ended)
        self._changed()
        return ended

    async def __call__(self, seen: Seen) -> None:
        """Have the candidate answer one request too. Raises `Unavailable` where nothing can be written."""
        shadow = self._all.get(seen.route)
        if shadow is None or shadow.state != "running" or not seen.completed or seen.request is None:
            return
        if seen.target == shadow.candidate:
            return
        if shadow.spent_nano >= shadow.budget_nano:
            await self.end(seen.route, "its budget is spent")
            return
        if not self.is_as_it_began(shadow):
            await self.end(seen.route, changed_since(shadow))
            return
        asked = await again(self._asker, seen, shadow.candidate, within=None, origin=ORIGIN)
        difference, cost = None, int(asked.cost)
        if asked.answer is not None:
            scorer = await self._scorer(shadow.scorer, watcher(seen.caller))
            difference, more = await compared(scorer, seen, asked.text)
            cost += more
        # An answer that fails is worth nothing: a candidate may not gain by silence.
        failed = -1.0 if asked.state == "failed" else None
        told = difference if asked.answer is not None else failed
        await self._count(seen.route, told, asked.state if asked.answer is None else "unread", cost)

    async def _count(self, route: str, difference: float | None, why: str, cost: int) -> None:
        async with self._counting:
            now = self._all[route]
            trial = now.trial.without(why) if difference is None else now.trial.after([difference])
            await self._put(msgspec.structs.replace(now, trial=trial, spent_nano=now.spent_nano + cost))

    async def _put(self, shadow: Shadow) -> None:
        self._all[shadow.route] = shadow
        await asyncio.to_thread(self._rows.put, "shadow", shadow.route, shadow)

    async def _scorer(self, name: str, caller: Caller) -> Scorer:
        return (await asyncio.to_thread(self._scorers, (name,), caller))[name]


def changed_since(shadow: Shadow) -> str:
    """Why what it saw is no evidence any more."""
    return f"{shadow.candidate} or what answers {shadow.route} is not what it was when the shadow began"


def new_shadow(route: str, candidate: str, share: float, scorer: str, margin: float, *, budget_nano: int) -> Shadow:
    """A shadow that has seen nothing; raises `BadRequest` for a margin that is none."""
    try:
        trial = begun(margin)
    except ValueError as error:
        raise BadRequest(str(error), param="margin") from error
    return Shadow(route, candidate, share, scorer, trial, budget_nano)


async def compared(scorer: Scorer, seen: Seen, candidate: str) -> tuple[float | None, int]:
    """How much better the candidate's answer is than the one the user got, from -1 to 1, and what telling it cost.

    A judge of pairs says -1, 0 or 1. Any other scorer takes the user's answer for right, so that a candidate never
    comes out better: what differs counts against it, and a candidate that is better is found fit later than it might.
    """
    if seen.request is None:
        raise AssertionError("only a request that was gathered is compared")
    wanted = await reference(scorer, seen.request, seen.text)
    label = str(seen.label)
    example = Example("shadow", seen.request, wanted)
    scored = await scorer(example, Result(0, example.id, "answered", text=candidate, label=label))
    if scored.value is None:
        return None, scored.cost
    if scorer.name.startswith("judge:"):
        return 2.0 * scored.value - 1.0, scored.cost
    return scored.value - 1.0, scored.cost
