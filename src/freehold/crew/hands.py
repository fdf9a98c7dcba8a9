"""The hands of the first worker: started, told what all must know, started again when they end, and ended.

A hand is a process of its own, made with an argument list and `subprocess`, never by ``fork`` alone. It inherits one
end of each of two pairs of sockets: connections come by one, and by the other it talks with the first. Its standard
input is a pipe whose other end only the first has.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from asyncio.subprocess import Process
from collections.abc import Callable, Mapping, Sequence

import msgspec

from freehold.crew import channel, doors
from freehold.crew.doors import Doorkeeper, HandDoor
from freehold.crew.messages import Drain
from freehold.crew.service import House, Service
from freehold.observe.snapshot import Snapshot, added

_LOG = logging.getLogger("freehold.crew")

FIRST_DELAY, LONGEST_DELAY = 0.1, 10.0
"""Seconds before a hand that ended is started again; doubled each time it ends soon after, up to the longest."""
STEADY = 30.0
"""Seconds after which a hand is taken to have run well, so that the delay begins anew."""
_GATHER = 1.0
_FAREWELL = 1.0
"""Seconds that a hand whose channel is lost has for its end."""
_GRACE = 3.0
"""Seconds that a hand has for its own end beyond what requests under way are given."""


class Hands:
    """All hands of one first worker. For one event loop."""

    def __init__(
        self,
        count: int,
        command: Sequence[str],
        env: Mapping[str, str],
        *,
        house: House,
        greet: Callable[[Service], None],
    ) -> None:
        """`command` starts a hand, less its own number and those of its two sockets.

        `greet` tells a new hand what it must know.
        """
        self._count = count
        self._command = command
        self._env = env
        self._house = house
        self._greet = greet
        self._serving: set[Service] = set()
        self._keepers: list[asyncio.Task[None]] = []
        self._past: list[Snapshot] = []
        """Of the hands that have ended, added up: at most one."""
        self._over = asyncio.Event()
        """Hands that end are not started again."""

    def start(self, keeper: Doorkeeper) -> None:
        """Begin to keep all hands running, to which this keeper gives connections. Returns at once."""
        self._keepers = [
            asyncio.create_task(self._keep(number, keeper), name=f"worker {number}")
            for number in range(2, self._count + 2)
        ]

    def warnings(self) -> list[str]:
        """What is wrong with the hands."""
        ready = sum(service.ready.is_set() for service in self._serving)
        if ready == self._count or self._over.is_set():
            return []
        return [f"{ready + 1} of {self._count + 1} workers take requests; the others are being started"]

    def tell(self, message: object, *, but: object = None) -> None:
        """Say something to every hand, or to all but one; one that has long taken nothing is left to its end."""
        for service in list(self._serving):
            if service.channel.full:
                _LOG.error("a worker does not take what it is told, and another takes its place")
                service.channel.close()
            elif service is not but:
                service.channel.send(message)

    async def gather(self) -> None:
        """Wait until every hand has handed over what had ended by now, for a moment at most."""
        if self._serving:
            await asyncio.gather(*(service.gather(_GATHER) for service in list(self._serving)))

    async def counted(self) -> list[Snapshot]:
        """What all hands have counted, those that have ended among them, so that no sum ever falls."""
        await self.gather()
        told = [service.counted for service in self._serving if service.counted is not None]
        return [*self._past, *told]

    def drain(self) -> None:
        """Have every hand take no more requests, finish what is under way, and end."""
        self._over.set()
        self.tell(Drain())

    async def stop(self, patience: float) -> None:
        """Wait for the end of all hands, for so many seconds at most; then they are killed."""
        self.drain()
        if not self._keepers:
            return
        _, late = await asyncio.wait(self._keepers, timeout=patience + _GRACE)
        for keeper in late:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)

    async def _keep(self, number: int, keeper: Doorkeeper) -> None:
        delay = FIRST_DELAY
        loop = asyncio.get_running_loop()
        while not self._over.is_set():
            began = loop.time()
            try:
                status = await self._run(number, keeper)
            except OSError as error:
                _LOG.error("worker %d cannot be started: %s", number, error)
            else:
                if not self._over.is_set():
                    _LOG.error("worker %d ended (status %s) and is started again", number, status)
            if self._over.is_set():
                return
            delay = FIRST_DELAY if loop.time() - began >= STEADY else delay
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), delay)
            delay = min(delay * 2, LONGEST_DELAY)

    async def _run(self, number: int, keeper: Doorkeeper) -> int:
        """One life of one hand; its exit status."""
        ours, theirs = channel.pair()
        way, their_way = doors.pair()
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                str(number),
                str(their_way.fileno()),
                str(theirs.fileno()),
                stdin=asyncio.subprocess.PIPE,
                env=dict(self._env),
                pass_fds=(their_way.fileno(), theirs.fileno()),
            )
        except OSError:
            ours.close()
            way.close()
            raise
        finally:
            theirs.close()
            their_way.close()
        service = Service(ours, self._house, lost=lambda: self._lose(service))
        self._serving.add(service)
        door = HandDoor(way, service.ready.is_set)
        keeper.doors.add(door)
        self._greet(service)
        if self._over.is_set():
            service.channel.send(Drain())
        service.at_end(lambda: _leave(process))
        try:
            return await process.wait()
        finally:
            keeper.doors.discard(door)
            door.close()
            _kill(process)
            await process.wait()
            service.channel.hear_out()

    def _lose(self, service: Service) -> None:
        self._serving.discard(service)
        if (counted := service.counted) is not None:
            # What stood at its end stands no more.
            self._past = [added([*self._past, msgspec.structs.replace(counted, gauges={})])]


def _leave(process: Process) -> None:
    """Have a hand end whose channel is lost: by itself, as soon as it notices, or not."""
    asyncio.get_running_loop().call_later(_FAREWELL, _kill, process)


def _kill(process: Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
