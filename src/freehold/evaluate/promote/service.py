"""Promotes candidates, on trial or outright, and takes them back: every time a row, a note in the audit log, a reason.

A route that a candidate was promoted for asks the candidate first, and those that answered before only where it fails.
On trial it gets a share of the traffic, and a guard takes it back by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Conflict, NotFound
from freehold.core.target import Target
from freehold.evaluate.ports import Scorers
from freehold.evaluate.promote.evidence import check, check_answered, check_held_against, common_scorer, trial_of
from freehold.evaluate.promote.guard import Guard, Turn
from freehold.evaluate.promote.guard import begun as guarded
from freehold.evaluate.promote.missing import of_target, of_trial
from freehold.evaluate.promote.revisions import Before, Evidence, Revision, RevisionRows, new_id
from freehold.evaluate.promote.shadows import Shadows, changed_since
from freehold.evaluate.promote.trial import Trial
from freehold.evaluate.runs.service import Runs
from freehold.evaluate.watch.rows import WatchRows
from freehold.evaluate.watch.seen import Seen
from freehold.policy.rules import Route

_LOG = logging.getLogger("freehold.evaluate")
AUTOMATIC = "guard"
"""As whom a guard takes a candidate back."""


class Wanted(msgspec.Struct, frozen=True):
    """What is to be promoted, and on what."""

    route: str
    candidate: str
    margin: float = 0.02
    evidence: tuple[str, str] | None = None
    """Two runs: of what answers now, and of the candidate; `None`: what the route's shadow has seen."""
    scorer: str = ""
    canary: float | None = None


class Promotions:
    """All promotions. For one event loop."""

    def __init__(
        self,
        rows: RevisionRows,
        watched: WatchRows,
        runs: Callable[[], Runs],
        shadows: Shadows,
        *,
        routes: Callable[[], Mapping[str, Route]],
        targets: Callable[[], Mapping[str, Target]],
        scorers: Callable[[Sequence[str], Caller | None], Scorers],
        apply: Callable[[], object],
        note: Callable[[str, dict[str, Any]], None],
    ) -> None:
        """`apply` has all workers go by what is in force; `note` tells the audit log."""
        self.rows = rows
        self._watched = watched
        self._runs = runs
        self._shadows = shadows
        self._routes = routes
        self._targets = targets
        self._scorers = scorers
        self._apply = apply
        self._note = note
        self._guarding = asyncio.Lock()

    async def promote(self, wanted: Wanted, caller: Caller) -> Revision:
        """Put the candidate in force. Raises `NotFound`, `BadRequest`, and `Conflict` with all that is missing."""
        route, candidate = self._named(wanted)
        trial, evidence = await self._evidence(wanted, caller)
        told_by = "the shadow" if wanted.evidence is None else "the comparison of the two runs"
        lacks = of_target(candidate, [each for each in route.targets if each.name != candidate.name])
        if wanted.canary is None or (trial is not None and trial.verdict == "unfit"):
            lacks += of_trial(trial, wanted.margin, told_by=told_by)
        shadow = self._shadows.all.get(route.name) if wanted.evidence is None else None
        if shadow is not None and trial is not None and not self._shadows.is_as_it_began(shadow):
            lacks.append(f"evidence: {changed_since(shadow)}; begin another")
        if trial is not None and trial.verdict == "unfit" and shadow is not None and shadow.assumes:
            lacks.append(f"but {shadow.assumes}: a certified judge of pairs, or two runs of a dataset, can tell better")
        if lacks and shadow is not None and shadow.candidate == candidate.name and shadow.state == "stopped":
            lacks.append(f"but the shadow has stopped ({shadow.why}), and no more pairs come; begin another")
        if lacks:
            raise Conflict(f"{candidate.name} is not promoted on {route.name}: " + "; ".join(lacks))
        made = await asyncio.to_thread(self.rows.add, _revision(wanted, route, evidence, caller.key_id))
        self._in_force("promotion", made, made.by, made.why)
        return made

    async def roll_back(self, route: str, why: str, by: str) -> Revision:
        """Take back what was promoted last; raises `NotFound`."""
        return await self._taken_back(route, why, by, only=None)

    def on_trial(self) -> dict[str, Revision]:
        """By route, the revisions that a guard looks after."""
        return {each.route: each for each in self.rows.all() if each.on_trial}

    async def turn(self, seen: Seen, score: float | None = None) -> None:
        """One request of a route with a candidate on trial has ended. Raises `Unavailable`."""
        async with self._guarding:
            revision = await asyncio.to_thread(self.rows.active, seen.route)
            if revision is None or revision.canary is None or not seen.target or seen.cancelled:
                return
            before = await asyncio.to_thread(self._watched.get, "guard", revision.id, Guard)
            guard = before or guarded(revision.margin)
            # A candidate that failed and was stood in for has failed, whoever's answer the user then got.
            new = revision.candidate in (seen.target, *seen.failed)
            failed = not seen.completed or (new and revision.candidate in seen.failed)
            after = guard.after(Turn(failed, seen.total_ms, score), new=new)
            await asyncio.to_thread(self._watched.put, "guard", revision.id, after)
            why = after.why_back()
            if why is not None:
                # Somebody else may have taken it back meanwhile; what was before it is not to go as well.
                with contextlib.suppress(NotFound):
                    await self._taken_back(seen.route, f"taken back by itself: {why}", AUTOMATIC, only=revision.id)

    async def _taken_back(self, route: str, why: str, by: str, *, only: str | None) -> Revision:
        taken = await asyncio.to_thread(lambda: self.rows.take_back(route, why, by, only=only))
        await asyncio.to_thread(self._watched.remove, "guard", taken.id)
        _LOG.warning("%s is taken back on route %s: %s", taken.candidate, route, why)
        self._in_force("rollback", taken, by, why)
        return taken

    def _named(self, wanted: Wanted) -> tuple[Route, Target]:
        route, candidate = self._routes().get(wanted.route), self._targets().get(wanted.candidate)
        if route is None:
            raise NotFound(f"there is no route {wanted.route[:80]!r}")
        if candidate is None:
            raise NotFound(f"there is no target {wanted.candidate[:80]!r}")
        if wanted.canary is not None and not 0 < wanted.canary < 1:
            raise BadRequest("a share on trial is above 0 and below 1, as in 10%", param="canary")
        if wanted.canary is not None and route.flow in {"cascade", "race"}:
            raise BadRequest(
                f"{wanted.route} is a {route.flow}, whose requests go to several targets each, and cannot be split;"
                " try the candidate with 'freehold eval shadow'",
                param="canary",
            )
        if route.targets[0].name == wanted.candidate and route.flow in {"fixed", "fallback"}:
            raise BadRequest(f"{wanted.candidate} already answers first on {wanted.route}", param="candidate")
        return route, candidate

    async def _evidence(self, wanted: Wanted, caller: Caller) -> tuple[Trial | None, Evidence]:
        if wanted.evidence is not None:
            return await self._of_runs(wanted, wanted.evidence, caller)
        shadow = self._shadows.all.get(wanted.route)
        if shadow is None or shadow.candidate != wanted.candidate:
            return None, Evidence("none", margin=wanted.margin)
        told = _told(shadow.trial, Evidence("shadow", scorer=shadow.scorer))
        says = f"{told.says}; {shadow.assumes}" if shadow.assumes else told.says
        return shadow.trial, msgspec.structs.replace(told, says=says)

    async def _of_runs(self, wanted: Wanted, runs: tuple[str, str], caller: Caller) -> tuple[Trial, Evidence]:
        incumbent, candidate = [await self._runs().get(run) for run in runs]
        check(incumbent, candidate, wanted.candidate)
        check_held_against(incumbent, self._routes()[wanted.route], wanted.candidate)
        for each in (incumbent, candidate):
            if many := await self._runs().outdated(each.id, caller):
                raise Conflict(
                    f"evidence: {many} answers of the run {each.id} are of what {each.subject} was before, which says"
                    f" nothing of what it is now; 'freehold eval resume {each.id}' asks anew"
                )
        name = common_scorer(incumbent, candidate, wanted.scorer)
        scorer = (await asyncio.to_thread(self._scorers, (name,), caller))[name]
        if not scorer.gates:
            raise Conflict(f"judge: {name} is not certified, and nothing is promoted by its word; certify it first")
        results = [await self._runs().every(run) for run in runs]
        for run, some in zip(runs, results, strict=True):
            check_answered(run, some)
        together = await self._runs().clusters(candidate.id)
        try:
            trial = await asyncio.to_thread(trial_of, results[0], results[1], name, wanted.margin, clusters=together)
        except ValueError as error:
            raise BadRequest(str(error), param="margin") from error
        return trial, _told(trial, Evidence("runs", scorer=name, runs=runs))

    def _in_force(self, kind: str, revision: Revision, by: str, why: str) -> None:
        self._apply()
        self._note(
            kind,
            {
                "after": {"flow": revision.flow, "targets": list(revision.targets)},
                "before": {"flow": revision.before.flow, "targets": list(revision.before.targets)},
                "by": by,
                "pairs": revision.evidence.pairs,
                "revision": revision.id,
                "route": revision.route,
                "why": why[:500],
            },
        )


def _told(trial: Trial, evidence: Evidence) -> Evidence:
    return msgspec.structs.replace(
        evidence,
        pairs=trial.pairs,
        difference=trial.mean,
        margin=trial.margin,
        alpha=trial.alpha,
        says=trial.says(),
    )


def _revision(wanted: Wanted, route: Route, evidence: Evidence, by: str) -> Revision:
    names = tuple(target.name for target in route.targets)
    others = tuple(name for name in names if name != wanted.candidate)
    before = Before(route.flow, names, route.weights)
    if wanted.canary is None:
        why = f"{wanted.candidate} is {evidence.says}"
        return Revision(
            id=new_id(),
            route=route.name,
            targets=(wanted.candidate, *others),
            flow="fallback" if others else "fixed",
            why=why,
            candidate=wanted.candidate,
            before=before,
            evidence=evidence,
            by=by,
            at_ns=time.time_ns(),
            margin=wanted.margin,
        )
    return Revision(
        id=new_id(),
        route=route.name,
        targets=(*others, wanted.candidate),
        flow="split",
        weights=(*_weights(route, others, 1.0 - wanted.canary), wanted.canary),
        why=f"{wanted.candidate} is on trial with {wanted.canary:.0%} of the traffic",
        candidate=wanted.candidate,
        before=before,
        evidence=evidence,
        by=by,
        at_ns=time.time_ns(),
        canary=wanted.canary,
        margin=wanted.margin,
    )


def _weights(route: Route, others: Sequence[str], rest: float) -> tuple[float, ...]:
    """How the others share the rest: as they did in a split, else the first has it all."""
    targets = {target.name: target for target in route.targets}
    if route.flow != "split":
        return (rest, *(0.0 for _ in others[1:]))
    weights = [route.weight(targets[name]) for name in others]
    whole = sum(weights) or 1.0
    return tuple(rest * weight / whole for weight in weights)
