"""The face of judges: made, listed, removed, and certified as durable work that goes on after a restart."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from concurrent import futures
from typing import Any

import msgspec

from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Conflict, RequestError
from freehold.core.label import Label
from freehold.evaluate.asking import Asker
from freehold.evaluate.judges import enough, gold
from freehold.evaluate.judges.asked import Judging
from freehold.evaluate.judges.certify import GivenUp, certify
from freehold.evaluate.judges.model import Certification, Gold, Judge, KeptJudge, Pair, Thresholds, checked
from freehold.evaluate.judges.standing import Standing, standing_of
from freehold.evaluate.judges.store import JudgeStore
from freehold.jobs import Stopped

_LOG = logging.getLogger("freehold.evaluate")

Stands = Callable[[str, Caller], str]
"""What a route's or a target's name stands for, for a caller: a hash that changes with the models that would answer.
Raises `UnknownModel`."""
_OPEN = ("waiting", "running")
_LOOK_S = 0.1


class Judges:
    """All judges. Lives in one event loop; what touches the disk runs in threads."""

    def __init__(
        self,
        store: JudgeStore,
        asker: Asker,
        *,
        stands: Stands,
        revision: Callable[[], str],
        holder: Callable[[str], Caller | None],
        submit: Callable[[str, str], object],
        loop: Callable[[], asyncio.AbstractEventLoop],
    ) -> None:
        """`submit` hands a certification's id to the durable function, under a key; `loop` is where it is asked."""
        self.store = store
        self._asker = asker
        self._stands = stands
        self._revision = revision
        self._holder = holder
        self._submit = submit
        self._loop = loop
        self._running: dict[str, asyncio.Task[None]] = {}
        self._stopping = False

    async def add(self, judge: Judge, caller: Caller) -> KeptJudge:
        """Make a judge, or another of the same name in its place; raises `BadRequest` and `UnknownModel`."""
        checked(judge)
        self._stands(judge.model, caller)
        return await asyncio.to_thread(self.store.add, judge)

    async def all(self) -> list[KeptJudge]:
        """The judge of each name as it is now."""
        return await asyncio.to_thread(self.store.all)

    async def get(self, name: str) -> KeptJudge:
        """One of them; raises `NotFound`."""
        return await asyncio.to_thread(self.store.get, name)

    async def remove(self, name: str) -> None:
        """Remove a judge with its certifications; raises `NotFound`, and `Conflict` while one is under way."""
        if any(each.state in _OPEN for each in await self.certifications(name)):
            raise Conflict(f"the judge {name[:80]!r} is being certified; remove it when that is done")
        await asyncio.to_thread(self.store.remove, name)

    def standing(self, kept: KeptJudge, caller: Caller) -> Standing:
        """Whether its scores may decide anything now."""
        return standing_of(kept, lambda model: self._stands(model, caller))

    async def certify(
        self, name: str, rows: Sequence[Any], thresholds: Thresholds, caller: Caller, *, label: Label | None = None
    ) -> Certification:
        """Begin a certification; `certification` tells how it goes on. `label` is that of the gold.

        Raises:
            NotFound: there is no judge of that name.
            BadRequest: the gold cannot be read.
            Unprocessable: it is too little, with how much is needed.
            UnknownModel: this key may not ask the judge's model.
            Unavailable: it cannot be recorded.
        """
        kept = await self.get(name)
        self._stands(kept.judge.model, caller)
        found, told = await asyncio.to_thread(gold.read, rows)
        _fits(kept.judge, found)
        await asyncio.to_thread(enough.check, found, thresholds)
        before = await self._given_up(kept.judge, found)
        begun = Certification(
            id=f"ct_{secrets.token_hex(12)}",
            judge=kept.judge,
            key=caller.key_id,
            state="waiting",
            created_ns=time.time_ns(),
            gold=found,
            thresholds=thresholds,
            heard=before.heard if before is not None else (),
            standing=before.standing if before is not None else "",
            answered_as=before.answered_as if before is not None else (),
            note="; ".join(told),
            label="" if label is None else str(label),
        )
        await asyncio.to_thread(self.store.keep, begun)
        await asyncio.to_thread(self._submit, begun.id, begun.id)
        return begun

    async def _given_up(self, judge: Judge, found: tuple[Gold, ...]) -> Certification | None:
        """The last certification of this very judge on this gold, where it was given up."""
        last = next(iter(await self.certifications(judge.name)), None)
        goes_on = last is not None and last.state == "failed" and (last.judge, last.gold) == (judge, found)
        return last if goes_on else None

    async def certification(self, found: str) -> Certification:
        """One certification; raises `NotFound`."""
        return await asyncio.to_thread(self.store.certification, found)

    async def wait(self, found: str, seconds: float) -> Certification:
        """The same, once it has ended or so long after; raises `NotFound`."""
        until = self._loop().time() + seconds
        certification = await self.certification(found)
        while certification.state in _OPEN and self._loop().time() < until:
            await asyncio.sleep(_LOOK_S)
            certification = await self.certification(found)
        return certification

    async def certifications(self, name: str) -> list[Certification]:
        """Those of a judge's name, newest first."""
        return await asyncio.to_thread(self.store.certifications, name)

    async def resume_all(self) -> None:
        """Go on with what an earlier process left."""
        for kept in await self.all():
            for each in await self.certifications(kept.judge.name):
                if each.state in _OPEN and each.id not in self._running:
                    await asyncio.to_thread(self._submit, each.id, f"{each.id}-{secrets.token_hex(4)}")

    async def stop(self) -> None:
        """End what is under way; it goes on at the next start."""
        self._stopping = True
        for task in list(self._running.values()):
            task.cancel()
        if self._running:
            await asyncio.wait(list(self._running.values()))

    def carry_out(self, found: str) -> None:
        """The durable function, on a thread of its own: certify from where it was; raises `Stopped` if told to end."""
        try:
            asyncio.run_coroutine_threadsafe(self._carry_out(found), self._loop()).result()
        except futures.CancelledError as error:
            raise Stopped from error

    async def _carry_out(self, found: str) -> None:
        if self._stopping:
            raise asyncio.CancelledError
        if found in self._running:
            return
        task = asyncio.ensure_future(self._one(found))
        self._running[found] = task
        try:
            await task
        finally:
            del self._running[found]

    async def _one(self, found: str) -> None:
        begun = await self.certification(found)
        if begun.state not in _OPEN:
            return
        caller = self._holder(begun.key)
        if caller is None:
            await self._fail(begun, f"the key {begun.key} that began it has ended; certify anew with one that holds")
            return
        try:
            stands = self._stands(begun.judge.model, caller)
            judging = Judging(self._asker, caller, patient=True)
            await certify(begun, judging, keep=self._keep, standing=stands, revision=self._revision())
        except GivenUp as given_up:
            await self._fail(await self.certification(found), given_up.message)
        except RequestError as error:
            await self._fail(begun, error.message)

    async def _keep(self, certification: Certification) -> None:
        await asyncio.to_thread(self.store.keep, certification)

    async def _fail(self, certification: Certification, why: str) -> None:
        _LOG.warning("a certification of the judge %s ended: %s", certification.judge.name, why)
        await self._keep(msgspec.structs.replace(certification, state="failed", note=why))


def _fits(judge: Judge, found: Sequence[Gold]) -> None:
    if judge.kind == "pairwise" and not isinstance(found[0], Pair):
        raise BadRequest(
            f"{judge.name} compares two answers, and the gold has one in each row; send pairs, or certify a judge"
            " with a rubric and a scale",
            param="rows",
        )
