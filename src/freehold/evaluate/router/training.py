"""The face of trainings: begun, followed, stopped, and gone on with after any interruption.

A training is a row that waits until a durable job takes it up; one runs at a time, as it takes all that a processor
gives. What it has embedded is kept as it goes on, and it makes one router however often it is begun again.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError

import msgspec

from freehold.core.caller import Caller
from freehold.core.errors import Forbidden, RequestError, Unavailable
from freehold.core.label import Label
from freehold.evaluate.router.card import Known
from freehold.evaluate.router.draft import Draft
from freehold.evaluate.router.gathering import Outcome
from freehold.evaluate.router.service import Routers
from freehold.evaluate.router.teaching import Steps
from freehold.evaluate.router.trainings import OPEN, Training, TrainingRows, new_id
from freehold.jobs import Stopped

_LOG = logging.getLogger("freehold.evaluate")

AGAIN_AFTER = 200
"""Outcomes that arrive for a router before a new version of it is taught."""
_LOOK_SECONDS = 0.1
_RETRY_SECONDS = 5.0


class _Ended(Exception):
    """A training that was told to end."""


class _UnderWay:
    """One training that is carried out here."""

    def __init__(self, task: asyncio.Task[None]) -> None:
        self.task = task
        self.ended = threading.Event()
        self.keeping = threading.Event()
        """It is being written: too late to end it."""

    def end(self) -> None:
        """Have it end, unless it is as good as done."""
        if not self.keeping.is_set():
            self.ended.set()
            self.task.cancel()

    def goes_on(self) -> None:
        """Raise where it was told to end."""
        if self.ended.is_set():
            raise _Ended


class Trainings:
    """All trainings. Lives in one event loop; what touches the disk runs in threads."""

    def __init__(
        self,
        rows: TrainingRows,
        routers: Routers,
        *,
        draft: Callable[[str], Draft],
        holder: Callable[[str], Caller | None],
        submit: Callable[[str, str], object],
        loop: Callable[[], asyncio.AbstractEventLoop],
    ) -> None:
        """`submit` hands a training's id to the durable function, under a key; `draft`: what it has so far."""
        self._rows = rows
        self._routers = routers
        self._draft = draft
        self._holder = holder
        self._submit = submit
        self._loop = loop
        self._handed: str | None = None
        """The training that a job has, or soon will."""
        self._under_way: dict[str, _UnderWay] = {}
        self._stopping = False

    async def begin(self, weak: str, strong: str, data: str, scorer: str, caller: Caller) -> Training:
        """Begin to train a router between two subjects, from the newest run of each on a dataset.

        Raises `NotFound`, `Conflict` and `BadRequest` as `Teaching.check` does, and `Unavailable`.
        """
        dataset, size = await asyncio.to_thread(self._routers.teaching.check, weak, strong, data, scorer)
        wanted = Training(
            new_id(), caller.key_id, time.time_ns(), weak=weak, strong=strong, data=dataset, scorer=scorer, size=size
        )
        begun = await asyncio.to_thread(self._rows.put, wanted)
        await self._hand_over()
        return begun

    async def learn(self, router: str, outcome: Outcome, label: Label, caller: Caller) -> Training | None:
        """Keep one outcome, as an audit brings it, for a router to learn: a training is begun once there are enough.

        The new version is put in no promise's place: it takes a calibration to weigh it. The outcome is kept only
        where the request's text is. Raises as `Teaching.add`, and `Unavailable`.
        """
        waiting = await self._routers.teaching.add(router, outcome, label, caller)
        if waiting < AGAIN_AFTER:
            return None
        open_ones = await asyncio.to_thread(self._rows.unfinished)
        if any(each.before == router for each in open_ones):
            return None
        wanted = Training(new_id(), caller.key_id, time.time_ns(), before=router, size=waiting)
        begun = await asyncio.to_thread(self._rows.put, wanted)
        await self._hand_over()
        return begun

    async def get(self, training: str) -> Training:
        """One training; raises `NotFound`."""
        return await asyncio.to_thread(self._rows.get, training)

    async def newest(self) -> list[Training]:
        """The newest hundred, newest first."""
        return await asyncio.to_thread(self._rows.newest)

    async def wait(self, training: str, seconds: float) -> Training:
        """The same once it has ended, or has come further, or so long after; raises `NotFound`."""
        until = time.monotonic() + seconds
        first = found = await self.get(training)
        while found.state in OPEN and found.done == first.done and time.monotonic() < until and not self._stopping:
            await asyncio.sleep(_LOOK_SECONDS)
            found = await self.get(training)
        return found

    async def halt(self, training: str) -> Training:
        """Have a training end without a router; one that is as good as done makes it. Raises `NotFound`."""
        found = await self.get(training)
        under_way = self._under_way.get(training)
        if under_way is not None:
            under_way.end()
            await asyncio.wait([under_way.task])
        if found.state in OPEN:
            await self._stopped(training)
        return await self.get(training)

    async def resume_all(self) -> None:
        """Go on with what an earlier process left; raises `Unavailable`."""
        await self._hand_over()

    async def stop(self) -> None:
        """End what is under way; it goes on at the next start."""
        self._stopping = True
        some = list(self._under_way.values())
        for each in some:
            each.end()
        if some:
            await asyncio.wait([each.task for each in some])

    def carry_out(self, training: str) -> None:
        """The durable function, in a thread of the jobs: take a training to its end. Raises `Stopped`."""
        if self._stopping:
            raise Stopped
        try:
            asyncio.run_coroutine_threadsafe(self._taken_up(training), self._loop()).result()
        except CancelledError:
            raise Stopped from None

    async def _hand_over(self) -> None:
        """Give jobs the oldest that waits, where none is under way."""
        if self._stopping or self._handed is not None:
            return
        for each in (await asyncio.to_thread(self._rows.unfinished))[:1]:
            if self._handed is not None:
                return
            self._handed = each.id
            try:
                # A key of its own each time: the job of an earlier process may have ended, and the training goes on.
                await asyncio.to_thread(self._submit, each.id, f"{each.id}:{secrets.token_hex(6)}")
            except BaseException:
                self._handed = None
                raise

    async def _taken_up(self, training: str) -> None:
        if self._under_way:  # A job of an earlier process was begun again, beside the new one.
            return
        self._handed = training
        task = asyncio.ensure_future(self._to_its_end(training))
        under_way = self._under_way[training] = _UnderWay(task)
        try:
            await asyncio.wait([task])
            if under_way.ended.is_set() and not self._stopping:
                # Before the next is handed over, or this one would be, as one that has not ended.
                await self._stopped(training)
        finally:
            del self._under_way[training]
            self._handed = None
        if self._stopping:
            raise asyncio.CancelledError
        await self._hand_over()

    async def _to_its_end(self, training: str) -> None:
        while not await self._tried(training):  # noqa: ASYNC110  # no disk tells when it takes more
            await asyncio.sleep(_RETRY_SECONDS)

    async def _tried(self, training: str) -> bool:
        """Train; says whether it has come to an end, which it has not while the disk does not take it."""
        try:
            found = await self.get(training)
            if found.state in OPEN and (why := await self._failed(found)):
                await self._end(found, state="failed", note=why)
        except Unavailable as error:
            _LOG.warning("the training %s waits: %s", training, error)
            return False
        return True

    async def _failed(self, training: Training) -> str:
        """Train; says why it failed, if it did. Raises `Unavailable`."""
        try:
            await self._train(training)
        except _Ended:
            return ""
        except Unavailable:
            raise
        except RequestError as error:
            return error.message
        except Exception as error:  # noqa: BLE001  a fault of ours in one training must not end the others
            _LOG.error("the training %s could not be carried out", training.id, exc_info=error)
            return f"Freehold failed on it ({type(error).__name__}); its log has the story"
        return ""

    async def _train(self, training: Training) -> None:
        teaching = self._routers.teaching
        running = await self._put(msgspec.structs.replace(training, state="running"))
        made = await teaching.made(training) or await self._made(running)
        if training.before:
            await teaching.learned(training, made)
        # What was erased meanwhile may have been learned all the same.
        await self._routers.forget()
        latest = await self.get(training.id)
        await self._end(latest, state="done", router=made.id)
        _LOG.info("the training %s made the router %s", training.id, made.id)

    async def _made(self, training: Training) -> Known:
        under_way = self._under_way[training.id]

        async def told(done: int, size: int) -> None:
            under_way.goes_on()
            await self._put(msgspec.structs.replace(training, done=done, size=size))

        steps = Steps(told, under_way.goes_on, under_way.keeping.set)
        if training.before:
            return await self._routers.teaching.from_outcomes(training, steps)
        caller = self._holder(training.key)
        if caller is None:
            raise Forbidden(f"the key {training.key} that began it has ended; train anew with one that holds")
        return await self._routers.teaching.from_runs(training, caller, steps)

    async def _put(self, training: Training) -> Training:
        """Say how far it is; raises `_Ended` where it was ended meanwhile, be it by another process."""
        found = await asyncio.to_thread(self._rows.put, training)
        if found.state not in OPEN:
            raise _Ended
        return found

    async def _stopped(self, training: str) -> None:
        await self._end(await self.get(training), state="stopped", note="it was stopped")

    async def _end(self, training: Training, **changes: object) -> None:
        await asyncio.to_thread(self._draft(training.id).clear)
        await asyncio.to_thread(self._rows.put, msgspec.structs.replace(training, **changes))
